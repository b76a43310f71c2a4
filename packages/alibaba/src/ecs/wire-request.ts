import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { Parameter, WireRequest } from '../request.js'
import { type EcsAction, loadRequestModel } from '../vendor.js'

/** One action of ECS with the fields of its request model, but for the region. */
export interface EcsRequest extends Omit<WireRequest, 'parameters'> {
  readonly action: EcsAction
  readonly fields: Readonly<Record<string, Parameter>>
}

/** Gives the fields of a request their names on the wire, by the vendor's model of it. Fails if that cannot be loaded. */
export async function toWireRequest(
  { fields, ...request }: EcsRequest,
  regionId: string,
): Promise<Result<WireRequest, CallFailure>> {
  const model = await loadRequestModel[request.action]()
  return model.map((Model) => ({ ...request, parameters: new Model({ ...fields, regionId }).toMap() }))
}

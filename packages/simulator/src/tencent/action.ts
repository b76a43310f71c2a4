import type { ErrorBody } from '../circumstances.js'
import type { GeneratedKeyPair } from '../public-key.js'
import type { Random } from '../random.js'
import { type Answer, type Refusal, refuse } from './answer.js'
import type { Parameters, ParameterType } from './parameters.js'
import type { InstanceRecord, Region } from './region.js'
import type { TencentVariants } from './variants.js'

/** The context of an action. */
export interface ActionContext {
  readonly region: Region
  /** Every region, as a key pair may be used in another one. */
  readonly regions: readonly Region[]
  /** The numbers of the projects that there are. */
  readonly projects: ReadonlySet<number>
  readonly parameters: Parameters
  readonly variants: TencentVariants
  readonly random: Random
  readonly requestId: string
  readonly now: number
  /** The time of the world that lists show: `now`, or a little earlier. */
  readonly readAt: number
  /** Items that are to fail, and the whole call with them. */
  readonly itemErrors: ReadonlyMap<string, ErrorBody>
  /** The most items of a page, whatever the call asks for. */
  readonly pageItems?: number | undefined
  /** True if the work of the call is given up later. */
  readonly failsLate?: boolean | undefined
  /** For CreateKeyPair. */
  readonly generated: GeneratedKeyPair | undefined
}

/** An action of CVM. */
export interface Action {
  readonly mutating: boolean
  readonly parameters: Readonly<Record<string, ParameterType>>
  readonly perform: (context: ActionContext) => Answer
}

/** Returns the refusal of the first item that is to fail. One bad item refuses the whole call. */
export function itemRefusal({ itemErrors }: ActionContext, ids: readonly string[]): Refusal | undefined {
  for (const id of ids) {
    const error = itemErrors.get(id)
    if (error !== undefined) return refuse(error.code, `${error.message} \`${id}\``)
  }
  return undefined
}

/** Finds the instances of a call. Refuses the call if one is missing. */
export function namedInstances({ region }: ActionContext, ids: readonly string[]): readonly InstanceRecord[] | Refusal {
  const found: InstanceRecord[] = []
  for (const id of ids) {
    const instance = region.instances.get(id)
    if (instance === undefined) return refuse('InvalidInstanceId.NotFound', `The instance \`${id}\` does not exist.`)
    found.push(instance)
  }
  return found
}

/** Returns the refusal of an instance that is in a state, `UnsupportedOperation.InstanceStateRunning` and its like. */
export function wrongState({ id, status }: InstanceRecord): Refusal {
  const state = status.charAt(0) + status.slice(1).toLowerCase()
  return refuse(`UnsupportedOperation.InstanceState${state}`, `The instance \`${id}\` is ${status}.`)
}

/** Returns the refusal of an instance that the cloud works on. */
export function inProgress({ id }: InstanceRecord): Refusal {
  const message = `An operation on the instance \`${id}\` is in progress.`
  return refuse('OperationDenied.InstanceOperationInProgress', message)
}

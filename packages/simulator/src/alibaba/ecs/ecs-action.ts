import { given } from '../../parameters.js'
import { missing, type Action, type ActionContext } from '../action.js'
import { refuse, type Answer, type Refusal } from '../answer.js'
import { findByName, type KeyPairRecord } from '../store.js'
import type { AlibabaEcsVariants } from './variants.js'

/** The context of an action of ECS. */
export type EcsContext = ActionContext<AlibabaEcsVariants>

/** An action of ECS. */
export type EcsAction = Action<AlibabaEcsVariants>

/** Makes an action that requires its region. */
export function regional({ mutating, parameters, perform }: EcsAction): EcsAction {
  return {
    mutating,
    parameters: [...parameters, 'RegionId'],
    perform: (context) => refuseRegion(context) ?? perform(context),
  }
}

/** Refuses a call for another region. */
export function refuseRegion({ parameters, region }: EcsContext): Refusal | undefined {
  const asked = given(parameters, 'RegionId')
  if (asked === undefined) return missing('RegionId')
  return asked === region
    ? undefined
    : refuse(404, 'InvalidRegionId.NotFound', 'The specified RegionId does not exist.')
}

/** Finds the key pair that KeyPairName names: no action of ECS takes an id. */
export function namedKeyPair({ store, parameters, variants, now }: EcsContext): KeyPairRecord | Refusal {
  const name = given(parameters, 'KeyPairName')
  if (name === undefined) return missing('KeyPairName')
  const [found] = findByName(store, name, now)
  const message = 'The specified KeyPairName does not exist in our records.'
  return found ?? refuse(variants.unknownKeyPairStatus, 'InvalidKeyPairName.NotFound', message)
}

/** The refusal of an id that no instance has. */
export const noSuchInstance: Refusal = refuse(
  404,
  'InvalidInstanceId.NotFound',
  'The specified InstanceId does not exist.',
)

/** The refusal for lack of a permission (help.aliyun.com, common errors). */
export const forbidden: Refusal = refuse(
  403,
  'Forbidden.RAM',
  "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
)

/** Refuses any ResourceType but that of key pairs, in calls that take any resource. */
export function refuseResourceType({ parameters }: EcsContext): Answer | undefined {
  const type = given(parameters, 'ResourceType')
  if (type === undefined) return missing('ResourceType')
  if (type === 'keypair') return undefined
  return refuse(404, 'InvalidResourceType.NotFound', 'The ResourceType provided does not exist in our records.')
}

/** The refusal of a resource id that no key pair has: here a name is the id. */
export const noSuchResource: Refusal = refuse(
  404,
  'InvalidResourceId.NotFound',
  'The specified ResourceId is not found in our records.',
)

/** True if a text can be the id of a resource group. Each that can be one exists. */
export function isResourceGroup(id: string): boolean {
  return /^rg-[A-Za-z0-9]+$/.test(id)
}

/** The refusal of a resource group that does not exist. */
export const noSuchResourceGroup: Refusal = refuse(
  404,
  'InvalidResourceGroup.NotFound',
  'The ResourceGroup provided does not exist in our records.',
)

import { given } from '../../../parameters.js'
import { missing, parseTexts } from '../../action.js'
import { accept, refuse, type Answer, type Refusal } from '../../answer.js'
import { batchResult, faultOf } from '../../batch.js'
import { bind } from '../../rebinding.js'
import type { InstanceRecord } from '../../store.js'
import { forbidden, namedKeyPair, noSuchInstance, regional, type EcsAction, type EcsContext } from '../ecs-action.js'

const parameters = ['KeyPairName', 'InstanceIds']

/** AttachKeyPair (help.aliyun.com, api-ecs-2014-05-26-attachkeypair): replaces what is bound, without a word. */
export const attachKeyPair: EcsAction = regional({
  mutating: true,
  parameters,
  perform: (context) =>
    change(context, ({ keys }, keyPairId) => {
      const again = keys.bound === keyPairId && context.variants.attachSame === 'error'
      return again ? attachedAlready : { to: keyPairId }
    }),
})

/** DetachKeyPair (help.aliyun.com, api-ecs-2014-05-26-detachkeypair). */
export const detachKeyPair: EcsAction = regional({
  mutating: true,
  parameters,
  perform: (context) =>
    change(context, ({ keys }, keyPairId) => {
      if (keys.bound === keyPairId) return { to: undefined }
      switch (context.variants.detachOther) {
        case 'no-op':
          return { to: keys.bound }
        case 'error':
          return notAttached
        case 'detaches':
          return { to: undefined }
      }
    }),
})

// See the variants `attachSame` and `detachOther`; no document has a code for either.
const attachedAlready = refuse(403, 'OperationDenied.KeyPairAttached', 'The key pair is attached to the instance.')
const notAttached = refuse(403, 'OperationDenied.KeyPairNotAttached', 'The key pair is not attached to the instance.')

interface Rebinding {
  readonly to: string | undefined
}

function change(
  context: EcsContext,
  decide: (instance: InstanceRecord, keyPairId: string) => Rebinding | Refusal,
): Answer {
  const { store, variants, now } = context
  const { ids, refusal } = readInstanceIds(context)
  if (refusal !== undefined) return refusal
  const keyPair = namedKeyPair(context)
  if ('error' in keyPair) return keyPair
  if (variants.badInstance === 'call') {
    const obstacle = ids.map((id) => obstacleOf(store.instances.get(id), context)).find((found) => found !== undefined)
    if (obstacle !== undefined) return obstacle
  }
  const items = ids.map((id) => {
    const instance = store.instances.get(id)
    const obstacle = faultOf(context, id) ?? obstacleOf(instance, context)
    if (obstacle !== undefined || instance === undefined) return { id, refusal: obstacle ?? noSuchInstance }
    const decision = decide(instance, keyPair.id)
    if ('error' in decision) return { id, refusal: decision }
    const { secondChange, afterDetachBusySeconds } = variants
    bind(store, instance, decision.to, { now, secondChange, occupiedMs: afterDetachBusySeconds * 1000 })
    return { id, refusal: undefined }
  })
  const { counts, results } = batchResult(items, context)
  return accept({ KeyPairName: keyPair.name, ...counts, Results: { Result: results } })
}

function readInstanceIds({ parameters }: EcsContext): { readonly ids: readonly string[]; readonly refusal?: Refusal } {
  const json = given(parameters, 'InstanceIds')
  if (json === undefined) return { ids: [], refusal: missing('InstanceIds') }
  const ids = parseTexts(json) ?? []
  if (ids.length === 0) return { ids, refusal: notInstanceIds }
  return ids.length > 50 ? { ids, refusal: tooManyInstances } : { ids }
}

const notInstanceIds = refuse(
  400,
  'InvalidInstanceIds.ValueNotSupported',
  'The specified parameter "InstanceIds" is not valid.',
)
const tooManyInstances = refuse(
  403,
  'InstanceKeyPairLimitExceeded',
  'The number of instances exceeds the maximum allowed.',
)

function obstacleOf(instance: InstanceRecord | undefined, { variants }: EcsContext): Refusal | undefined {
  if (instance === undefined) return noSuchInstance
  if (instance.denied) return forbidden
  if (instance.osType === 'Windows') {
    return refuse(
      403,
      'DependencyViolation.WindowsInstance',
      'The instance creating is window, cannot use ssh key pair.',
    )
  }
  if (instance.status === 'Running' || instance.status === 'Stopped') return undefined
  return refuse(403, variants.wrongStateCode, 'The current status of the resource does not support this operation.')
}

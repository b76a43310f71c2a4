import type { ErrorBody } from '../../circumstances.js'
import type { Answer } from '../answer.js'
import {
  forEachItem,
  missing,
  namedKeyPair,
  noSuchInstance,
  requestForbidden,
  tooMany,
  wrongStatus,
  type Action,
  type ActionContext,
} from '../action.js'
import { rebind } from '../../guest-keys.js'
import type { InstanceRecord } from '../region.js'

const parameters = ['KeyPairName', 'KeyPairId', 'InstanceIds']

/** AttachKeyPair (volcengine.com/docs/6396/120451): replaces the key pair that is bound, without a word. */
export const attachKeyPair: Action = {
  mutating: true,
  parameters,
  perform: (context) => change(context, (_, keyPairId) => ({ to: keyPairId })),
}

/** DetachKeyPair (volcengine.com/docs/6396/120450). */
export const detachKeyPair: Action = {
  mutating: true,
  parameters,
  perform: (context) =>
    change(context, ({ keys }, keyPairId) => {
      if (keys.bound === keyPairId) return { to: undefined }
      switch (context.variants.detachOther) {
        case 'no-op':
          return { to: keys.bound }
        case 'error':
          return notBound
        case 'detaches':
          return { to: undefined }
      }
    }),
}

/** See the variant `detachOther`; no document has a code for it. */
const notBound: ErrorBody = {
  code: 'InvalidKeyPair.NotBound',
  message: 'The specified KeyPair is not bound to the specified instance.',
}

type Rebinding = { readonly to: string | undefined } | ErrorBody

function change(context: ActionContext, decide: (instance: InstanceRecord, keyPairId: string) => Rebinding): Answer {
  const { region } = context
  const ids = context.parameters.list('InstanceIds')
  if (ids.length === 0) return missing('InstanceIds')
  if (ids.length > 100) return tooMany('InstanceIds')
  const keyPair = namedKeyPair(context)
  if ('error' in keyPair) return keyPair
  return forEachItem(context, 'InstanceId', ids, (id) => {
    const instance = region.instances.get(id)
    if (instance === undefined) return noSuchInstance
    const obstacle = obstacleOf(instance)
    if (obstacle !== undefined) return obstacle
    const decision = decide(instance, keyPair.id)
    if ('code' in decision) return decision
    bind(context, instance, decision.to)
    return undefined
  })
}

/** Returns the refusal of an instance, by the rules and codes of volcengine.com/docs/6396/120451. */
function obstacleOf(instance: InstanceRecord): ErrorBody | undefined {
  if (instance.denied) return requestForbidden
  if (instance.osType === 'Windows') {
    const message = 'The KeyPair is not supported for instances of Windows.'
    return { code: 'InvalidKeyPairForWindows.Unsupported', message }
  }
  if (!instance.agent) {
    const message = 'The instance lacks the agent that resets its authentication.'
    return { code: 'InvalidResetAuthenticationAgent.NotFound', message }
  }
  return instance.status === 'RUNNING' || instance.status === 'STOPPED' ? undefined : wrongStatus
}

/** Time for which lists show the old key pair under the variant `after-seconds`. */
const shownAfterMs = 10_000

function bind({ region, variants, now }: ActionContext, instance: InstanceRecord, to: string | undefined): void {
  const keys = rebind(instance.keys, to, variants.secondChange)
  const atOnce = variants.boundAfterAttach === 'at-once'
  region.instances.set(instance.id, { ...instance, keys, shown: atOnce ? to : instance.shown }, now)
  if (atOnce) return
  region.schedule.add(now + shownAfterMs, (at) => {
    const current = region.instances.get(instance.id)
    if (current !== undefined) region.instances.set(current.id, { ...current, shown: to }, at)
  })
}

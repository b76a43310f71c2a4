import { given } from '../../../parameters.js'
import { invalid, missing, parseTexts } from '../../action.js'
import { accept, refuse, type Answer, type Refusal } from '../../answer.js'
import { batchResult, faultOf } from '../../batch.js'
import { bind } from '../../rebinding.js'
import type { InstanceRecord } from '../../store.js'
import {
  findNamedKeyPair,
  noPermission,
  noSuchKeyPair,
  type EnsAction,
  type EnsContext,
  type NamedKeyPair,
} from '../ens-action.js'

const parameters = ['InstanceIds', 'KeyPairId', 'KeyPairName']

/** AttachKeyPair (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-attachkeypair). */
export const attachKeyPair: EnsAction = {
  mutating: true,
  parameters,
  perform: (context) => {
    const { attachSame, attachOverBound } = context.variants
    const keyPair = findNamedKeyPair(context)
    return changeKeys(context, keyPair, {
      refuseItem: ({ keys }, { id }) => {
        if (keys.bound === undefined) return undefined
        if (keys.bound === id) return attachSame === 'ok' ? undefined : attachedAlready
        return attachOverBound === 'replaces' ? undefined : attachedAlready
      },
      wholeCall: attachOverBound === 'refuses-call',
      to: ({ id }) => id,
    })
  },
}

/**
 * DetachKeyPair (…/api-ens-2017-11-10-detachkeypair): if KeyPairName is given, one instance that does not have it
 * refuses the whole call.
 */
export const detachKeyPair: EnsAction = {
  mutating: true,
  parameters,
  perform: (context) => {
    const { detachDeleted, detachOtherById } = context.variants
    const found = findNamedKeyPair(context)
    const keyPair = found === undefined && detachDeleted === 'detaches' ? findDeleted(context) : found
    return changeKeys(context, keyPair, {
      refuseItem: ({ keys }, { id }) => (keys.bound === id ? undefined : notAttached),
      wholeCall: given(context.parameters, 'KeyPairName') !== undefined || detachOtherById === 'call',
      to: () => undefined,
    })
  },
}

interface KeyChange {
  /** Returns the reason why the key pair of this instance cannot change. */
  readonly refuseItem: (instance: InstanceRecord, keyPair: NamedKeyPair) => Refusal | undefined
  /** True if that refuses the whole call. */
  readonly wholeCall: boolean
  readonly to: (keyPair: NamedKeyPair) => string | undefined
}

function changeKeys(
  context: EnsContext,
  keyPair: NamedKeyPair | Refusal | undefined,
  { refuseItem, wholeCall, to }: KeyChange,
): Answer {
  const { store, variants, now } = context
  const json = given(context.parameters, 'InstanceIds')
  if (json === undefined) return missing('InstanceIds')
  const ids = parseTexts(json) ?? []
  if (ids.length === 0 || ids.length > 30) return invalid('InstanceIds')
  if (keyPair === undefined) return noSuchKeyPair(variants)
  if ('error' in keyPair) return keyPair
  const judged = ids.map((id) => {
    const instance = store.instances.get(id)
    const obstacle = faultOf(context, id) ?? obstacleOf(instance, variants)
    const refusal = obstacle ?? (instance === undefined ? noSuchInstance : refuseItem(instance, keyPair))
    return { id, instance, obstacle, refusal }
  })
  const obstacle = judged.find((item) => item.obstacle !== undefined && !context.itemErrors.has(item.id))?.obstacle
  if (variants.badInstance === 'call' && obstacle !== undefined) return obstacle
  const culprits = judged.filter((item) => item.obstacle === undefined && item.refusal !== undefined)
  const [first] = culprits.flatMap(({ refusal }) => refusal ?? [])
  if (wholeCall && first !== undefined)
    return naming(
      first,
      culprits.map(({ id }) => id),
      variants,
    )
  for (const { id, refusal } of judged) {
    const instance = store.instances.get(id)
    if (refusal !== undefined || instance === undefined) continue
    bind(store, instance, to(keyPair), { now, secondChange: variants.secondChange, occupiedMs: 0 })
  }
  const { counts, results } = batchResult(judged, context)
  return accept({ KeyPairId: keyPair.id, KeyPairName: keyPair.name, ...counts, Results: results })
}

/** Finds a deleted key pair by its id or the name that it had. */
function findDeleted({ store, parameters }: EnsContext): NamedKeyPair | undefined {
  const id = given(parameters, 'KeyPairId')
  const name = given(parameters, 'KeyPairName')
  const [found] = [...store.names].findLast(([known, its]) => known === id || its === name) ?? []
  return found === undefined ? undefined : { id: found, name: store.names.get(found) ?? '' }
}

function naming(refusal: Refusal, ids: readonly string[], { culprits }: EnsContext['variants']): Refusal {
  const named = { none: [], first: ids.slice(0, 1), all: ids }[culprits]
  if (named.length === 0) return refusal
  const { code, message } = refusal.error
  return refuse(refusal.status, code, `${message} ${named.join(',')}`)
}

function obstacleOf(instance: InstanceRecord | undefined, variants: EnsContext['variants']): Refusal | undefined {
  if (instance === undefined) return noSuchInstance
  if (instance.denied) return noPermission
  if (instance.osType === 'Windows' && variants.windows === 'refused') return invalid('InstanceIds')
  if (instance.status === 'Stopped') return undefined
  return refuse(400, variants.wrongStateCode, 'The current status of the instance does not support this operation.')
}

const noSuchInstance = refuse(400, 'InstanceNotFound', 'The input parameter instancdId that is not found.')
const notAttached = refuse(400, 'PublicKeyNotAttachWithInstance', 'Public Key Not Attach With Instance.')
// See the variants `attachOverBound` and `attachSame`; no document has a code for either.
const attachedAlready = refuse(400, 'ens.interface.error', 'Failed to call API.')

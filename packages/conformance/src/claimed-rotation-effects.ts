import type { InstanceBatch, KeyPairError, NewKeyPair, Result, Rotation } from '@cloud-keypair/core'
import { declaredByChange, declaredOfInstances, lineOf } from './claimed-effects.js'
import type { Effect } from './effects.js'

// The effects that the answer of a rotation declares.

/** A rotation as it was asked for. */
export interface AskedRotation {
  readonly wanted: NewKeyPair
  /** The public key, if it was given. */
  readonly publicKey: string | undefined
  readonly replaced: string | undefined
  /** True if the rotation resumes an earlier run, which may have created the new key pair. */
  readonly resumes: boolean
}

/** Returns the declared effects of `rotate`. */
export function declaredByRotate(
  asked: AskedRotation,
  result: Result<Rotation, KeyPairError<InstanceBatch>>,
): readonly Effect[] {
  const { wanted, replaced } = asked
  if (result.isOk()) {
    const { batch, keyPair, removed, replaced: read } = result.value
    const removes = removed && read !== undefined
    return [
      adds(asked, keyPair.publicKey, true),
      ...declaredByChange(
        wanted.name,
        { takeEffect: 'now' },
        result.map(() => batch),
      ),
      ...(removes ? [{ kind: 'removes', name: read.name, certain: true } as const] : []),
    ]
  }
  const { error } = result
  if (error.code === 'incomplete') {
    const { leftStopped } = error.details.batch
    return [
      adds(asked, undefined, true),
      ...ofIncomplete(wanted.name, error.details.batch),
      ...leftStopped.map((instanceId) => ({ kind: 'leaves', instanceId, power: 'stopped' }) as const),
    ]
  }
  if (error.outcome === 'none') return []
  const touched = [adds(asked, undefined, false)]
  if (replaced === undefined) return touched
  const gone = { kind: 'removes', name: replaced, certain: false } as const
  return [
    ...touched,
    { kind: 'moves', name: replaced, to: wanted.name },
    ...(error.outcome === 'unknown' ? [gone] : []),
  ]
}

function adds({ wanted, publicKey, resumes }: AskedRotation, read: string | undefined, certain: boolean): Effect {
  const { name, description, tags, group } = wanted
  const keyPair = { publicKey: lineOf(publicKey ?? read), description, tags, group }
  return { kind: 'adds', name, keyPair, certain: certain && !resumes }
}

/** Returns the effects on each instance: with outcome `none` it has its earlier key pair; else it may have either. */
function ofIncomplete(bound: string, { items }: InstanceBatch): readonly Effect[] {
  return items.flatMap((item): readonly Effect[] => {
    if (item.status === 'succeeded') return declaredOfInstances(bound, [item], 'now')
    const restarts = { kind: 'restarts', instanceId: item.id, certain: false } as const
    if (item.error.outcome === 'none') return [restarts]
    return [{ kind: 'binds', instanceId: item.id, to: bound, certain: false }, restarts]
  })
}

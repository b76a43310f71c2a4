import { type AnyBatch, type KeyPairError, publicKeyOf, type Result, Secret } from '@cloud-keypair/core'

// Reads the answer of any operation.

type Answer = Result<unknown, KeyPairError>

interface Answered {
  readonly ids: readonly string[]
  /** The ids of the items that succeeded, failed or are unknown. */
  readonly views: readonly string[]
}

/** Returns the ids that an answer has items for. Undefined if the answer has no items. */
export function answeredIn(answer: Answer): Answered | undefined {
  const batch = batchIn(answer)
  if (batch !== undefined) {
    const views = [batch.succeeded, batch.failed, batch.unknown].flatMap((items) => items.map(({ id }) => id))
    return { ids: batch.items.map(({ id }) => id), views }
  }
  const ids = answer.isOk() ? boundIn(answer.value) : undefined
  return ids && { ids, views: ids }
}

/** Returns the instances that an answer names as left stopped. */
export function leftStoppedIn(answer: Answer): readonly string[] {
  const batch = batchIn(answer)
  return batch !== undefined && 'leftStopped' in batch ? batch.leftStopped : []
}

/** True if an answer is an error that names a key pair and does not claim that nothing changed. */
export function namedIn(answer: Answer, name: string): boolean {
  if (answer.isOk()) return false
  const { outcome, message, hint = '' } = answer.error
  return outcome !== 'none' && `${message} ${hint}`.includes(name)
}

/** Returns the public key of a private key that an answer returns. */
export function keyIn(answer: Answer): string | undefined {
  if (answer.isErr()) return undefined
  const privateKey = memberOf(answer.value, 'privateKey')
  return privateKey instanceof Secret ? lineOfPrivateKey(privateKey) : undefined
}

/** Returns the public key of a private key; undefined if the text is not a whole one. */
export function lineOfPrivateKey(privateKey: Secret | string): string | undefined {
  return publicKeyOf(typeof privateKey === 'string' ? new Secret(privateKey) : privateKey).match(
    ({ line }) => line,
    () => undefined,
  )
}

function batchIn(answer: Answer): AnyBatch | undefined {
  if (answer.isErr()) return answer.error.code === 'incomplete' ? answer.error.details.batch : undefined
  const { value } = answer
  return isBatch(value) ? value : asBatch(memberOf(value, 'batch'))
}

function asBatch(value: unknown): AnyBatch | undefined {
  return isBatch(value) ? value : undefined
}

function isBatch(value: unknown): value is AnyBatch {
  return Array.isArray(memberOf(value, 'items')) && Array.isArray(memberOf(value, 'succeeded'))
}

/** Returns the instances of bindings. */
function boundIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || !value.every((one) => memberOf(one, 'status') !== undefined)) return undefined
  return value.map((one) => String(memberOf(one, 'instanceId')))
}

/** Returns the member of an object. Undefined if the value has no such member. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

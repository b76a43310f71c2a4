import type { CreateKeyPairRequest, Metadata } from '../contract/key-pair-driver.js'
import type { Failure } from '../errors/failures.js'
import type { GeneratedInCloud } from '../contract/store.js'
import type { Operation } from '../engine/operation.js'
import { sendSingle } from '../engine/single-call.js'
import { publicKeyOf } from '../key-material/private-key.js'
import { err, ok, type Result } from '../result.js'
import { checkNameIsFree } from './import.js'
import { compareMaterial } from '../lookup/compare-key.js'

/**
 * Lets the cloud generate a key pair, under a name that has to be free. Sent again only after a definite refusal: the
 * answer to a repeat may come without the private key. Once the cloud has answered, nothing can turn the result into an
 * error, and so lose the key.
 */
export async function createInCloud(
  operation: Operation,
  name: string,
  metadata: Metadata,
): Promise<Result<GeneratedInCloud, Failure>> {
  const { driver } = operation
  const free = await checkNameIsFree(operation, name)
  if (free.isErr()) return err(free.error)
  const request: CreateKeyPairRequest = { name, ...metadata }
  const created = await sendSingle(operation, {
    call: 'create',
    resend: 'never',
    send: (context) => driver.doCreateKeyPair(request, context),
  })
  if (created.isErr()) {
    const failure = created.error
    return err(failure.outcome === 'unknown' ? { ...failure, hint: lostHint } : failure)
  }
  const { keyPair, privateKey } = created.value
  operation.context.unlisted.add(keyPair, operation.context.clock.now())
  const key = publicKeyOf(privateKey)
  if (key.isErr()) return ok({ ...keyPair, privateKey, verified: false })
  const verified = compareMaterial(keyPair, key.value) === 'same'
  return ok({ ...keyPair, privateKey, publicKey: key.value.line, verified })
}

const lostHint =
  'If a key pair of that name exists now, its private key is lost: delete the key pair. Use create, which generates the key on this machine and cannot lose it.'

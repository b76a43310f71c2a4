import type { CallFailure, ItemVerdict } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { err, ok, type Result } from '../result.js'

/**
 * Deletes key pairs one after another, for a cloud that takes one in a call. Returns a verdict on each if there are
 * several; the failure of a single one is the failure of the call.
 */
export async function deleteOneByOne(
  keyPairs: readonly KeyPair[],
  send: (keyPair: KeyPair) => Promise<Result<unknown, CallFailure>>,
): Promise<Result<readonly ItemVerdict[], CallFailure>> {
  const verdicts: ItemVerdict[] = []
  for (const keyPair of keyPairs) {
    const sent = await send(keyPair)
    const id = keyPair.id ?? keyPair.name
    if (sent.isOk()) verdicts.push({ id, ok: true })
    else if (keyPairs.length === 1) return err(sent.error)
    else verdicts.push({ id, ok: false, failure: sent.error })
  }
  return ok(verdicts)
}

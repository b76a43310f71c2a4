import type { KeyPairService } from '@cloud-keypair/core'

/** Gives new instances the team's key pair, and returns the instances that somebody has to repair. */
export async function equip(keyPairs: KeyPairService, instanceIds: readonly string[]): Promise<readonly string[]> {
  const attached = await keyPairs.attach({ name: 'team' }, instanceIds, { onlyIfVacant: true })
  if (attached.isOk()) return []
  if (attached.error.code !== 'incomplete') throw attached.error
  const { failed, unknown } = attached.error.details.batch
  return [...failed, ...unknown].map(({ id, error }) => `${id}: ${error.code}`)
}

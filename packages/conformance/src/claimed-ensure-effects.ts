import type { EnsuredKeyPair, EnsureOptions, KeyPairError, Result } from '@cloud-keypair/core'
import { blurred, lineOf, updated } from './claimed-effects.js'
import type { Effect, KnownKeyPair } from './effects.js'

/**
 * Returns the declared effects of `ensure`. Its answer does not tell which change was made: an import, an update of the
 * metadata, or both, if another caller imported an older key pair at the same time.
 */
export function declaredByEnsure(
  options: EnsureOptions,
  result: Result<EnsuredKeyPair, KeyPairError>,
): readonly Effect[] {
  const { name } = options
  const publicKey = lineOf(options.publicKey)
  if (result.isOk()) {
    const { changed, verified } = result.value
    const found = verified ? publicKey : undefined
    const keyPair = { publicKey, ...imported(options) }
    return changed
      ? [{ kind: 'ensures', name, keyPair, publicKey: found, change: updated(options), certain: true }]
      : []
  }
  const { code, outcome } = result.error
  if (outcome === 'none') return []
  // A `conflict` after an import says that the cloud recorded another key than the one that was sent.
  const keyPair = { publicKey: code === 'conflict' ? undefined : publicKey }
  const certain = outcome === 'partial'
  return [{ kind: 'ensures', name, keyPair, publicKey: undefined, change: blurred(options), certain }]
}

function imported({ description, tags, group }: EnsureOptions): KnownKeyPair {
  const texts = Object.entries(tags ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]))
  return { description, tags: tags && Object.fromEntries(texts), group }
}

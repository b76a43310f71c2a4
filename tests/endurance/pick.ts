import type { Random } from '@cloud-keypair/core'

/** Chooses a value by chance. Undefined if there is none. */
export function pick<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)]
}

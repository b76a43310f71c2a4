import type { KeyPairError, ResultIterable } from '@cloud-keypair/core'

/** Turns a list of a service into rows. The last one may be an error. */
export async function* rowsOf<T>(
  list: ResultIterable<T>,
): AsyncGenerator<{ readonly row: T } | { readonly error: KeyPairError }> {
  for await (const result of list) {
    yield result.match(
      (row) => ({ row }),
      (error) => ({ error }),
    )
  }
}

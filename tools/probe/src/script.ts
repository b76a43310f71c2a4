import { err, ok, type Result } from '@cloud-keypair/core'

/** The reason why a script ends early. */
export interface Halt {
  readonly why: string
  /** The part that ends: the attempt, which may be repeated, or the question. */
  readonly ends: 'attempt' | 'question'
}

/** Steps of which any may halt the rest: `yield*` takes the value of a `Result` or of another script, or ends here. */
export type Script<T> = AsyncGenerator<Result<never, Halt>, T, unknown>

/**
 * Runs a script up to its end, or to the first step that halts it. What is thrown on the way halts it too: whatever
 * happens, there is something to clean up.
 */
export async function run<T>(script: Script<T>): Promise<Result<T, Halt>> {
  try {
    const { done, value } = await script.next()
    return done === true ? ok(value) : value
  } catch (error) {
    return err({ why: `it failed (${codeOf(error)})`, ends: 'question' })
  }
}

/** Returns the code of an error, never its message, which may quote a secret. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Ends a script. */
export async function* halt(why: string, ends: Halt['ends']): Script<never> {
  yield err({ why, ends })
  throw new TypeError('A script went on after it was halted')
}

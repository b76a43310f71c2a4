import { AssertionError } from 'node:assert/strict'

/**
 * Fails unless it is so. `assert` of Node.js makes up a message by parsing the source where none is given, which can
 * take forever on compiled code.
 */
export function must(value: unknown, message = 'it is not so'): asserts value {
  if (!value) throw new AssertionError({ message, stackStartFn: must })
}

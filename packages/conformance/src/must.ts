import { AssertionError } from 'node:assert/strict'

/**
 * Fails unless the value is truthy. Without a message, `assert` of Node.js parses the source to make one, which can take
 * very long on compiled code.
 */
export function must(value: unknown, message = 'the expectation does not hold'): asserts value {
  if (!value) throw new AssertionError({ message, stackStartFn: must })
}

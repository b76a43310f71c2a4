import type { Subject } from './harness.js'
import { runCase } from './run-case.js'
import { cases } from './suite.js'
import type { TestKeys } from './test-keys.js'

/**
 * Runs the first case once without judging its result. An adapter may load code or read files at its first call, which
 * takes real time, and the virtual clock would run on meanwhile.
 */
export async function warmUp(subject: Subject, testKeys: TestKeys): Promise<void> {
  const [first] = cases
  const [usual] = subject.variants
  if (first !== undefined && usual !== undefined) await runCase(subject, usual, first, testKeys).catch(() => undefined)
}

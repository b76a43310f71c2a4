import type { Subject } from './harness.js'
import { type TestKeys, makeTestKeys } from './test-keys.js'
import { lackingFor, runCase } from './run-case.js'
import { cases } from './suite.js'

/** The part of a test runner's context that the suite uses. */
export interface TestContext {
  skip?(why: string): unknown
}

/** The two functions of a test runner that the suite needs: of vitest, node:test, jest, mocha. */
export interface Runner {
  describe(title: string, body: () => void): unknown
  it(title: string, body: (context?: TestContext) => Promise<void>): unknown
}

/**
 * Registers every case against each of these variants of an adapter, by default all, as a test. What the harness cannot
 * prove is skipped by the runner, with the reason, so that it is seen.
 */
export function describeKeyPairConformance(
  subject: Subject,
  { describe, it }: Runner,
  seed = 1,
  variants: readonly string[] = subject.variants,
): void {
  let testKeys: Promise<TestKeys> | undefined
  for (const variant of variants) {
    describe(`${subject.name}, ${variant}`, () => {
      for (const one of cases) {
        it(`${one.id} ${one.title}`, async (context) => {
          testKeys ??= makeTestKeys(seed)
          const verdict = await runCase(subject, variant, one, await testKeys)
          if (verdict === 'unproven')
            context?.skip?.(`unproven: the harness lacks ${lackingFor(one, subject).join(', ')}`)
        })
      }
    })
  }
}

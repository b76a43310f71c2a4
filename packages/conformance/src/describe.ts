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

/** The choice of a run in a test runner. */
export interface DescribeOptions {
  /** The variants of the adapter. Default: all. */
  readonly variants?: readonly string[]
  /** The keys and the seed. Default: keys that the first case makes, and the seed 1. */
  readonly testKeys?: TestKeys
}

/**
 * Registers every case against variants of an adapter as a test. What the harness cannot prove is skipped by the runner,
 * with the reason, so that it is seen.
 *
 * @example
 * describeKeyPairConformance(subject, { describe, it }, { variants: subject.variants.slice(0, 1) })
 */
export function describeKeyPairConformance(
  subject: Subject,
  { describe, it }: Runner,
  { variants = subject.variants, testKeys: given }: DescribeOptions = {},
): void {
  let testKeys: Promise<TestKeys> | undefined
  for (const variant of variants) {
    describe(`${subject.name}, ${variant}`, () => {
      for (const one of cases) {
        it(`${one.id} ${one.title}`, async (context) => {
          testKeys ??= given === undefined ? makeTestKeys(1) : Promise.resolve(given)
          const verdict = await runCase(subject, variant, one, await testKeys)
          if (verdict === 'unproven')
            context?.skip?.(`unproven: the harness lacks ${lackingFor(one, subject).join(', ')}`)
        })
      }
    })
  }
}

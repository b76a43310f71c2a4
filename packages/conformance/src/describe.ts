import type { Subject } from './harness.js'
import { type Kit, makeKit } from './kit.js'
import { lackingFor, runCase } from './run-case.js'
import { cases } from './suite.js'

/** The two functions of a test runner that the suite needs: of vitest, node:test, jest, mocha. */
export interface Runner {
  describe(title: string, body: () => void): unknown
  it(title: string, body: () => Promise<void>): unknown
}

/**
 * Registers every case against every variant of an adapter as a test. What the harness cannot prove is a test too, and
 * says so in its title.
 */
export function describeKeyPairConformance(subject: Subject, { describe, it }: Runner, seed = 1): void {
  let kit: Promise<Kit> | undefined
  for (const variant of subject.variants) {
    describe(`${subject.name}, ${variant}`, () => {
      for (const one of cases) {
        const lacking = lackingFor(one, subject)
        const unproven = lacking.length === 0 ? '' : ` [unproven: the harness lacks ${lacking.join(', ')}]`
        it(`${one.id} ${one.title}${unproven}`, async () => {
          kit ??= makeKit(seed)
          await runCase(subject, variant, one, await kit)
        })
      }
    })
  }
}

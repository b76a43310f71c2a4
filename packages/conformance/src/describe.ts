import { cases, makeKit, runCase } from './suite.js'
import type { Subject } from './harness.js'

/** The two functions of a test runner that the suite needs: of vitest, node:test, jest, mocha. */
export interface Runner {
  describe(title: string, body: () => void): unknown
  it(title: string, body: () => Promise<void>): unknown
}

/** Registers every case against every variant of an adapter as a test. */
export function describeKeyPairConformance(subject: Subject, { describe, it }: Runner, seed = 1): void {
  let kit: ReturnType<typeof makeKit> | undefined
  for (const variant of subject.variants) {
    describe(`${subject.name}, ${variant}`, () => {
      for (const one of cases) {
        it(`${one.id} ${one.title}`, async () => {
          kit ??= makeKit(seed)
          await runCase(subject, variant, one, await kit)
        })
      }
    })
  }
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { collectFile, type CollectedTest, runTests } from './collected-tests.js'

// A test runner for Stryker that runs the tests in its own process, one mutant after another. vitest would load all files
// again for each.

/** The global object that the mutated code reads and writes. */
interface Namespace {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  mutantCoverage?: unknown
}
interface MutantRun {
  readonly activeMutant: { readonly id: string }
  readonly testFilter?: readonly string[]
  readonly hitLimit?: number
}

const experienceSchema = v.object({ times: v.record(v.string(), v.number()), killers: v.array(v.string()) })
/** The knowledge of earlier runs: the time of each test in milliseconds, and the tests that killed mutants, the last one first. */
type Experience = v.InferOutput<typeof experienceSchema>

const namespace: Namespace = {}
Reflect.set(globalThis, '__stryker__', namespace)
const experienceFile = 'experience.json'
/** Tests of one mutant that may hang or loop before it is a time-out. */
const mostTimeouts = 3
/** Killers of the latest mutants that are tried first. Each may belong to another file, whose keys are generated again. */
const mostKillers = 10

class Runner {
  private readonly files = new Map<string, readonly CollectedTest[]>()
  private experience: Experience = { times: {}, killers: [] }
  /** True if a test that hangs is busy: it would disturb the next ones. */
  private hangs = false

  capabilities(): object {
    return { reloadEnvironment: false }
  }

  async dryRun(): Promise<object> {
    const results: object[] = []
    const times: Record<string, number> = {}
    for (const [file, tests] of await this.load()) {
      let start = performance.now()
      for await (const { id, failure } of runTests(tests, (next) => (namespace.currentTestId = next))) {
        const timeSpentMs = performance.now() - start
        times[id] = timeSpentMs
        const outcome = failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure }
        results.push({ id, name: id, fileName: resolve(file), timeSpentMs, ...outcome })
        start = performance.now()
      }
    }
    namespace.currentTestId = undefined
    this.learn({ times, killers: [] })
    return { status: 'complete', tests: results, mutantCoverage: namespace.mutantCoverage }
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRun): Promise<object> {
    // Stryker starts the process again, and tries the mutant there.
    if (this.hangs) process.exit(1)
    Object.assign(namespace, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    })
    const tests = [...(await this.load()).values()].flat()
    const chosen = testFilter === undefined ? tests : this.covering(tests, new Set(testFilter))
    return this.judge(chosen, hitLimit)
  }

  /** Judges a mutant. A test that hangs, or in which the mutant loops, is no kill: the tests after it may judge. */
  private async judge(tests: readonly CollectedTest[], hitLimit = Infinity): Promise<object> {
    const timedOut: string[] = []
    let nrOfTests = 0
    let idle = performance.eventLoopUtilization()
    const announce = (): void => {
      namespace.hitCount = 0
      idle = performance.eventLoopUtilization()
    }
    const limitMs = (id: string): number => 10_000 + 10 * (this.experience.times[id] ?? 0)
    for await (const { id, failure, hangs } of runTests(tests, announce, limitMs)) {
      nrOfTests += 1
      const isLooping = failure !== undefined && (namespace.hitCount ?? 0) > hitLimit
      if (hangs || isLooping) timedOut.push(id)
      this.hangs = hangs && performance.eventLoopUtilization(idle).utilization > 0.5
      if (this.hangs || timedOut.length === mostTimeouts) break
      if (failure === undefined || isLooping) continue
      const { times, killers } = this.experience
      this.learn({ times, killers: [id, ...killers.filter((killer) => killer !== id)].slice(0, mostKillers) })
      return { status: 'killed', killedBy: [id], failureMessage: failure, nrOfTests }
    }
    return timedOut.length > 0 ? { status: 'timeout', reason: timedOut.join(', ') } : { status: 'survived', nrOfTests }
  }

  private learn(experience: Experience): void {
    this.experience = experience
    writeFileSync(experienceFile, JSON.stringify(experience))
  }

  /** Returns these tests: first those that killed a mutant not long ago, then file by file. */
  private covering(tests: readonly CollectedTest[], wanted: ReadonlySet<string>): readonly CollectedTest[] {
    const { killers } = this.experience
    const rank = new Map(killers.map((id, index) => [id, index - killers.length]))
    const order = ({ id }: CollectedTest): number => rank.get(id) ?? 0
    return tests.filter(({ id }) => wanted.has(id)).toSorted((one, other) => order(one) - order(other))
  }

  private async load(): Promise<ReadonlyMap<string, readonly CollectedTest[]>> {
    if (this.files.size > 0) return this.files
    if (existsSync(experienceFile))
      this.experience = v.parse(experienceSchema, JSON.parse(readFileSync(experienceFile, 'utf8')))
    const cases = new RegExp(process.env['MUTATION_CASES'] ?? '')
    for (const file of (process.env['MUTATION_TESTS'] ?? '').trim().split('\n')) {
      const tests = await collectFile(file, () => import(pathToFileURL(resolve(file)).href))
      this.files.set(
        file,
        tests.filter(({ id }) => cases.test(id)),
      )
    }
    return this.files
  }
}

const create = Object.assign(() => new Runner(), { inject: [] })
export const strykerPlugins: readonly object[] = [{ kind: 'TestRunner', name: 'in-process', factory: create }]

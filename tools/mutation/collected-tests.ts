// Stands for vitest while mutants are judged: collects the tests of the files that are loaded. runner.ts runs them in its
// own process, without loading them again for each mutant.
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'

export { expect, vi } from '../../node_modules/vitest/dist/index.js'

type Body = (...values: readonly unknown[]) => unknown

interface Suite {
  readonly parent: Suite | undefined
  readonly name: string
  readonly hooks: Readonly<Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', Body[]>>
}

/** A test, and the suites around it. */
export interface CollectedTest {
  readonly id: string
  readonly suites: readonly Suite[]
  readonly body: () => unknown
}

// The interface of vitest asks for a state of the module: its functions are called without an object.
const newSuite = (name: string, parent?: Suite): Suite => ({
  parent,
  name,
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
})
const tests: CollectedTest[] = []
const state: { suite: Suite; finished: Body[] } = { suite: newSuite(''), finished: [] }

/** Loads a file, and returns its tests. */
export async function collectFile(name: string, load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  state.suite = newSuite(name)
  const before = tests.length
  await load()
  return tests.slice(before)
}

/** The result of one test; `hangs`: it did not end in its time, and is left alone. */
export interface TestEnd {
  readonly id: string
  readonly failure: string | undefined
  readonly hangs: boolean
}

/** Runs tests one after another with the hooks of their suites, each after it is announced, and for its time at most. */
export async function* runTests(
  chosen: readonly CollectedTest[],
  announce: (id: string) => void,
  limitMs: (id: string) => number = () => 600_000,
): AsyncGenerator<TestEnd> {
  let open: readonly Suite[] = []
  const close = async (kept: readonly Suite[]): Promise<void> => {
    const closing = open.filter((suite) => !kept.includes(suite)).toReversed()
    open = open.filter((suite) => kept.includes(suite))
    for (const suite of closing) await callAll(suite.hooks.afterAll.toReversed())
  }
  try {
    for (const { id, suites, body } of chosen) {
      announce(id)
      const prepare = async (): Promise<void> => {
        await close(suites)
        for (const suite of suites) {
          if (open.includes(suite)) continue
          open = [...open, suite]
          // Keys are generated here, in another thread.
          await callAll(suite.hooks.beforeAll)
        }
      }
      const failure =
        (await failureOf(prepare)) ??
        (await within(
          failureOf(() => runOne(suites, body)),
          limitMs(id),
        ))
      yield failure === hanging ? { id, failure: undefined, hangs: true } : { id, failure, hangs: false }
    }
  } finally {
    await failureOf(() => close([]))
  }
}

const hanging: unique symbol = Symbol('hanging')

/** Waits for a promise. A test that does nothing for three seconds waits for something that never comes. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof hanging> {
  const timer = new AbortController()
  const until = performance.now() + milliseconds
  const hang = async (): Promise<typeof hanging> => {
    for (let idle = 0; idle < 12 && performance.now() < until;) {
      const before = performance.eventLoopUtilization()
      await setTimeout(250, undefined, { signal: timer.signal })
      const isIdle = performance.eventLoopUtilization(before).utilization < 0.05
      idle = isIdle ? idle + 1 : 0
    }
    return hanging
  }
  try {
    return await Promise.race([promise, hang().catch((): typeof hanging => hanging)])
  } finally {
    timer.abort()
  }
}

async function runOne(suites: readonly Suite[], body: () => unknown): Promise<void> {
  state.finished = []
  try {
    for (const { hooks } of suites) await callAll(hooks.beforeEach)
    await body()
  } finally {
    for (const { hooks } of suites.toReversed()) await callAll(hooks.afterEach.toReversed())
    await callAll(state.finished.toReversed())
  }
}

async function failureOf(body: () => Promise<void>): Promise<string | undefined> {
  let unhandled: unknown
  const note = (reason: unknown): void => void (unhandled = reason ?? 'an unhandled rejection')
  process.on('unhandledRejection', note)
  try {
    await body()
    // Node tells an unhandled rejection after the microtasks.
    await new Promise((resolve) => setImmediate(resolve))
    return unhandled === undefined ? undefined : inspect(unhandled)
  } catch (error) {
    return inspect(error)
  } finally {
    process.off('unhandledRejection', note)
  }
}

async function callAll(bodies: readonly Body[]): Promise<void> {
  for (const body of bodies) await body()
}

const isBody = (value: unknown): value is Body => typeof value === 'function'

function bodyOf(values: readonly unknown[]): Body {
  const body = values.find(isBody)
  if (body === undefined) throw new TypeError('A test has no body.')
  return body
}

function collectTest(name: string, ...rest: readonly unknown[]): void {
  const suites: Suite[] = []
  for (let suite: Suite | undefined = state.suite; suite !== undefined; suite = suite.parent) suites.unshift(suite)
  const body = bodyOf(rest)
  const title = [...suites.map((suite) => suite.name), name].join(' > ')
  // Rows of a table may share a name.
  const number = tests.filter(({ id }) => id.startsWith(title)).length
  const id = `${title} #${number}`
  tests.push({ id, suites, body: () => body({}) })
}

function collectSuite(name: string, ...rest: readonly unknown[]): void {
  const outer = state.suite
  state.suite = newSuite(name, outer)
  bodyOf(rest)()
  state.suite = outer
}

const each =
  (collect: (name: string, body: Body) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, ...rest: readonly unknown[]): void => {
    const body = bodyOf(rest)
    for (const row of rows) {
      const given: readonly unknown[] = Array.isArray(row) ? row : [row]
      collect(name, () => body(...given))
    }
  }
const hook =
  (kind: keyof Suite['hooks']) =>
  (body: Body): void =>
    void state.suite.hooks[kind].push(body)

export const test = Object.assign(collectTest, { each: each(collectTest) })
export const it: typeof test = Object.assign(collectTest, { each: each(collectTest) })
export const describe = Object.assign(collectSuite, { each: each(collectSuite) })
export const beforeAll: (body: Body) => void = hook('beforeAll')
export const beforeEach: (body: Body) => void = hook('beforeEach')
export const afterEach: (body: Body) => void = hook('afterEach')
export const afterAll: (body: Body) => void = hook('afterAll')
export const onTestFinished = (body: Body): void => void state.finished.push(body)

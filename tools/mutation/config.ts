/** The sources of one subject, and the tests that can kill their mutants. */
export interface Sources {
  readonly mutate: string
  /** Test files. */
  readonly tests: readonly string[]
  /** The names of the tests in them, as a regular expression. */
  readonly cases: string
}

const memorySuite = 'tools/mutation/memory-suite.test.ts'
const changes: Omit<Sources, 'mutate'> = {
  tests: [
    'packages/core/test/{restart,rotation,attachment}/**/*.test.ts',
    'tests/service/{take-effect*,checkpoint,resume*,rotate*}.test.ts',
    memorySuite,
  ],
  // Of the suite, what is about instances.
  cases: '^(?!.*KP-)|KP-(NOW|ROTATE|ATTACH|DETACH|PLAN|BOUND|FAULT|LAG|EVENT)-',
}
const all: Omit<Sources, 'mutate'> = {
  tests: ['packages/core/test/**/*.test.ts', 'tests/service/*.test.ts', memorySuite],
  cases: '^(?!.*KP-FILE-)',
}
const core = (folder: string, judges: Omit<Sources, 'mutate'>): Sources => ({
  mutate: `packages/core/src/${folder}/**/*.ts`,
  ...judges,
})
const adapter = (name: string): Sources => ({
  mutate: `packages/${name}/src/**/*.ts`,
  tests: [`packages/${name}/test/**/*.test.ts`],
  cases: '^(?!.*KP-FILE-)',
})

/** The sources that can be mutated, by the name in the command. */
export const folders: Readonly<Record<string, Sources>> = {
  restart: core('restart', changes),
  rotation: core('rotation', changes),
  attachment: core('attachment', changes),
  engine: core('engine', all),
  scheduling: core('scheduling', all),
  'key-pairs': core('key-pairs', all),
  lookup: core('lookup', all),
  volcengine: adapter('volcengine'),
  alibaba: adapter('alibaba'),
}

/** Returns the settings of a run in a clone. */
export function strykerConfig({ mutate }: Sources): object {
  return {
    mutate: [mutate],
    testRunner: 'vitest',
    plugins: ['./tools/mutation/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'],
    // In a sandbox, and with related tests alone, the tests load the code that is not mutated.
    inPlace: true,
    vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
    // Stryker rewrites this file with a compiler that is not installed: TypeScript 7 has no such interface.
    tsconfigFile: 'no-tsconfig.json',
    coverageAnalysis: 'perTest',
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: 1,
    timeoutMS: 10_000,
    timeoutFactor: 1.5,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: 'earlier.json',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: 'report.json' },
    tempDirName: '.stryker',
    allowConsoleColors: false,
  }
}

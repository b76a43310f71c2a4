/** The sources of one subject, and the tests that can kill their mutants. */
export interface Sources {
  readonly mutate: string
  /** Test files, as patterns of git. */
  readonly tests: readonly string[]
  /** The names of the tests in them, as a regular expression. */
  readonly cases: string
}

const memorySuite = 'tools/mutation/memory-suite.test.ts'
const inService = (name: string): string => `tests/service/${name}.test.ts`
// Without the simulators: a process that starts again, after a mutant that hangs, takes long to load them. Without the suite:
// a mutant that survives would run all of its cases.
const changes: Omit<Sources, 'mutate'> = {
  tests: [
    ...['restart', 'rotation', 'attachment'].map((folder) => `packages/core/test/${folder}/*.test.ts`),
    ...['attached*', 'changed-after*', 'checkpoint', 'clock*', 'close', 'dangling*', 'forgotten*'].map(inService),
    ...['may-call', 'name-changes-hands', 'refused*', 'reboot*', 'resume*'].map(inService),
    ...['rotate*', 'stored*', 'take-effect*'].map(inService),
  ],
  // An abort at any second takes as long as all other tests together.
  cases: '^(?!.*leaves no instance stopped and nobody locked out)',
}
const all: Omit<Sources, 'mutate'> = {
  tests: [
    'packages/core/test/*/*.test.ts',
    ...['file', 'http', 'programs'].map((folder) => `:(exclude)packages/core/test/${folder}`),
    'tests/service/*.test.ts',
    memorySuite,
  ],
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
    testRunner: 'in-process',
    plugins: ['./tools/mutation/runner.ts'],
    testRunnerNodeArgs: ['--import', 'tsx', '--conditions=cloud-keypair-source'],
    // In a sandbox the tests load the code that is not mutated.
    inPlace: true,
    disableTypeChecks: false,
    // Stryker rewrites this file with a compiler that is not installed: TypeScript 7 has no such interface.
    tsconfigFile: 'no-tsconfig.json',
    coverageAnalysis: 'perTest',
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: 1,
    // The runner ends each test in its own time. A busy machine may take several times that of the first run for all.
    timeoutMS: 60_000,
    timeoutFactor: 3,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: 'earlier.json',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: 'report.json' },
    tempDirName: '.stryker',
    allowConsoleColors: false,
  }
}

/** The sources of one subject, and what tests them besides the unit tests of core and the memory adapter. */
export interface Sources {
  readonly mutate: string
  readonly tests: readonly string[]
}

const core = (folder: string): Sources => ({ mutate: `packages/core/src/${folder}/**/*.ts`, tests: [] })
const adapter = (name: string): Sources => ({
  mutate: `packages/${name}/src/**/*.ts`,
  tests: [`packages/${name}/test/**/*.test.ts`],
})

/** What can be mutated, by the name that the command takes. */
export const folders: Readonly<Record<string, Sources>> = {
  restart: core('restart'),
  rotation: core('rotation'),
  attachment: core('attachment'),
  engine: core('engine'),
  'key-pairs': core('key-pairs'),
  lookup: core('lookup'),
  volcengine: adapter('volcengine'),
  alibaba: adapter('alibaba'),
}

/** The settings of a run in a clone. */
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
    timeoutMS: 20_000,
    timeoutFactor: 3,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: 'former.json',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: 'report.json' },
    tempDirName: '.stryker',
    allowConsoleColors: false,
    disableTypeChecks: false,
  }
}

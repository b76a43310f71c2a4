import { defineConfig } from 'vitest/config'
import { LongFilesFirst } from './tests/support/long-files-first.js'

// The packages of the workspace resolve to their sources, so that tests need no build.
const conditions = ['cloud-keypair-source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: 'tests/support/compile.ts',
    // The tests of the packages, with the suite in each adapter's usual world: they kill every mutant, as `pnpm mutants`
    // checks. vitest.all.config.ts has the rest.
    include: ['packages/*/test/**/*.test.ts', 'tests/service/*.test.ts', 'examples/demo/test/readme.test.ts'],
    // The long ones start processes, or repeat an operation for each of its calls or for many variants.
    exclude: ['packages/*/test/**/*conformance-variants.test.ts', '**/*.long.test.ts', '**/node_modules/**'],
    // The files of one worker share the modules that they load: to load them anew took more time than the tests did.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    // All processors: what one would be left free for does nothing meanwhile.
    maxWorkers: '100%',
    // A test makes RSA keys, which takes a slow or busy machine seconds. Nothing waits for these but a test that hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})

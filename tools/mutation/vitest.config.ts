import { defineConfig } from 'vitest/config'
import workspace from '../../vitest.config.js'

// The tests that judge a mutant: unit tests first, then the suite on the memory adapter. Cases that set the umask or
// start child processes are left out: mutants run in a worker thread, which can do neither.
export default defineConfig({
  ...workspace,
  test: {
    ...workspace.test,
    include: [
      'packages/core/test/**/*.test.ts',
      'tests/service/*.test.ts',
      'packages/memory/test/*.test.ts',
      ...(process.env['MUTATION_TESTS'] ?? '').split(',').filter((path) => path !== ''),
    ],
    exclude: [
      '**/node_modules/**',
      'packages/core/test/file/save-to-file.test.ts',
      'packages/core/test/http/process-exit.test.ts',
    ],
    testNamePattern: /^(?!.*KP-FILE-)/,
  },
})

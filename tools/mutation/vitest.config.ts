import { defineConfig } from 'vitest/config'
import workspace from '../../vitest.config.js'

// The tests that judge a mutant, as main.ts names them. A mutant runs in a worker thread: cases that set the umask or
// start child processes are left out by their names.
export default defineConfig({
  ...workspace,
  test: {
    ...workspace.test,
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    exclude: ['packages/core/test/file/**', 'packages/core/test/http/**', '**/node_modules/**'],
    testNamePattern: new RegExp(process.env['MUTATION_CASES'] ?? ''),
    isolate: false,
  },
})

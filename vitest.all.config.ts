import { defineConfig } from 'vitest/config'
import fast from './vitest.config.js'

/** Every test: also the long ones, the other worlds of the wire adapters, the demo, the probe and the crash tests. */
export default defineConfig({
  ...fast,
  test: {
    ...fast.test,
    env: { CLOUD_KEYPAIR_TESTS_IN_FULL: 'true' },
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'tests/{service,crash}/*.test.ts',
      'tools/*/test/**/*.test.ts',
    ],
    // The tests of the third-party adapters are for node:test, on the packed packages.
    exclude: ['examples/third-party-adapter/**', '**/node_modules/**'],
  },
})

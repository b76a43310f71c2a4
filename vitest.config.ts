import { defineConfig } from 'vitest/config'

// The packages of the workspace resolve to their sources, so that tests need no build.
const conditions = ['cloud-keypair-source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'tests/{service,crash}/*.test.ts',
      'tools/*/test/**/*.test.ts',
    ],
    // Its tests are for node:test, on the packed packages.
    exclude: ['examples/third-party-adapter/**', '**/node_modules/**'],
    // All processors: what one would be left free for does nothing meanwhile.
    maxWorkers: '100%',
    // A test makes RSA keys, which takes a slow or busy machine seconds. Nothing waits for these but a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

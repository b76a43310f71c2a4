import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['cloud-keypair-source', 'node', 'import', 'module', 'default'] },
  ssr: { resolve: { conditions: ['cloud-keypair-source', 'node', 'import', 'module', 'default'] } },
  test: { include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'] },
})

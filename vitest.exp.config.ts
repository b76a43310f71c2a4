import { defineConfig } from 'vitest/config'
import fast from './vitest.config.js'
const conditions = ['cloud-keypair-compiled', 'cloud-keypair-source', 'node', 'import', 'default']
export default defineConfig({
  ...fast,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    ...fast.test,
    server: { deps: { external: [/\/compiled\//] } },
    execArgv: ['--conditions=cloud-keypair-compiled'],
  },
})

import { defineConfig } from 'tsup'
import { shared } from '../../tsup.shared.js'

export default defineConfig({
  ...shared,
  entry: ['src/index.ts', 'src/driver.ts', 'src/http.ts', 'src/file.ts', 'src/credentials.ts'],
})

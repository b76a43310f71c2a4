import { defineConfig } from 'tsup'

export default defineConfig({ entry: ['src/index.ts', 'src/http.ts', 'src/file.ts'], format: 'esm', target: 'node20', dts: false, clean: false })

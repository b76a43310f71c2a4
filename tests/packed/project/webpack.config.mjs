import { resolve } from 'node:path'

export default {
  target: 'node',
  mode: 'production',
  entry: './program.mjs',
  output: { path: resolve('bundle'), filename: 'program.cjs' },
}

import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import nodeResolve from '@rollup/plugin-node-resolve'

export default {
  input: 'program.mjs',
  output: { dir: 'bundle', format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
  plugins: [
    nodeResolve({ exportConditions: ['node'], preferBuiltins: true }),
    // Only the newest versions of Node.js have it, and undici uses it for a cache alone.
    commonjs({ ignore: ['node:sqlite'] }),
    json(),
  ],
}

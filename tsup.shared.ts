import type { Options } from 'tsup'

/**
 * How every package becomes JavaScript. The declarations come from `tsc -b` into the same folder, so its
 * build information goes when the folder is emptied: otherwise it would vouch for declarations that are gone.
 * Code splitting gives the entries of one package the same copy of what they share, `Secret` above all.
 */
export const shared: Options = {
  format: 'esm',
  target: 'node20.19',
  splitting: true,
  dts: false,
  clean: ['.tsbuildinfo'],
}

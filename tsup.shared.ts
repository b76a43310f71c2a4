import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from 'tsup'

/**
 * The settings by which every package becomes JavaScript. The declarations come from `tsc -b` into the same folder, so its
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

const thirdParty = join('dist', 'third-party')

/**
 * Bundles the used parts of packages, which are development dependencies then, and copies their licences. A new process
 * loads these parts in a fraction of the time that the whole packages take.
 */
export function withPartsOf(...packages: readonly string[]): Options {
  return {
    noExternal: [...packages],
    onSuccess: async () => {
      for (const name of packages) {
        const folder = join('node_modules', name)
        const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file))
        if (licence === undefined) throw new Error(`${name} has no file with its licence`)
        // By another name: pnpm packs the licence of the workspace only if a package has no file that is called one.
        await mkdir(thirdParty, { recursive: true })
        await copyFile(join(folder, licence), join(thirdParty, `${name}.txt`))
      }
    },
  }
}

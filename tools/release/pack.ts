import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPackages } from '../../tests/support/build.js'
import { packInto } from '../../tests/support/packed.js'
import { runTool } from '../../tests/support/run-tool.js'

// Makes everything that a release uploads, in the folder release/: the packed packages, the list of what they install
// (CycloneDX, as npm writes it), and the checksums. Nothing is published.

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'release')
const names = (await readdir(join(root, 'packages'))).sort()

await rm(folder, { recursive: true, force: true })
await mkdir(folder)
await buildPackages()
await packInto(folder, names)
await writeFile(join(folder, 'sbom.cdx.json'), await sbom())
const checksums = await Promise.all((await readdir(folder)).sort().map(checksum))
await writeFile(join(folder, 'SHA256SUMS'), checksums.join(''))
process.stdout.write(`release/ has ${names.length} packages, sbom.cdx.json and SHA256SUMS. Nothing was published.\n`)

/** Installs the packed packages as an application does, and returns npm's list of everything that was installed. */
async function sbom(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'release-'))
  // npm calls the root of the list by the name of the folder.
  const application = join(parent, 'cloud-keypair')
  try {
    await mkdir(application)
    const dependencies = Object.fromEntries(
      names.map((name) => [`@cloud-keypair/${name}`, `file:${join(folder, name)}.tgz`]),
    )
    // The packages name one another by versions that no registry has yet.
    const overrides = Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]))
    const manifest = { name: 'cloud-keypair', version: '0.0.0', private: true, dependencies, overrides }
    await writeFile(join(application, 'package.json'), JSON.stringify(manifest))
    await runTool(application, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund')
    const list = await runTool(application, 'npm', 'sbom', '--sbom-format', 'cyclonedx')
    // npm names the folder of this machine. The tarballs are beside the list.
    const portable = list.replaceAll(`file:${folder}/`, 'file:')
    if (portable.includes(root)) throw new Error('The list of what is installed names a folder of this machine')
    return portable
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

async function checksum(file: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(join(folder, file)))
    .digest('hex')
  return `${digest}  ${file}\n`
}

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packedOverrides, packInto } from '../../tests/support/packed.js'

const template = fileURLToPath(new URL('../../examples/third-party-adapter', import.meta.url))
/** The packages that an adapter is written against. */
const packages = ['core', 'conformance'] as const

/** An adapter to start from: for a cloud with attach, or for one that only stores key pairs. */
export type Template = 'graupel' | 'virga'

/**
 * Copies one adapter of the example, with its server and its tests, into a new folder, under the name of another cloud.
 * Packs the packages, which are built, beside it. Rejects if the folder exists.
 */
export async function copyTemplate(name: string, from: Template, folder: string): Promise<void> {
  if (!/^[a-z][a-z0-9]*$/.test(name)) throw new Error(`${name}: the name is to be lower-case letters and digits`)
  await mkdir(folder)
  const other = from === 'graupel' ? 'virga' : 'graupel'
  const files = await readdir(template, { recursive: true, withFileTypes: true })
  for (const file of files) {
    const path = join(file.parentPath, file.name).slice(template.length + 1)
    if (!file.isFile() || /^(node_modules|dist)\b|README\.md$/.test(path) || path.includes(other)) continue
    const target = join(folder, renamed(path, from, name))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, renamed(without(other, from, await readFile(join(template, path), 'utf8')), from, name))
  }
  await packInto(folder, packages)
  await writeFile(join(folder, 'pnpm-workspace.yaml'), packedOverrides(packages))
  await writeFile(join(folder, 'README.md'), readme(name))
}

/** Removes the other adapter from files that name both. */
function without(other: string, from: string, text: string): string {
  return text
    .replaceAll(new RegExp(`^import .*${other}Subject.*\\n`, 'gm'), '')
    .replaceAll(new RegExp(`, ${other}Subject|${other}Subject, `, 'g'), '')
    .replaceAll(other, from)
}

function renamed(text: string, from: string, name: string): string {
  return text
    .replace(/"name": ".*"/, `"name": "${name}-key-pairs"`)
    .replace(
      /"description": ".*"/,
      `"description": "The SSH key pairs of ${capital(name)} behind the KeyPairService of cloud-keypair."`,
    )
    .replaceAll(capital(from), capital(name))
    .replaceAll(from, name)
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

function readme(name: string): string {
  return `# ${name}-key-pairs

The SSH key pairs of ${capital(name)} behind the \`KeyPairService\` of \`cloud-keypair\`.

\`\`\`sh
npx -y pnpm@10.34.8 install
npx -y pnpm@10.34.8 test   # types, and the conformance suite
\`\`\`

1. \`src/${name}/capabilities.ts\`: what the cloud can do.
2. \`src/${name}/api.ts\`, \`driver.ts\`, \`errors.ts\`: one request for each method, and what the cloud's codes mean.
3. \`test/servers/${name}*.ts\`: a small server that behaves as the cloud does.
`
}

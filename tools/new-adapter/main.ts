import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackages } from '../../tests/support/build.js'
import { copyTemplate } from './copy-template.js'

const help = `Makes a package for an adapter of another cloud, outside this workspace:

  pnpm new-adapter mycloud                      in ../mycloud-key-pairs
  pnpm new-adapter mycloud folder --store-only  for a cloud that cannot attach key pairs to instances
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'store-only': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
const [name, folder = `../${name}-key-pairs`] = positionals
if (values.help || name === undefined) {
  process.stdout.write(help)
  if (!values.help) process.exitCode = 1
} else {
  process.stdout.write('Building the packages, which takes a minute or more.\n')
  await buildPackages()
  await copyTemplate(name, values['store-only'] ? 'virga' : 'graupel', resolve(folder))
  process.stdout.write(`${resolve(folder)} has the adapter. Its README says what comes next.\n`)
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVolcengineSimulator } from '@cloud-keypair/simulator'

// Runs one of the programs beside this file against a simulated cloud: `pnpm example quickstart`.

const [, , name = 'quickstart', ...parameters] = process.argv
const program = ['ts', 'js']
  .map((ending) => fileURLToPath(new URL(`${name}.${ending}`, import.meta.url)))
  .find(existsSync)
if (program === undefined) throw new Error(`There is no example ${name}; they are the files beside main.ts`)

const simulator = await startVolcengineSimulator({ variants: { powerChangeMs: 1 } })
simulator.world.seedInstances(Array.from({ length: 250 }, (_, index) => ({ id: `i-${index + 1}` })))
// A program of yours starts without key pairs.
if (['bulk', 'fleet', 'plain', 'rotation', 'service'].includes(name)) {
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances(['i-301', 'i-302'].map((id) => ({ id, keyPair: 'deploy' })))
}
const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-example-'))
// A simulated instance has no sshd. Each login succeeds.
await writeFile(join(folder, 'ssh'), '#!/bin/sh\nexit 0\n', { mode: 0o700 })
const { PATH = '', HOME = '', PORT = '0', NODE_OPTIONS = '', REDIS_URL } = process.env
const environment = {
  PATH: `${folder}:${PATH}`,
  HOME,
  PORT,
  NODE_OPTIONS,
  ...(REDIS_URL !== undefined && { REDIS_URL }),
  VOLCENGINE_ENDPOINT: simulator.url,
  VOLCENGINE_REGION: simulator.region,
  VOLCENGINE_ACCESS_KEY: simulator.accessKeyId,
  VOLCENGINE_SECRET_KEY: simulator.secretAccessKey,
}
const node = ['--conditions=cloud-keypair-source', '--import', import.meta.resolve('tsx'), program, ...parameters]
const child = spawn(process.execPath, node, { cwd: folder, stdio: 'inherit', env: environment })
// They end with the program.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.once('close', (code) => {
  process.exitCode = code ?? 1
})
await once(child, 'close')
await simulator.close()
console.log(`The files of ${name} are in ${folder}`)

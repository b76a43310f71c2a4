import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, listen } from '../support/ports.js'
import { catalogTemplate, keystoneConfiguration, novaConfiguration } from './configuration.js'
import { changeRecords, type RecordChange, type StoredRecords } from './records.js'

const run = promisify(execFile)
type Environment = Readonly<Record<string, string>>
const cache = fileURLToPath(new URL('debian', import.meta.url))
// Those of Debian 12. The programs here use functions of this Nova.
const wanted = ['nova-api=2:26.*', 'keystone=2:22.*']

/** Keystone and the API of Nova from the packages of Debian: servers that nobody of this project wrote. */
export interface Servers extends AsyncDisposable {
  /** The URL of Keystone. */
  readonly authUrl: string
  /** The URL of Nova. */
  readonly novaUrl: string
  /** The password of the user `admin` in the project `admin` of the domain `Default`. */
  readonly password: string
  /** Changes the records in the databases of Nova. Returns all that are there after it. */
  changeRecords(change: RecordChange): Promise<StoredRecords>
}

/** Quota of key pairs, small enough to be reached by a check. */
export const quota = 12

/** Starts the servers with empty databases. Rejects with the reason if a part is missing and cannot be got. */
export async function startServers(tell: (line: string) => void): Promise<Servers> {
  const root = await unpackedPackages(tell)
  const folder = await mkdtemp(join(tmpdir(), 'real-openstack-'))
  // Nova asks the network service for the ports of servers that it lists.
  const network = createServer((_, response) => void response.end('{"ports":[]}'))
  const [keystonePort, novaPort, networkPort] = [await freePort(), await freePort(), await listen(network)]
  const password = 'canary-password-of-admin'
  const settings = { folder, keystonePort, novaPort, networkPort, password, quota }
  for (const name of ['fernet', 'receipts', 'credential', 'lock']) await mkdir(join(folder, name))
  await cp(join(root, 'usr/share/nova-common/api-paste.ini'), join(folder, 'api-paste.ini'))
  await writeFile(join(folder, 'catalog.templates'), catalogTemplate(settings))
  await writeFile(join(folder, 'keystone.conf'), keystoneConfiguration(settings))
  await writeFile(join(folder, 'nova.conf'), novaConfiguration(settings))
  const env = {
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    LD_LIBRARY_PATH: (await libraries(root)).join(':'),
    PATH: '/usr/bin:/bin',
    OS_KEYSTONE_CONFIG_FILES: join(folder, 'keystone.conf'),
    OS_KEYSTONE_CONFIG_DIR: folder,
    OS_NOVA_CONFIG_DIR: folder,
  }
  const programs: Program[] = []
  const start = (name: string, ...parameters: readonly string[]): void => {
    programs.push(startProgram([fileURLToPath(new URL(name, import.meta.url)), ...parameters], { env, cwd: folder }))
  }
  const stop = async (): Promise<void> => {
    network.close()
    for (const { kill } of programs) kill()
    // The folder is removed only after all have ended.
    await Promise.all(programs.map(({ end }) => end))
    await rm(folder, { recursive: true, force: true })
  }
  /** Waits for work of the programs. Rejects if one of them ends before. */
  const unlessEnded = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([work, ...programs.map(({ end }) => end.then((reason): never => fail(reason)))])
  const authUrl = `http://127.0.0.1:${keystonePort}`
  const novaUrl = `http://127.0.0.1:${novaPort}/v2.1`
  try {
    start('keystone_server.py', 'keystone.conf', String(keystonePort), password)
    start('nova_server.py', String(novaPort), `sqlite:///${join(folder, 'cell0.db')}`)
    await unlessEnded(Promise.all([`${authUrl}/v3`, `${novaUrl}/`].map(untilAnswered)))
    return {
      authUrl,
      novaUrl,
      password,
      changeRecords: (change) => unlessEnded(changeRecords(`http://127.0.0.1:${novaPort}/records`, change)),
      [Symbol.asyncDispose]: stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

/** A program in Python that runs. */
interface Program {
  kill(): void
  /** The last that the program said, after its end. */
  readonly end: Promise<string>
}

function startProgram(
  parameters: readonly string[],
  options: { readonly env: Environment; readonly cwd: string },
): Program {
  const child = spawn('/usr/bin/python3', parameters, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => (said = `${said}${String(text)}`.slice(-2000)))
  return {
    kill: () => void child.kill('SIGKILL'),
    end: once(child, 'close').then(() => `${parameters[0]} ended: ${said}`),
  }
}

function fail(reason: string): never {
  throw new Error(reason)
}

/**
 * Returns the folder with the unpacked packages. The first run downloads 68 MB, and unpacks 366 MB. Rejects with the reason
 * if apt-get does not offer them.
 */
export async function unpackedPackages(tell: (line: string) => void): Promise<string> {
  const root = join(cache, 'root')
  if ((await stat(root).catch(() => undefined)) !== undefined) return root
  const archives = join(cache, 'archives')
  const unpacking = join(cache, 'unpacking')
  await rm(unpacking, { recursive: true, force: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await mkdir(unpacking)
  // Nothing is installed, so that no lock and no right is needed.
  const settings = ['Debug::NoLocking=true', `Dir::Cache::archives=${archives}`].flatMap((setting) => ['-o', setting])
  const parameters = ['install', '-y', '--no-install-recommends', '--download-only', ...settings, ...wanted]
  await run('apt-get', parameters, { maxBuffer: 2 ** 26 }).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? thrown.message.split('\n').slice(-5).join(' ') : ''
    throw new Error(`apt-get does not download ${wanted.join(' and ')}. Run apt-get update on Debian 12. ${why}`)
  })
  const packages = (await readdir(archives)).filter((name) => name.endsWith('.deb'))
  tell(`Downloaded ${packages.length} packages.`)
  for (const name of packages) await run('dpkg-deb', ['-x', join(archives, name), unpacking])
  await rename(unpacking, root)
  await rm(archives, { recursive: true })
  return root
}

/** Returns the folders of shared libraries, which are by the kind of machine. */
async function libraries(root: string): Promise<readonly string[]> {
  const folders = await readdir(join(root, 'usr/lib'))
  return folders.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(root, 'usr/lib', name))
}

async function untilAnswered(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer !== undefined && answer.status < 500) return
    if (attempt === 1200) throw new Error(`Nobody answers at ${url}`)
    await sleep(100)
  }
}

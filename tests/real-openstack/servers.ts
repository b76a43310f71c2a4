import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { catalogTemplate, keystoneConfiguration, novaConfiguration } from './configuration.js'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('debian', import.meta.url))

/** Keystone and the API of Nova from the packages of Debian: servers that nobody of this project wrote. */
export interface Servers extends AsyncDisposable {
  /** The URL of Keystone. */
  readonly authUrl: string
  /** The password of the user `admin` in the project `admin` of the domain `Default`. */
  readonly password: string
}

/** Quota of key pairs, small enough to be reached by a check. */
export const quota = 12

/** Starts the servers with empty databases. Rejects with the reason if a part is missing and cannot be got. */
export async function startServers(tell: (line: string) => void): Promise<Servers> {
  const root = await unpackedPackages(tell)
  const folder = await mkdtemp(join(tmpdir(), 'real-openstack-'))
  const [keystonePort, novaPort] = [await freePort(), await freePort()]
  const password = 'canary-password-of-admin'
  const settings = { folder, keystonePort, novaPort, password, quota }
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
  }
  const python = async (program: string, ...parameters: readonly string[]): Promise<void> => {
    await run('/usr/bin/python3', [join(root, 'usr/bin', program), ...parameters], {
      env,
      cwd: folder,
      maxBuffer: 2 ** 26,
    })
  }
  const keystone = (...parameters: readonly string[]) =>
    python('keystone-manage', '--config-file', 'keystone.conf', ...parameters)
  const nova = (...parameters: readonly string[]) => python('nova-manage', '--config-file', 'nova.conf', ...parameters)
  const owner = [
    '--keystone-user',
    String(process.getuid?.() ?? 0),
    '--keystone-group',
    String(process.getgid?.() ?? 0),
  ]
  const prepareKeystone = async (): Promise<void> => {
    await keystone('db_sync')
    await keystone('fernet_setup', ...owner)
    await keystone('credential_setup', ...owner)
    await keystone('bootstrap', '--bootstrap-password', password, '--bootstrap-region-id', 'RegionOne')
  }
  const prepareNova = async (): Promise<void> => {
    await nova('api_db', 'sync')
    await nova('cell_v2', 'map_cell0', '--database_connection', `sqlite:///${join(folder, 'cell0.db')}`)
    await nova('db', 'sync')
    await nova('cell_v2', 'create_cell', '--name', 'c1')
  }
  const stops: (() => Promise<void>)[] = []
  const start = (program: string, ...parameters: readonly string[]): void => {
    const options = { env, cwd: folder, stdio: 'ignore' } as const
    const child = spawn('/usr/bin/python3', [join(root, 'usr/bin', program), ...parameters], options)
    const end = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
    stops.push(() => (child.kill('SIGKILL'), end))
  }
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((stopOne) => stopOne()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // The folder is removed only after both have ended.
    const prepared = await Promise.allSettled([prepareKeystone(), prepareNova()])
    for (const one of prepared) if (one.status === 'rejected') throw one.reason
    tell('Made the databases.')
    start('keystone-wsgi-public', '--host', '127.0.0.1', '--port', String(keystonePort))
    start('nova-api', '--config-file', 'nova.conf')
    await Promise.all([`http://127.0.0.1:${keystonePort}/v3`, `http://127.0.0.1:${novaPort}/v2.1/`].map(untilAnswered))
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return { authUrl: `http://127.0.0.1:${keystonePort}`, password, [Symbol.asyncDispose]: stop }
}

/** Returns the folder with the unpacked packages. The first run downloads 68 MB, and unpacks 366 MB. */
async function unpackedPackages(tell: (line: string) => void): Promise<string> {
  const root = join(cache, 'root')
  if ((await stat(root).catch(() => undefined)) !== undefined) return root
  const archives = join(cache, 'archives')
  const unpacking = join(cache, 'unpacking')
  await rm(unpacking, { recursive: true, force: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await mkdir(unpacking)
  const wanted = [
    'install',
    '-y',
    '--no-install-recommends',
    '--download-only',
    '-o',
    `Dir::Cache::archives=${archives}`,
  ]
  await run('apt-get', [...wanted, 'nova-api', 'keystone'], { maxBuffer: 2 ** 26 }).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? thrown.message.split('\n').slice(-5).join(' ') : ''
    throw new Error(`apt-get does not download nova-api and keystone. Run apt-get update on Debian 12. ${why}`)
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The server had no port')
  return address.port
}

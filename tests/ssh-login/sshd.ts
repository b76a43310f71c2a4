import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** An OpenSSH server on 127.0.0.1, which lets in whom its file of public keys names, as the current user. */
export interface Sshd {
  readonly port: number
  /** The file of known hosts that has its host key. */
  readonly knownHosts: string
  /** Resolves when the server has refused somebody. */
  refused(): Promise<void>
  /** Replaces the public keys that are let in, one a line. */
  authorize(publicKeys: readonly string[]): void
  /** Logs in with a private key, runs `true`, and says how that ended. */
  login(privateKeyPath: string): Promise<Login>
  stop(): Promise<void>
}

export interface Login {
  readonly exitCode: number | null
  /** The output of the client, if the login failed. */
  readonly output: string
}

// Outside of the path of a common user. The server starts itself again, and so wants its whole name.
const program = '/usr/sbin/sshd'

/** Starts a server whose keys and settings are in the folder, and none of this machine's. */
export async function startSshd(folder: string): Promise<Sshd> {
  if (!existsSync(program)) {
    throw new Error(`There is no ${program}: install OpenSSH's server (apt-get install openssh-server).`)
  }
  // A server that runs as root needs this directory for its unprivileged part. Debian's service creates it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const hostKey = join(folder, 'host_key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  const authorizedKeys = join(folder, 'authorized_keys')
  writeFileSync(authorizedKeys, '', { mode: 0o600 })

  const port = await freePort()
  const settings = join(folder, 'sshd_config')
  writeFileSync(settings, settingsOf(port, hostKey, authorizedKeys))
  const knownHosts = join(folder, 'known_hosts')
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`)
  const server = spawn(program, ['-D', '-e', '-f', settings], { stdio: ['ignore', 'ignore', 'pipe'] })
  await listening(server)

  return {
    port,
    knownHosts,
    refused: () => saying(server, 'Connection closed by authenticating user'),
    authorize: (publicKeys) => writeFileSync(authorizedKeys, publicKeys.map((line) => `${line}\n`).join('')),
    login: (privateKeyPath) => login(port, privateKeyPath, knownHosts),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      if (server.exitCode === null && server.kill()) await ended
    },
  }
}

function settingsOf(port: number, hostKey: string, authorizedKeys: string): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    // The folder is one for temporary files, which others may write beside.
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'LogLevel INFO',
    '',
  ].join('\n')
}

/** Returns a port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  return address.port
}

/** Resolves when the server says that it listens; rejects with what it said if it ends before. */
function listening(server: ChildProcess): Promise<void> {
  return saying(server, 'Server listening')
}

function saying(server: ChildProcess, awaited: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`sshd ended with ${code}: ${said}`)))
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      if (said.includes(awaited)) resolve()
    })
  })
}

async function login(port: number, privateKeyPath: string, knownHosts: string): Promise<Login> {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'ConnectTimeout=30',
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option])
  const whom = `${userInfo().username}@127.0.0.1`
  const command = ['-F', '/dev/null', '-p', String(port), '-i', privateKeyPath, ...options, whom, 'true']
  const client = spawn('ssh', command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<number | null>((resolve, reject) => {
    client.once('error', reject)
    client.once('close', resolve)
  })
  const said = await Promise.all([text(client.stdout), text(client.stderr)])
  return { exitCode: await exit, output: said.join('') }
}

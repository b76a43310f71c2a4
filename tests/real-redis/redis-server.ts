import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A Redis server of its own, which can be killed and started again over the same files. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
}

const kept = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction']

/** Starts a server that keeps what it acknowledges. Rejects if the program `redis-server` is not there. */
export async function startRedis(settings: readonly string[] = kept): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-redis-'))
  const port = await freePort()
  let running: { readonly server: ChildProcess; readonly ended: Promise<string> } | undefined
  const kill = async (): Promise<void> => {
    running?.server.kill('SIGKILL')
    await running?.ended
    running = undefined
  }
  const start = async (): Promise<void> => {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings]
    const server = spawn('redis-server', own, { stdio: 'ignore' })
    const ended = new Promise<string>((resolve) => {
      server.once('error', () => resolve('There is no redis-server. Install it: apt-get install redis-server'))
      server.once('exit', (code) => resolve(`redis-server ended with ${code}`))
    })
    running = { server, ended }
    const problem = await Promise.race([untilListening(port), ended])
    if (problem !== undefined) throw new Error(problem)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function untilListening(port: number): Promise<undefined> {
  while (!(await isListening(port))) await setTimeout(50)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()))
    })
  })
}

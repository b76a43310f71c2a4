import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, Secret } from '@cloud-keypair/core'
import { checkLogin, type CheckLoginOptions } from '@cloud-keypair/core/file'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Sshd, startSshd } from './sshd.js'

const material = await generateKeyPair({ bits: 2048 })
const other = await generateKeyPair({ bits: 2048 })
const address = '127.0.0.1'
const user = userInfo().username
let folder: string
let server: Sshd | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'check-login-'))
  // Other programs of this library may use the usual folder for temporary files at the same time.
  vi.stubEnv('TMPDIR', folder)
  server = await startSshd(folder)
})

beforeEach(() => sshd().authorize([material.publicKey.line]))

afterAll(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
  rmSync(folder, { recursive: true })
})

function sshd(): Sshd {
  if (server === undefined) throw new Error('There is no server')
  return server
}

function optionsOf(more: Partial<CheckLoginOptions> = {}): CheckLoginOptions {
  const { port, knownHosts } = sshd()
  const hostKeys = { file: knownHosts, firstContact: 'refuse' } as const
  return { address, port, user, privateKey: material.privateKey, hostKeys, ...more }
}

const leftOver = () => readdirSync(tmpdir()).filter((name) => name.startsWith('cloud-keypair-'))

test('logs in with a private key, and leaves no file of it behind', async () => {
  const before = leftOver()
  await checkLogin(optionsOf())
  expect(leftOver()).toEqual(before)
})

test('logs in with the file of a private key, in a folder with a space and a percent sign', async () => {
  const file = join(folder, 'a key, 100%d')
  writeFileSync(file, material.privateKey.reveal(), { mode: 0o600 })
  await checkLogin(optionsOf({ privateKey: { file } }))
})

test('rejects a key that the guest does not accept, with the reason', async () => {
  const before = leftOver()
  const refused = checkLogin(optionsOf({ privateKey: other.privateKey, deadlineMs: 10_000 }))
  await expect(refused).rejects.toThrow(/did not succeed within 10000 ms: .*Permission denied/s)
  expect(leftOver()).toEqual(before)
})

test('tries again until the guest has the key', async () => {
  sshd().authorize([])
  const refused = sshd().refused()
  const login = checkLogin(optionsOf())
  await refused
  sshd().authorize([material.publicKey.line])
  await login
})

test('refuses a host that is not in the file, at once', async () => {
  const hostKeys = { file: join(folder, 'nothing'), firstContact: 'refuse' } as const
  await expect(checkLogin(optionsOf({ hostKeys }))).rejects.toThrow('Host key verification failed')
  expect(existsSync(hostKeys.file)).toBe(false)
})

test('records a host key at the first contact, and refuses another one later', async () => {
  const file = join(folder, 'recorded hosts')
  const hostKeys = { file, firstContact: 'record', name: 'i-1' } as const
  await checkLogin(optionsOf({ hostKeys }))
  expect(readFileSync(file, 'utf8')).toMatch(/^i-1 ssh-ed25519 /)
  await checkLogin(optionsOf({ hostKeys: { ...hostKeys, firstContact: 'refuse' } }))
  const { type, base64 } = { type: 'ssh-ed25519', base64: `AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}` }
  writeFileSync(file, `i-1 ${type} ${base64}\n`)
  await expect(checkLogin(optionsOf({ hostKeys }))).rejects.toThrow('Host key verification failed')
})

test('rejects a private key that cannot be used, at once', async () => {
  const file = join(folder, 'missing')
  await expect(checkLogin(optionsOf({ privateKey: { file } }))).rejects.toThrow(
    /missing cannot be used to log in: ENOENT/,
  )
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encryption = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
  const encrypted = new Secret(pair.privateKey.export(encryption).toString())
  await expect(checkLogin(optionsOf({ privateKey: encrypted }))).rejects.toThrow('it is encrypted')
  await expect(checkLogin(optionsOf({ privateKey: new Secret('no key') }))).rejects.toThrow('it is malformed')
  const open = join(folder, 'open')
  writeFileSync(open, material.privateKey.reveal(), { mode: 0o644 })
  await expect(checkLogin(optionsOf({ privateKey: { file: open } }))).rejects.toThrow('UNPROTECTED')
})

test('ends if it is aborted', async () => {
  const controller = new AbortController()
  sshd().authorize([])
  const refused = sshd().refused()
  const login = checkLogin(optionsOf({ signal: controller.signal }))
  const ended = login.catch(String)
  await refused
  // The client may still be about to say so.
  await sshd().refused()
  controller.abort()
  expect(await ended).toMatch(/was aborted: .*Permission denied/s)
})

test('refuses arguments that ssh would take for options', async () => {
  const misuses: readonly Partial<CheckLoginOptions>[] = [
    { address: '-oProxyCommand=touch owned' },
    { address: 'a b' },
    { user: '-root' },
    { user: '' },
    { port: 0 },
    { deadlineMs: 0 },
    { privateKey: { file: 'a"b' } },
    { privateKey: { file: '' } },
    { hostKeys: { file: '$HOME/known_hosts', firstContact: 'record' } },
    { hostKeys: { file: 'known_hosts', firstContact: 'record', name: '-x' } },
  ]
  for (const misuse of misuses) await expect(checkLogin(optionsOf(misuse))).rejects.toThrow(TypeError)
  const undecided = { ...optionsOf(), hostKeys: { file: 'known_hosts' } }
  await expect(Reflect.apply(checkLogin, undefined, [undecided])).rejects.toThrow(TypeError)
})

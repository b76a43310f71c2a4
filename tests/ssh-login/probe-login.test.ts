import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, type GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sshLogin } from '@cloud-keypair/probe/login'
import { type Sshd, startSshd } from './sshd.js'

let folder: string
let sshd: Sshd
let mine: GeneratedKeyPairMaterial
let other: GeneratedKeyPairMaterial

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'login-'))
  // Other programs of this library may use the usual folder for temporary files at the same time.
  vi.stubEnv('TMPDIR', folder)
  sshd = await startSshd(folder)
  mine = await generateKeyPair()
  other = await generateKeyPair()
  sshd.authorize([mine.publicKey.line])
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await sshd.stop()
  rmSync(folder, { recursive: true })
})

const never = new AbortController().signal
const leftovers = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('cloud-keypair-probe-'))

test('the probe’s login tells an accepted key, a refused key, and a host without an answer', async () => {
  const before = leftovers()
  const login = sshLogin({ user: userInfo().username, host: '127.0.0.1', port: String(sshd.port) })
  expect(await login(mine.privateKey, never)).toBe('accepted')
  expect(await login(other.privateKey, never)).toBe('refused')
  const nowhere = sshLogin({ user: 'root', host: '127.0.0.1', port: '1' })
  expect(await nowhere(mine.privateKey, never)).toBe('unreachable')
  expect(await login(mine.privateKey, AbortSignal.abort())).toBe('unreachable')
  expect(leftovers()).toEqual(before)
})

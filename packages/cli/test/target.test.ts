import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
import { runCommand } from './run-command.js'

const environment = { VOLCENGINE_ACCESS_KEY: 'key', VOLCENGINE_SECRET_KEY: 'secret' }

/** Makes a home directory with a configuration. */
async function homeWith(config: unknown) {
  const path = await mkdtemp(join(tmpdir(), 'cloud-keypair-cli-'))
  const folder = join(path, '.config/cloud-keypair')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const accounts = {
  staging: { cloud: 'volcengine', region: 'cn-staging', endpoint: 'https://staging.example' },
  production: { cloud: 'volcengine', region: 'cn-production', endpoint: 'https://production.example' },
}

/** Returns the host to which a list sends its first request. */
async function hostOf(homeDirectory: string, argv: readonly string[], variables = {}) {
  const hosts: string[] = []
  await runCommand(['list', ...argv], {
    homeDirectory,
    environment: { ...environment, ...variables },
    transport: {
      send: async ({ url }) => {
        hosts.push(new URL(url).hostname)
        return err({ kind: 'network', sent: false, message: 'there is no such host', permanent: true })
      },
      close: async () => undefined,
    },
  })
  return hosts[0]
}

test('the account is that of --profile, of CLOUD_KEYPAIR_PROFILE, or the default, and options count more', async () => {
  await using home = await homeWith({ default: 'staging', accounts })
  expect(await hostOf(home.path, [])).toBe('staging.example')
  expect(await hostOf(home.path, [], { CLOUD_KEYPAIR_PROFILE: 'production' })).toBe('production.example')
  expect(await hostOf(home.path, ['--profile', 'production'])).toBe('production.example')
  expect(await hostOf(home.path, ['--endpoint', 'https://example.com'])).toBe('example.com')
})

test('a configuration that is wrong, or has a secret, is a usage error that names the file', async () => {
  for (const config of ['{', { accounts: { a: { secretAccessKey: 'x' } } }, { default: 'none', accounts: {} }]) {
    await using home = await homeWith(config)
    const { exitCode, stderr } = await runCommand(['list', '--cloud', 'volcengine'], { homeDirectory: home.path })
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('config.json') })
  }
})

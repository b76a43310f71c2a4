import type { CredentialReport } from '@cloud-keypair/core/credentials'
import { expect, test } from 'vitest'
import { inspectOpenStackCredentials, type OpenStackCredentials } from '../src/index.js'
import { passwordOf, startCloud } from './support/cloud.js'

/** Inspects the credentials of the first account of a simulator, or others. */
async function inspected(credentials?: OpenStackCredentials): Promise<CredentialReport> {
  await using cloud = await startCloud()
  const report = await inspectOpenStackCredentials({
    ...passwordOf(cloud.simulator),
    ...(credentials !== undefined && { credentials }),
  })
  expect(JSON.stringify(report)).not.toMatch(/canary|simulator-password/)
  return report
}

test('a report names the source of the credentials, the project and the user', async () => {
  const report = await inspected()
  expect(report).toEqual({
    source: 'the option credentials',
    keyEnding: 'demo',
    expiresAt: undefined,
    owner: { account: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', kind: 'user', name: 'demo' },
    attempts: [{ source: 'the option credentials', status: 'used' }],
    problem: undefined,
  })
})

test('a report without an owner tells why Keystone gave no token', async () => {
  const report = await inspected({ kind: 'token', token: 'canary-of-no-token' })
  expect(report).toMatchObject({ owner: undefined, problem: { code: 'unauthenticated', message: /^GET \/v3\/auth/ } })
})

test('a report without credentials tells where they were looked for', async () => {
  const testing = { environment: {}, homeDirectory: '/nowhere' }
  const report = await inspectOpenStackCredentials({ authUrl: 'https://keystone.example.org', testing })
  expect(report).toMatchObject({ source: undefined, problem: { code: 'unauthenticated' } })
  expect(report.attempts.map(({ source, status }) => [source, status])).toEqual([
    ['the variables OS_*', 'absent'],
    ['the only cloud of clouds.yaml', 'absent'],
  ])
})

import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withMachine, type Machine } from './support/machine.js'

// The vendor's own chain finds the same credentials, as far as it can run on this machine.

const { default: Chain } = createRequire(import.meta.url)('@alicloud/credentials')
const offline = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('ALIBABA')) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const key = (id: string): object => ({ access_key_id: id, access_key_secret: 'secret' })
const profiles = [
  { name: 'default', mode: 'AK', ...key('default-key') },
  { name: 'one', mode: 'AK', ...key('one-key') },
  { name: 'two', mode: 'StsToken', ...key('two-key'), sts_token: 'token' },
]
const command = { '.aliyun/config.json': { current: 'one', profiles } }
const sdk = {
  '.alibabacloud/credentials':
    '# a comment\n[default]\ntype = access_key\naccess_key_id = "shared-key" ; quoted\naccess_key_secret = secret\n' +
    '[other]\ntype=access_key\naccess_key_id=other-key\naccess_key_secret=secret\n',
}
const environment = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' }

test.each<[string, Machine]>([
  ['environment', { environment, files: { ...command, ...sdk } }],
  ['environment with a token', { environment: { ...environment, ALIBABA_CLOUD_SECURITY_TOKEN: 'token' } }],
  ['current profile', { files: { ...command, ...sdk } }],
  ['named profile', { environment: { ALIBABA_CLOUD_PROFILE: 'two' }, files: { ...command, ...sdk } }],
  ["profile of the vendor's SDKs", { files: sdk }],
  [
    "named profile of the vendor's SDKs",
    { environment: { ALIBABA_CLOUD_PROFILE: 'other' }, files: { ...command, ...sdk } },
  ],
  ['SDKs alone', { environment: { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' }, files: { ...command, ...sdk } }],
])("the credentials of the %s are those that the vendor's chain finds", async (_, machine) => {
  const variables = { ...machine.environment, ...offline }
  await withMachine({ ...machine, environment: variables }, async ({ home, call }) => {
    for (const [name, value] of Object.entries({ ...variables, HOME: home })) vi.stubEnv(name, value)
    const { accessKeyId, securityToken } = await new Chain().getCredential()
    const { signer } = await call()
    expect(signer?.slice(0, 2)).toEqual([accessKeyId, securityToken])
  })
})

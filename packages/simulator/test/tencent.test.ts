import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTencentSimulator, type TencentSimulator, type TencentVariants } from '../src/index.js'
import { at, textAt, virtualClock } from './clients.js'
import { type TencentCall, startTencentClient } from './tencent-client.js'

const clock = virtualClock()
const privateKey = '-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n'
const rsa = (exponent: number): string => {
  const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(0, 0, 0, bytes.length), bytes])
  const blob = Buffer.concat([Buffer.from('ssh-rsa'), Buffer.of(exponent), Buffer.alloc(128, 7)].map(field))
  return `ssh-rsa ${blob.toString('base64')}`
}
const accepted = { RequestId: expect.any(String) }
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g'

const client = startTencentClient()
let simulator: TencentSimulator
let call: TencentCall

async function start(variants: Partial<TencentVariants> = {}): Promise<void> {
  const generateKeyPair = async () => ({ privateKey, publicKey: rsa(17) })
  simulator = await startTencentSimulator({ clock, projects: [1001], generateKeyPair, variants })
  call = client.callTo(simulator)
}

beforeEach(() => start())
afterEach(() => simulator.close())
afterAll(() => client.close())

/** Starts another simulator in place of the usual one. */
async function restart(variants: Partial<TencentVariants>): Promise<void> {
  await simulator.close()
  await start(variants)
}

/** Returns the id of a new key pair, or the code of the refusal. */
async function imported(name: string, publicKey: string): Promise<string> {
  const answer = await call('ImportKeyPair', { KeyName: name, ProjectId: 0, PublicKey: publicKey })
  return typeof answer === 'string' ? answer : textAt(answer, 'KeyId')
}

async function totalOf(filter: object = {}): Promise<unknown> {
  return at(await call('DescribeKeyPairs', filter), 'TotalCount')
}

async function instanceOf(id: string): Promise<unknown> {
  const answer = at(await call('DescribeInstances', { InstanceIds: [id] }), 'InstanceSet', 0)
  return [at(answer, 'LoginSettings', 'KeyIds') ?? [], at(answer, 'LatestOperationState')]
}

describe('the client of the vendor', () => {
  it('imports, describes, lists and deletes key pairs', async () => {
    const tags = [{ ResourceType: 'keypair', Tags: [{ Key: 'team', Value: 'web' }] }]
    const request = { KeyName: 'deploy', ProjectId: 1001, PublicKey: `${rsa(3)} me@host`, TagSpecification: tags }
    const KeyId = textAt(await call('ImportKeyPair', request), 'KeyId')
    await call('ModifyKeyPairAttribute', { KeyId, Description: 'for deploys' })
    const found = await call('DescribeKeyPairs', { KeyIds: [KeyId, 'skey-none0000'] })
    expect(found).toEqual({
      RequestId: expect.any(String),
      TotalCount: 1,
      KeyPairSet: [
        {
          KeyId,
          KeyName: 'deploy',
          ProjectId: 1001,
          Description: 'for deploys',
          PublicKey: `${rsa(3)} ${KeyId.replace('-', '_')}`,
          AssociatedInstanceIds: [],
          CreatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          Tags: [{ Key: 'team', Value: 'web' }],
        },
      ],
    })
    await imported('other', rsa(5))
    expect(await totalOf({ Limit: 1, Offset: 1 })).toBe(2)
    const byName = await call('DescribeKeyPairs', { Filters: [{ Name: 'key-name', Values: ['other'] }] })
    expect(at(byName, 'KeyPairSet')).toMatchObject([{ KeyName: 'other' }])
    expect(await call('DeleteKeyPairs', { KeyIds: [KeyId, 'skey-none0000'] })).toBe('InvalidKeyPairId.NotFound')
    await call('DeleteKeyPairs', { KeyIds: [KeyId] })
    expect(await totalOf()).toBe(1)
  })

  it('gets a private key once', async () => {
    const answer = await call('CreateKeyPair', { KeyName: 'made', ProjectId: 0 })
    expect(answer).toMatchObject({ KeyPair: { PrivateKey: privateKey, PublicKey: rsa(17) } })
    expect(JSON.stringify([await call('DescribeKeyPairs'), simulator.calls])).not.toContain('canary')
  })

  it('reads a refusal under HTTP 200, and a signature that is not right', async () => {
    await imported('deploy', rsa(3))
    expect(await imported('deploy', rsa(5))).toBe('InvalidKeyPairName.Duplicate')
    expect(simulator.calls.at(-1)?.status).toBe(200)
    expect(await imported('other', rsa(3))).toBe('InvalidPublicKey.Duplicate')
    expect(await imported('with-hyphen', rsa(5))).toBe('InvalidKeyPairNameIncludeIllegalChar')
    expect(await imported('x'.repeat(26), rsa(5))).toBe('InvalidKeyPairNameTooLong')
    expect(await imported('other', ed25519)).toBe('InvalidPublicKey.Malformed')
    const elsewhere = call('ImportKeyPair', { KeyName: 'other', ProjectId: 7, PublicKey: rsa(5) })
    expect(await elsewhere).toBe('InvalidProjectId.NotFound')
    expect(await call('DescribeKeyPairs', {}, { secretKey: 'another' })).toBe('AuthFailure.SignatureFailure')
  })

  it('binds a key pair to stopped instances, which is under way for a while', async () => {
    const keyId = await imported('deploy', rsa(3))
    simulator.world.seedInstances([{ id: 'ins-1', status: 'STOPPED' }, { id: 'ins-2' }, { id: 'ins-3', os: 'Windows' }])
    const bind = (...ids: readonly string[]): Promise<unknown> =>
      call('AssociateInstancesKeyPairs', { InstanceIds: [...ids], KeyIds: [keyId] })
    expect(await bind('ins-1', 'ins-2')).toBe('UnsupportedOperation.InstanceStateRunning')
    expect(await bind('ins-1', 'ins-3')).toBe('UnsupportedOperation.InstanceOsWindows')
    expect(await bind('ins-1', 'ins-none')).toBe('InvalidInstanceId.NotFound')
    expect(await instanceOf('ins-1')).toEqual([[], null])
    expect(await bind('ins-1')).toEqual(accepted)
    expect(await instanceOf('ins-1')).toEqual([[], 'OPERATING'])
    expect(await bind('ins-1')).toBe('OperationDenied.InstanceOperationInProgress')
    await call('DeleteKeyPairs', { KeyIds: [keyId] })
    clock.advance(5_000)
    expect(await instanceOf('ins-1')).toEqual([[keyId], 'SUCCESS'])
    const [seen] = simulator.world.snapshot().instances
    expect([seen?.bound, seen?.authorized]).toEqual([[keyId], []])
    await call('StartInstances', { InstanceIds: ['ins-1'] })
    clock.advance(20_000)
    expect(simulator.world.snapshot().instances[0]?.authorized).toEqual([keyId])
    await call('DeleteKeyPairs', { KeyIds: [keyId] })
    const kept = await call('DescribeKeyPairs')
    expect(at(kept, 'KeyPairSet')).toMatchObject([{ AssociatedInstanceIds: ['ins-1'] }])
  })

  it('stops, reboots and starts instances, all of a call or none', async () => {
    simulator.world.seedInstances([{ id: 'ins-1' }, { id: 'ins-2', status: 'STOPPED' }])
    const stop = call('StopInstances', { InstanceIds: ['ins-1', 'ins-2'], StopType: 'SOFT' })
    expect(await stop).toBe('UnsupportedOperation.InstanceStateStopped')
    await call('RebootInstances', { InstanceIds: ['ins-1'], StopType: 'SOFT' })
    clock.advance(20_000)
    await call('StopInstances', { InstanceIds: ['ins-1'], StopType: 'SOFT', StoppedMode: 'STOP_CHARGING' })
    clock.advance(20_000)
    const keyId = await imported('deploy', rsa(3))
    const bind = call('AssociateInstancesKeyPairs', { InstanceIds: ['ins-1'], KeyIds: [keyId] })
    expect(await bind).toBe('UnsupportedOperation.StoppedModeStopCharging')
    expect(simulator.world.snapshot().instances.map(({ status }) => status)).toEqual(['STOPPED', 'STOPPED'])
  })
})

describe('the variants', () => {
  const seed = (keyPairs: readonly string[]): string => {
    const { id } = simulator.world.seedKeyPair({ name: 'deploy' })
    simulator.world.seedKeyPair({ name: 'deploy_2' })
    simulator.world.seedInstances([{ id: 'ins-1', status: 'STOPPED', keyPairs }])
    return id
  }

  it('bind at once, or fail later', async () => {
    await restart({ change: 'at-once' })
    const keyId = seed([])
    await call('AssociateInstancesKeyPairs', { InstanceIds: ['ins-1'], KeyIds: [keyId] })
    expect(await instanceOf('ins-1')).toEqual([[keyId], 'SUCCESS'])
    await restart({ change: 'fails-later' })
    const other = seed([])
    await call('AssociateInstancesKeyPairs', { InstanceIds: ['ins-1'], KeyIds: [other] })
    clock.advance(5_000)
    expect(await instanceOf('ins-1')).toEqual([[], 'FAILED'])
  })

  it('refuse to delete a key pair that is used', async () => {
    await restart({ deleteUsed: 'refused' })
    const keyId = seed(['deploy'])
    expect(await call('DeleteKeyPairs', { KeyIds: [keyId] })).toBe('InvalidParameterValue.KeyPairNotSupported')
  })

  it('find key pairs by a part of their name', async () => {
    await restart({ keyNameFilter: 'contains' })
    seed([])
    expect(await totalOf({ Filters: [{ Name: 'key-name', Values: ['deploy'] }] })).toBe(2)
  })

  it('have the key pairs of the account in each region', async () => {
    seed([])
    const elsewhere = async (): Promise<unknown> =>
      at(await call('DescribeKeyPairs', {}, { region: 'eu-frankfurt' }), 'TotalCount')
    expect(await elsewhere()).toBe(0)
    await restart({ keyPairsOf: 'account' })
    seed([])
    expect(await elsewhere()).toBe(2)
  })

  it('refuse to detach another key pair, and to attach several', async () => {
    const keyId = seed(['deploy_2'])
    const request = { InstanceIds: ['ins-1'], KeyIds: [keyId] }
    expect(await call('DisassociateInstancesKeyPairs', request)).toEqual(accepted)
    await restart({ detachOther: 'refused', attachSeveral: 'refused' })
    const other = { InstanceIds: ['ins-1'], KeyIds: [seed(['deploy_2'])] }
    expect(await call('DisassociateInstancesKeyPairs', other)).toBe('InvalidParameterValue')
    const several = { ...other, KeyIds: [...other.KeyIds, 'skey-none0000'] }
    expect(await call('AssociateInstancesKeyPairs', several)).toBe('InvalidParameterValue')
  })

  it('take other types of keys, and the same public key twice', async () => {
    await restart({ otherKeyTypes: 'accepted', samePublicKey: 'accepted' })
    const first = await imported('one', ed25519)
    expect(await imported('two', ed25519)).not.toBe(first)
  })

  it('show late which instances use a key pair', async () => {
    await restart({ change: 'at-once', associatedLagMs: 10_000 })
    const keyId = seed([])
    await call('AssociateInstancesKeyPairs', { InstanceIds: ['ins-1'], KeyIds: [keyId] })
    const users = async (): Promise<unknown> =>
      at(await call('DescribeKeyPairs', { KeyIds: [keyId] }), 'KeyPairSet', 0, 'AssociatedInstanceIds')
    expect(await users()).toEqual([])
    clock.advance(10_000)
    expect(await users()).toEqual(['ins-1'])
  })
})

import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator, type VolcengineSimulator } from '../src/index.js'
import { action, at, raw, textAt, vendorClient, verdicts, virtualClock, type Reply } from './clients.js'

const clock = virtualClock()
let simulator: VolcengineSimulator
let call: ReturnType<typeof vendorClient>

beforeEach(async () => {
  simulator = await startVolcengineSimulator({ clock })
  call = vendorClient(simulator)
})
afterEach(() => simulator.close())

const refused = ({ status, body }: Reply): unknown => [status, at(body, 'ResponseMetadata', 'Error', 'Code')]
const instance = (id: string): unknown => simulator.world.snapshot().instances.find((one) => one.id === id)
const many = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** Returns the OpenSSH line of a real key and its MD5, by other means than the simulator's. */
function rsaLine(): { readonly line: string; readonly md5: string } {
  const { e = '', n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  return lineOf(e, n)
}

function lineOf(e: string, n: string): { readonly line: string; readonly md5: string } {
  const field = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes])
  const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')])
  const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from(e, 'base64url')), field(modulus)])
  return { line: `ssh-rsa ${blob.toString('base64')}`, md5: createHash('md5').update(blob).digest('hex') }
}

const { line, md5 } = rsaLine()

describe('the samples of the vendor', () => {
  it('DeleteKeyPairs lists failed items inside HTTP 200', async () => {
    simulator.world.seedKeyPair({ name: 'ssh_key_pair1' })
    const response = await raw(
      simulator,
      action('DeleteKeyPairs', { 'KeyPairNames.1': 'ssh_key_pair1', 'KeyPairNames.2': 'ssh_key_pair2' }),
    )
    expect(response.status).toBe(200)
    expect(JSON.parse(await response.text())).toEqual({
      ResponseMetadata: {
        RequestId: expect.any(String),
        Action: 'DeleteKeyPairs',
        Version: '2020-04-01',
        Service: 'ecs',
        Region: 'cn-beijing',
      },
      Result: {
        OperationDetails: [
          { KeyPairName: 'ssh_key_pair1', Error: null },
          {
            KeyPairName: 'ssh_key_pair2',
            Error: { Code: 'InvalidKeyPair.NotFound', Message: 'The specified KeyPair does not exist.' },
          },
        ],
      },
    })
  })

  it('DescribeKeyPairs gives a page and the token of the next', async () => {
    const { id } = simulator.world.seedKeyPair({ name: 'ssh_key_pair', group: 'project_a' })
    simulator.world.seedKeyPair({ name: 'another' })
    const response = await raw(simulator, action('DescribeKeyPairs', { MaxResults: '1' }))
    expect(at(JSON.parse(await response.text()), 'Result')).toEqual({
      NextToken: expect.stringMatching(/./),
      KeyPairs: [
        {
          KeyPairName: 'ssh_key_pair',
          KeyPairId: id,
          Description: '',
          FingerPrint: expect.stringMatching(/^[0-9a-f]{32}$/),
          CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
          UpdatedAt: expect.stringMatching(/\+08:00$/),
          ProjectName: 'project_a',
          Tags: [],
        },
      ],
    })
  })

  it.each(['DetachKeyPair', 'AttachKeyPair'])('%s lists failed items inside HTTP 200', async (name) => {
    simulator.world.seedKeyPair({ name: 'ssh_key_pair1' })
    simulator.world.seedInstances([{ id: 'i-a' }])
    const params = { KeyPairName: 'ssh_key_pair1', 'InstanceIds.1': 'i-a', 'InstanceIds.2': 'i-b' }
    const response = await raw(simulator, action(name, params))
    expect(at(JSON.parse(await response.text()), 'Result')).toEqual({
      OperationDetails: [
        { InstanceId: 'i-a', Error: null },
        {
          InstanceId: 'i-b',
          Error: { Code: 'InvalidInstance.NotFound', Message: 'The specified instance does not exist.' },
        },
      ],
    })
  })

  it('ImportKeyPair gives name, id and fingerprint, and nothing else', async () => {
    const response = await raw(simulator, action('ImportKeyPair', { KeyPairName: 'ssh_key_pair', PublicKey: line }))
    expect(at(JSON.parse(await response.text()), 'Result')).toEqual({
      KeyPairName: 'ssh_key_pair',
      KeyPairId: expect.stringMatching(/^kp-[a-z0-9]{18}$/),
      FingerPrint: md5,
    })
  })

  it('ModifyKeyPairAttribute gives the name', async () => {
    simulator.world.seedKeyPair({ name: 'ssh_key_pair' })
    const params = { KeyPairName: 'ssh_key_pair', Description: 'ssh_key_test_description' }
    const response = await raw(simulator, action('ModifyKeyPairAttribute', params))
    expect(at(JSON.parse(await response.text()), 'Result')).toEqual({ KeyPairName: 'ssh_key_pair' })
    expect(simulator.world.snapshot().keyPairs[0]?.description).toBe('ssh_key_test_description')
  })
})

describe('creating and importing', () => {
  it('gives a private key that belongs to the public one', async () => {
    const { body } = await call('CreateKeyPair', { KeyPairName: 'made', Tags: [{ Key: 'team', Value: 'infra' }] })
    const pem = textAt(body, 'Result', 'PrivateKey')
    expect(pem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    const { e = '', n = '' } = createPublicKey(pem).export({ format: 'jwk' })
    const half = lineOf(e, n)
    expect(textAt(body, 'Result', 'FingerPrint')).toBe(half.md5)
    expect(simulator.world.snapshot().keyPairs).toMatchObject([
      { name: 'made', publicKey: half.line, tags: { team: 'infra' } },
    ])
    expect(JSON.stringify(simulator.calls)).not.toContain('PRIVATE')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a taken name', { KeyPairName: 'taken' }, 'InvalidKeyPairName.Duplicate'],
    ['no name', {}, 'MissingParameter.KeyPairName'],
    ['a name of one character', { KeyPairName: 'a' }, 'InvalidKeyPairName.Malformed'],
    ['a name of 65', { KeyPairName: 'a'.repeat(65) }, 'InvalidKeyPairName.Malformed'],
    ['a hyphen at the end', { KeyPairName: 'ab-' }, 'InvalidKeyPairName.Malformed'],
    ['two hyphens', { KeyPairName: 'a--b' }, 'InvalidKeyPairName.Malformed'],
    ['a bad key', { KeyPairName: 'new', PublicKey: 'ssh-rsa AAAA' }, 'InvalidPublicKey.Malformed'],
    ['no key', { KeyPairName: 'new', PublicKey: '' }, 'MissingParameter.PublicKey'],
    ['a bad description', { KeyPairName: 'new', Description: '1st' }, 'InvalidKeyPairDescription.Malformed'],
    ['a bad project', { KeyPairName: 'new', ProjectName: 'a b' }, 'InvalidArgument'],
    ['a reserved tag', { KeyPairName: 'new', Tags: [{ Key: 'Volc:x' }] }, 'InvalidTagKey.Malformed'],
    ['21 tags', { KeyPairName: 'new', Tags: many(21, 'k').map((Key) => ({ Key })) }, 'LimitExceeded.MaximumTags'],
    ['a parameter that is not known', { KeyPairName: 'new', DryRun: true }, 'InvalidArgument'],
  ])('refuses %s', async (_, input, code) => {
    simulator.world.seedKeyPair({ name: 'taken' })
    expect(refused(await call('ImportKeyPair', { PublicKey: line, ...input }))).toEqual([400, code])
  })

  it('refuses the 501st key pair', async () => {
    for (const name of many(500, 'key-')) simulator.world.seedKeyPair({ name })
    expect(refused(await call('CreateKeyPair', { KeyPairName: 'one-more' }))).toEqual([400, 'QuotaExceeded.KeyPair'])
  })

  it('accepts every name that the rules allow', async () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_]{2,8}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('-', '.'),
        async (parts, glue) => {
          const KeyPairName = parts.join(glue)
          expect((await call('ImportKeyPair', { KeyPairName, PublicKey: line })).status).toBe(200)
          expect(verdicts((await call('DeleteKeyPairs', { KeyPairNames: [KeyPairName] })).body)).toEqual({
            [KeyPairName]: 'ok',
          })
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('listing', () => {
  const names = ({ body }: Reply): unknown => {
    const list = at(body, 'Result', 'KeyPairs')
    return Array.isArray(list) ? list.map((keyPair: unknown) => at(keyPair, 'KeyPairName')) : list
  }

  it('gives all pages, 10 entries each by default', async () => {
    for (const name of many(23, 'key-')) simulator.world.seedKeyPair({ name })
    const first = await call('DescribeKeyPairs')
    const second = await call('DescribeKeyPairs', { NextToken: textAt(first.body, 'Result', 'NextToken') })
    const third = await call('DescribeKeyPairs', { NextToken: textAt(second.body, 'Result', 'NextToken') })
    expect([first, second, third].flatMap(names)).toEqual(many(23, 'key-'))
    expect(textAt(third.body, 'Result', 'NextToken')).toBe('')
  })

  it('filters by each of its parameters', async () => {
    const a = simulator.world.seedKeyPair({ name: 'web-a', tags: { env: 'prod' }, group: 'shop' })
    const b = simulator.world.seedKeyPair({ name: 'db-a', tags: { env: 'test' } })
    const found = async (input: Record<string, unknown>): Promise<unknown> =>
      names(await call('DescribeKeyPairs', input))
    expect(await found({ KeyPairName: 'eb-' })).toEqual(['web-a'])
    expect(await found({ KeyPairNames: ['db-a', 'none'] })).toEqual(['db-a'])
    expect(await found({ KeyPairIds: [b.id, a.id] })).toEqual(['web-a', 'db-a'])
    expect(await found({ FingerPrint: b.fingerprint })).toEqual(['db-a'])
    expect(await found({ ProjectName: 'shop' })).toEqual(['web-a'])
    expect(await found({ TagFilters: [{ Key: 'env', Values: ['prod', 'dev'] }] })).toEqual(['web-a'])
    expect(await found({ TagFilters: [{ Key: 'env' }] })).toEqual(['web-a', 'db-a'])
    expect(await found({ KeyPairIds: [a.id], KeyPairNames: ['db-a'] })).toEqual([])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ KeyPairNames: many(101, 'k') }, 'LimitExceeded.MaximumKeyPairNames'],
    [{ KeyPairIds: many(101, 'k') }, 'LimitExceeded.MaximumKeyPairIds'],
    [{ MaxResults: 501 }, 'InvalidArgument'],
    [{ MaxResults: 0 }, 'InvalidArgument'],
    [{ NextToken: 'nonsense' }, 'InvalidArgument'],
  ])('refuses too much: %o', async (input, code) => {
    expect(refused(await call('DescribeKeyPairs', input))).toEqual([400, code])
  })

  it('refuses lists that are not numbered 1, 2, 3', async () => {
    for (const params of [
      { KeyPairNames: 'a', 'KeyPairNames.1': 'b', 'KeyPairNames.3': 'c' },
      { 'KeyPairNames.0': 'a' },
    ]) {
      const response = await raw(
        simulator,
        action('DescribeKeyPairs', Object.fromEntries(Object.entries(params).map(([k, v]) => [k, String(v)]))),
      )
      expect(response.status).toBe(400)
    }
  })
})

describe('attaching and detaching', () => {
  beforeEach(() => {
    for (const name of ['a', 'b']) simulator.world.seedKeyPair({ name: `key-${name}` })
    simulator.world.seedInstances([
      { id: 'i-run' },
      { id: 'i-stop', status: 'STOPPED' },
      { id: 'i-a', keyPair: 'key-a' },
      { id: 'i-win', osType: 'Windows' },
      { id: 'i-bare', agent: false },
      { id: 'i-booting', status: 'STARTING' },
      { id: 'i-denied', denied: true },
    ])
  })

  it('judges each instance by itself', async () => {
    const ids = ['i-run', 'i-stop', 'i-a', 'i-win', 'i-bare', 'i-booting', 'i-denied', 'i-none']
    const { status, body } = await call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: ids })
    expect(status).toBe(200)
    expect(verdicts(body)).toEqual({
      'i-run': 'ok',
      'i-stop': 'ok',
      'i-a': 'ok',
      'i-win': 'InvalidKeyPairForWindows.Unsupported',
      'i-bare': 'InvalidResetAuthenticationAgent.NotFound',
      'i-booting': 'InvalidInstanceStatus',
      'i-denied': 'InvalidInstance.RequestForbidden',
      'i-none': 'InvalidInstance.NotFound',
    })
  })

  it('binds at once, replaces without an error, and reaches the guest only at the next restart', async () => {
    const [a, b] = simulator.world.snapshot().keyPairs
    await call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: ['i-a', 'i-stop'] })
    expect(instance('i-a')).toMatchObject({ bound: { name: 'key-b' }, authorized: [a?.id] })
    await call('RebootInstances', { InstanceIds: ['i-a'] })
    await call('StartInstances', { InstanceIds: ['i-stop'] })
    expect(instance('i-a')).toMatchObject({ status: 'REBOOTING', authorized: [a?.id] })
    clock.advance(19_999)
    expect(instance('i-stop')).toMatchObject({ status: 'STARTING', authorized: [] })
    clock.advance(1)
    expect(instance('i-a')).toMatchObject({ status: 'RUNNING', authorized: [b?.id] })
    expect(instance('i-stop')).toMatchObject({ status: 'RUNNING', authorized: [b?.id] })
  })

  it('uses the id if both id and name are given', async () => {
    const [a] = simulator.world.snapshot().keyPairs
    await call('AttachKeyPair', { KeyPairName: 'key-b', KeyPairId: a?.id, InstanceIds: ['i-run'] })
    expect(instance('i-run')).toMatchObject({ bound: { name: 'key-a' } })
    await call('DetachKeyPair', { KeyPairId: a?.id, InstanceIds: ['i-run'] })
    expect(instance('i-run')).toMatchObject({ bound: null })
  })

  it.each<[Record<string, unknown>, unknown]>([
    [{ InstanceIds: ['i-a'] }, [400, 'MissingParameter.KeyPairNameAndKeyPairId']],
    [{ KeyPairName: 'key-a' }, [400, 'MissingParameter.InstanceIds']],
    [{ KeyPairName: 'key-a', InstanceIds: many(101, 'i-') }, [400, 'LimitExceeded.MaximumInstanceIds']],
    [{ KeyPairName: 'none', InstanceIds: ['i-a'] }, [404, 'InvalidKeyPair.NotFound']],
    [{ KeyPairId: 'kp-none', KeyPairName: 'key-a', InstanceIds: ['i-a'] }, [404, 'InvalidKeyPair.NotFound']],
  ])('refuses the call as a whole: %o', async (input, expected) => {
    expect(refused(await call('AttachKeyPair', input))).toEqual(expected)
    expect(refused(await call('DetachKeyPair', input))).toEqual(expected)
  })

  it('refuses the delete of a bound key pair, and leaves the guest alone in a delete', async () => {
    const deleted = await call('DeleteKeyPairs', { KeyPairNames: ['key-a', 'key-b'] })
    expect(verdicts(deleted.body)).toEqual({ 'key-a': 'OperationDenied.KeyPairInUse', 'key-b': 'ok' })
    const [a] = simulator.world.snapshot().keyPairs
    await call('DetachKeyPair', { KeyPairName: 'key-a', InstanceIds: ['i-a'] })
    expect(verdicts((await call('DeleteKeyPairs', { KeyPairNames: ['key-a'] })).body)).toEqual({ 'key-a': 'ok' })
    expect(instance('i-a')).toMatchObject({ bound: null, authorized: [a?.id] })
    expect(refused(await call('DeleteKeyPairs', { KeyPairNames: many(101, 'k') }))).toEqual([
      400,
      'LimitExceeded.MaximumKeyPairNames',
    ])
    expect(refused(await call('DeleteKeyPairs'))).toEqual([400, 'MissingParameter.KeyPairNames'])
  })
})

describe('descriptions and tags', () => {
  it('clears a description, and refuses a bad and a missing one', async () => {
    const { id } = simulator.world.seedKeyPair({ name: 'key', description: 'old' })
    expect((await call('ModifyKeyPairAttribute', { KeyPairId: id, Description: '' })).status).toBe(200)
    expect(simulator.world.snapshot().keyPairs[0]?.description).toBe('')
    expect(refused(await call('ModifyKeyPairAttribute', { KeyPairId: id }))).toEqual([
      400,
      'MissingParameter.Description',
    ])
    expect(refused(await call('ModifyKeyPairAttribute', { KeyPairId: id, Description: '!' }))).toEqual([
      400,
      'InvalidKeyPairDescription.Malformed',
    ])
  })

  it('adds, overwrites and removes tags, resource by resource', async () => {
    const { id } = simulator.world.seedKeyPair({ name: 'key', tags: { a: '1', b: '2' } })
    const target = { ResourceType: 'keypair', ResourceIds: [id, 'kp-none'] }
    const added = await call('CreateTags', {
      ...target,
      Tags: [
        { Key: 'b', Value: '3' },
        { Key: 'c', Value: '' },
      ],
    })
    expect(verdicts(added.body)).toEqual({ [id]: 'ok', 'kp-none': 'InvalidResourceId.NotFound' })
    expect(simulator.world.snapshot().keyPairs[0]?.tags).toEqual({ a: '1', b: '3', c: '' })
    await call('DeleteTags', { ...target, TagKeys: ['a', 'none'] })
    expect(simulator.world.snapshot().keyPairs[0]?.tags).toEqual({ b: '3', c: '' })
    expect(refused(await call('DeleteTags', target))).toEqual([400, 'MissingParameter.TagKeys'])
    expect(
      refused(await call('CreateTags', { ...target, ResourceIds: many(51, 'kp-'), Tags: [{ Key: 'k' }] })),
    ).toEqual([400, 'LimitExceeded.MaximumResourceIds'])
  })
})

describe('instances', () => {
  it('shows an instance with its key pair, and the total', async () => {
    const { id } = simulator.world.seedKeyPair({ name: 'key' })
    simulator.world.seedInstances([
      { id: 'i-1', keyPair: 'key' },
      { id: 'i-2', status: 'STOPPED' },
    ])
    const { body } = await call('DescribeInstances', { KeyPairName: 'key' })
    expect(at(body, 'Result')).toMatchObject({
      TotalCount: 1,
      NextToken: '',
      Instances: [{ InstanceId: 'i-1', Status: 'RUNNING', KeyPairName: 'key', KeyPairId: id, OsType: 'Linux' }],
    })
    expect(
      textAt((await call('DescribeInstances', { Status: 'STOPPED' })).body, 'Result', 'Instances', 0, 'InstanceId'),
    ).toBe('i-2')
    expect(at((await call('DescribeInstances', { InstanceIds: ['i-2', 'i-none'] })).body, 'Result', 'TotalCount')).toBe(
      1,
    )
    expect(refused(await call('DescribeInstances', { InstanceIds: many(101, 'i-') }))).toEqual([
      400,
      'LimitExceeded.MaximumInstanceIds',
    ])
    expect(refused(await call('DescribeInstances', { MaxResults: 101 }))).toEqual([400, 'InvalidArgument'])
  })

  it('takes time to stop, start and reboot, and refuses what does not fit the state', async () => {
    simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }, { id: 'i-off', status: 'STOPPED', stock: false }])
    expect((await call('StopInstances', { InstanceIds: ['i-1'], StoppedMode: 'KeepCharging' })).status).toBe(200)
    expect(instance('i-1')).toMatchObject({ status: 'STOPPING', stoppedMode: 'KeepCharging' })
    const again = await call('RebootInstances', { InstanceIds: ['i-1', 'i-off', 'i-none'] })
    expect(verdicts(again.body)).toEqual({
      'i-1': 'InvalidInstanceStatus',
      'i-off': 'InvalidInstanceStatus',
      'i-none': 'InvalidInstance.NotFound',
    })
    clock.advance(20_000)
    expect(instance('i-1')).toMatchObject({ status: 'STOPPED' })
    const started = await call('StartInstances', { InstanceIds: ['i-1', 'i-2', 'i-off'] })
    expect(verdicts(started.body)).toEqual({
      'i-1': 'ok',
      'i-2': 'InvalidInstanceStatus',
      'i-off': 'OperationDenied.LackOfStock',
    })
    simulator.world.settle()
    expect(instance('i-1')).toMatchObject({ status: 'RUNNING', stoppedMode: null })
    expect(refused(await call('StopInstances', { InstanceIds: ['i-1'], StoppedMode: 'Off' }))).toEqual([
      400,
      'InvalidStoppedMode.Malformed',
    ])
  })

  it('hangs in a stop until it is forced', async () => {
    simulator.world.seedInstances([{ id: 'i-1', stopHangs: true }])
    await call('StopInstances', { InstanceIds: ['i-1'] })
    clock.advance(10_000_000)
    simulator.world.settle()
    expect(instance('i-1')).toMatchObject({ status: 'STOPPING', stoppedMode: 'StopCharging' })
    await call('StopInstances', { InstanceIds: ['i-1'], ForceStop: true })
    clock.advance(20_000)
    expect(instance('i-1')).toMatchObject({ status: 'STOPPED' })
  })

  it('is not moved by the pending change of an earlier command', async () => {
    simulator.world.seedInstances([{ id: 'i-1' }])
    await call('StopInstances', { InstanceIds: ['i-1'] })
    clock.advance(10_000)
    await call('StopInstances', { InstanceIds: ['i-1'], ForceStop: true })
    clock.advance(10_000)
    await call('StartInstances', { InstanceIds: ['i-1'] })
    clock.advance(10_000)
    expect(instance('i-1')).toMatchObject({ status: 'STARTING' })
    clock.advance(10_000)
    expect(instance('i-1')).toMatchObject({ status: 'RUNNING' })
  })

  it('answers from a world of 10,000 instances, hundreds of times', async () => {
    simulator.world.seedInstances(many(10_000, 'i-').map((id) => ({ id })))
    const asked = await Promise.all(many(300, 'i-77').map((id) => call('DescribeInstances', { InstanceIds: [id] })))
    expect(asked.every(({ status }) => status === 200)).toBe(true)
    expect(simulator.calls).toHaveLength(300)
  })
})

describe('tokens', () => {
  const input = { KeyPairName: 'key', InstanceIds: ['i-1'], ClientToken: 'token-1' }
  beforeEach(() => {
    simulator.world.seedKeyPair({ name: 'key' })
    simulator.world.seedInstances([{ id: 'i-1' }])
  })

  it('repeat the answer without carrying out the request again', async () => {
    const first = await call('AttachKeyPair', input)
    await call('DetachKeyPair', { ...input, ClientToken: 'token-2' })
    const again = await call('AttachKeyPair', input)
    expect(at(again.body, 'Result')).toEqual(at(first.body, 'Result'))
    expect(instance('i-1')).toMatchObject({ bound: null })
    expect(simulator.calls.map(({ committed, token }) => [token, committed])).toEqual([
      ['token-1', true],
      ['token-2', true],
      ['token-1', false],
    ])
  })

  it('are refused with another request, and if they are malformed', async () => {
    await call('AttachKeyPair', input)
    expect(refused(await call('DetachKeyPair', input))).toEqual([400, 'IdempotentParameterMismatch'])
    expect(refused(await call('AttachKeyPair', { ...input, InstanceIds: ['i-2'] }))).toEqual([
      400,
      'IdempotentParameterMismatch',
    ])
    expect(refused(await call('AttachKeyPair', { ...input, ClientToken: 'x'.repeat(65) }))).toEqual([
      400,
      'InvalidClientToken.Malformed',
    ])
    expect(refused(await call('AttachKeyPair', { ...input, ClientToken: 'tökén' }))).toEqual([
      400,
      'InvalidClientToken.Malformed',
    ])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator, type BodyDamage, type VolcengineSimulator } from '../src/index.js'
import { action, at, raw, vendorClient, verdicts, virtualClock, type Reply, type VirtualClock } from './clients.js'

let clock: VirtualClock
let simulator: VolcengineSimulator
let call: ReturnType<typeof vendorClient>
const attach = { KeyPairName: 'key', InstanceIds: ['i-1', 'i-2'], ClientToken: 'token' }
const rawAttach = action('AttachKeyPair', { KeyPairName: 'key', 'InstanceIds.1': 'i-1', 'InstanceIds.2': 'i-2' })

beforeEach(async () => {
  clock = virtualClock()
  simulator = await startVolcengineSimulator({ clock })
  call = vendorClient(simulator)
  simulator.world.seedKeyPair({ name: 'key' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
})
afterEach(() => simulator.close())

const boundTo = (id: string): string | undefined =>
  simulator.world.snapshot().instances.find((instance) => instance.id === id)?.bound?.name
const refused = ({ status, body }: Reply): unknown => [status, at(body, 'ResponseMetadata', 'Error', 'Code')]
const last = (): unknown => simulator.calls.at(-1)

describe('a fault', () => {
  it('counts the calls of its action only', async () => {
    simulator.fault({ kind: 'refuse', status: 403, code: 'LackPolicy', action: 'DescribeInstances', skip: 1, times: 2 })
    await call('DescribeKeyPairs')
    const replies = [
      await call('DescribeInstances'),
      await call('DescribeInstances'),
      await call('DescribeInstances'),
      await call('DescribeInstances'),
    ]
    expect(replies.map(({ status }) => status)).toEqual([200, 403, 403, 200])
  })

  it('hits with the first of several faults, and leaves the others for later calls', async () => {
    simulator.fault({ kind: 'refuse', status: 500, code: 'A' })
    simulator.fault({ kind: 'refuse', status: 502, code: 'B' })
    expect(
      [await call('DescribeKeyPairs'), await call('DescribeKeyPairs'), await call('DescribeKeyPairs')].map(
        ({ status }) => status,
      ),
    ).toEqual([500, 502, 200])
  })

  it('can hit every call until it is cleared', async () => {
    simulator.fault({ kind: 'throttle', times: Infinity })
    expect([(await call('DescribeKeyPairs')).status, (await call('DescribeInstances')).status]).toEqual([429, 429])
    simulator.clearFaults()
    expect((await call('DescribeKeyPairs')).status).toBe(200)
  })
})

describe('refusals', () => {
  it('throttle before anything happens, with Retry-After if asked', async () => {
    simulator.fault({ kind: 'throttle', retryAfterMs: 1500 })
    const response = await raw(simulator, rawAttach)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2'])
    expect(at(JSON.parse(await response.text()), 'ResponseMetadata', 'Error', 'Code')).toBe('FlowLimitExceeded')
    expect(boundTo('i-1')).toBeUndefined()
    expect(last()).toMatchObject({ status: 429, code: 'FlowLimitExceeded', committed: false, mutating: true })
  })

  it('fill a bucket by the clock', async () => {
    simulator.fault({ kind: 'bucket', action: 'DescribeKeyPairs', ratePerSecond: 2, burst: 3 })
    const statuses = async (count: number): Promise<unknown[]> => {
      const found: unknown[] = []
      for (let sent = 0; sent < count; sent += 1) found.push((await call('DescribeKeyPairs')).status)
      return found
    }
    expect(await statuses(4)).toEqual([200, 200, 200, 429])
    expect((await call('DescribeInstances')).status).toBe(200)
    clock.advance(500)
    expect(await statuses(2)).toEqual([200, 429])
    clock.advance(60_000)
    expect(await statuses(4)).toEqual([200, 200, 200, 429])
  })

  it('fail the named items in the call that has them', async () => {
    simulator.fault({ kind: 'item', ids: ['i-2'], code: 'FlowLimitExceeded' })
    expect(verdicts((await call('AttachKeyPair', { KeyPairName: 'key', InstanceIds: ['i-1'] })).body)).toEqual({
      'i-1': 'ok',
    })
    expect(verdicts((await call('AttachKeyPair', attach)).body)).toEqual({ 'i-1': 'ok', 'i-2': 'FlowLimitExceeded' })
    expect(boundTo('i-2')).toBeUndefined()
    expect(verdicts((await call('AttachKeyPair', { ...attach, ClientToken: 'other' })).body)).toEqual({
      'i-1': 'ok',
      'i-2': 'ok',
    })
  })

  it('have any code and change nothing', async () => {
    simulator.fault({ kind: 'refuse', status: 403, code: 'LackPolicy', message: 'No.' })
    expect(refused(await call('AttachKeyPair', attach))).toEqual([403, 'LackPolicy'])
    expect(boundTo('i-1')).toBeUndefined()
    expect((await call('AttachKeyPair', attach)).status).toBe(200)
  })

  it.each([
    [403, 'LackPolicy'],
    [502, undefined],
  ])('repeat the headers and the body of the request, with %s and the code %s', async (status, code) => {
    simulator.fault({ kind: 'echo', status, code })
    const response = await raw(simulator, rawAttach)
    const text = await response.text()
    const message = code === undefined ? text : at(JSON.parse(text), 'ResponseMetadata', 'Error', 'Message')
    expect(response.status).toBe(status)
    expect(message).toMatch(/AttachKeyPair[^]*authorization: HMAC-SHA256 Credential=/)
    expect(boundTo('i-1')).toBeUndefined()
  })
})

describe('answers that do not come', () => {
  it.each([true, false])('reset the connection (call carried out: %s)', async (commit) => {
    simulator.fault({ kind: 'reset', commit })
    expect((await call('AttachKeyPair', attach)).status).toBeUndefined()
    expect(boundTo('i-1')).toBe(commit ? 'key' : undefined)
    expect(last()).toMatchObject({ committed: commit, status: undefined })
    expect(verdicts((await call('AttachKeyPair', attach)).body)).toEqual({ 'i-1': 'ok', 'i-2': 'ok' })
    expect(last()).toMatchObject({ committed: !commit })
  })

  it.each([true, false])('hang until the client disconnects (call carried out: %s)', async (commit) => {
    simulator.fault({ kind: 'hang', commit })
    const giveUp = new AbortController()
    const waiting = call('AttachKeyPair', attach, giveUp.signal)
    await clock.untilSleeping(1)
    expect(boundTo('i-1')).toBe(commit ? 'key' : undefined)
    giveUp.abort()
    expect((await waiting).status).toBeUndefined()
    await clock.untilSleeping(0)
  })

  it('come after the client gave up, and keep the token busy meanwhile', async () => {
    simulator.fault({ kind: 'late', afterMs: 5000 })
    const giveUp = new AbortController()
    const waiting = call('AttachKeyPair', attach, giveUp.signal)
    await clock.untilSleeping(1)
    giveUp.abort()
    await waiting
    clock.advance(4999)
    expect(refused(await call('AttachKeyPair', attach))).toEqual([412, 'IdempotentProcessing'])
    expect(boundTo('i-1')).toBeUndefined()
    clock.advance(1)
    expect(boundTo('i-1')).toBe('key')
    expect(verdicts((await call('AttachKeyPair', attach)).body)).toEqual({ 'i-1': 'ok', 'i-2': 'ok' })
    expect(simulator.calls.map(({ committed }) => committed)).toEqual([true, false, false])
  })

  it('come at once if the world settles', async () => {
    simulator.fault({ kind: 'late', afterMs: 60_000 })
    const giveUp = new AbortController()
    const waiting = call('CreateKeyPair', { KeyPairName: 'late-key' }, giveUp.signal)
    await clock.untilSleeping(1)
    simulator.world.settle()
    expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['key', 'late-key'])
    giveUp.abort()
    await waiting
  })
})

describe('damaged answers', () => {
  const damage = async (transform: BodyDamage, commit?: boolean): Promise<{ response: Response; text: string }> => {
    simulator.fault({ kind: 'body', transform, commit })
    const response = await raw(simulator, rawAttach)
    return { response, text: await response.text() }
  }

  it('cuts the JSON short', async () => {
    const { response, text } = await damage('truncate')
    expect(response.status).toBe(200)
    expect(() => void JSON.parse(text)).toThrow(SyntaxError)
    expect(boundTo('i-1')).toBe('key')
  })

  it.each<[BodyDamage, number, RegExp]>([
    ['html-502', 502, /<html>/],
    ['empty-503', 503, /^$/],
    ['html-200', 200, /<html>/],
    ['array', 200, /^\[\{.*\}\]$/],
    ['wrong-type', 200, /"OperationDetails":"none"/],
    ['number-for-string', 200, /"InstanceId":42/],
    ['error-in-200', 200, /"Error":\{"Code":"InternalError"/],
  ])('answers %s', async (transform, status, expected) => {
    const { response, text } = await damage(transform)
    expect(response.status).toBe(status)
    expect(text).toMatch(expected)
  })

  it.each<[BodyDamage, unknown[]]>([
    ['drop-details', ['i-1']],
    ['extra-details', ['i-1', 'i-2', 'i-1']],
    ['foreign-details', ['foreign', 'i-1', 'i-2']],
    ['refused-and-accepted', ['i-1', 'i-1', 'i-2', 'i-2']],
  ])('answers %s', async (transform, expected) => {
    const { text } = await damage(transform)
    const details = at(JSON.parse(text), 'Result', 'OperationDetails')
    expect(Array.isArray(details) && details.map((detail: unknown) => at(detail, 'InstanceId'))).toEqual(expected)
  })

  it('answers with valid JSON of more than 50 MB', async () => {
    const { text } = await damage('huge')
    expect(text.length).toBeGreaterThan(50 * 1024 * 1024)
    expect(verdicts(JSON.parse(text))).toEqual({ 'i-1': 'ok', 'i-2': 'ok' })
  })

  it('answers with a wrong content type, and with a redirect', async () => {
    expect((await damage('wrong-content-type')).response.headers.get('content-type')).toBe('text/html')
    const { response } = await damage('redirect')
    expect([response.status, response.headers.get('location')]).toEqual([307, '/redirected'])
  })

  it('tells if the call was carried out', async () => {
    await damage('html-502', true)
    expect(boundTo('i-1')).toBe('key')
    await call('DetachKeyPair', { ...attach, ClientToken: 'detach' })
    await damage('truncate', false)
    await damage('error-in-200')
    expect(boundTo('i-1')).toBeUndefined()
  })

  it('sends a slow body in two halves', async () => {
    simulator.fault({ kind: 'slow', ms: 3000 })
    const response = await raw(simulator, rawAttach)
    expect(response.status).toBe(200)
    const text = response.text()
    expect(clock.sleeping).toBe(1)
    clock.advance(3000)
    expect(verdicts(JSON.parse(await text))).toEqual({ 'i-1': 'ok', 'i-2': 'ok' })
  })
})

describe('a page that is cut short', () => {
  it('has its token', async () => {
    simulator.fault({ kind: 'short-page', items: 1 })
    const read = { InstanceIds: ['i-1', 'i-2'], MaxResults: '100' }
    const first = at((await call('DescribeInstances', read)).body, 'Result')
    expect([at(first, 'Instances', 0, 'InstanceId'), at(first, 'Instances', 1)]).toEqual(['i-1', undefined])
    const rest = (await call('DescribeInstances', { ...read, NextToken: String(at(first, 'NextToken')) })).body
    expect(at(rest, 'Result', 'Instances', 0, 'InstanceId')).toBe('i-2')
  })
})

describe('reads that lag', () => {
  const seen = async (): Promise<unknown> => {
    const { body } = await call('DescribeInstances', { InstanceIds: ['i-1'] })
    return at(body, 'Result', 'Instances', 0, 'KeyPairName')
  }

  it('show the world as it was', async () => {
    simulator.setReadLag(2000)
    clock.advance(10_000)
    await call('AttachKeyPair', attach)
    await call('CreateKeyPair', { KeyPairName: 'new-key' })
    clock.advance(1999)
    expect(await seen()).toBe('')
    expect(at((await call('DescribeKeyPairs', { KeyPairNames: ['new-key'] })).body, 'Result', 'KeyPairs')).toEqual([])
    clock.advance(1)
    expect(await seen()).toBe('key')
    await call('DeleteKeyPairs', { KeyPairNames: ['new-key'] })
    expect(
      at((await call('DescribeKeyPairs', { KeyPairNames: ['new-key'] })).body, 'Result', 'KeyPairs', 0, 'KeyPairName'),
    ).toBe('new-key')
    simulator.world.settle()
    expect(at((await call('DescribeKeyPairs', { KeyPairNames: ['new-key'] })).body, 'Result', 'KeyPairs')).toEqual([])
  })

  it('lag for the number of reads in the fault', async () => {
    clock.advance(10_000)
    await call('AttachKeyPair', attach)
    clock.advance(1000)
    simulator.fault({ kind: 'read-lag', lagMs: 5000, times: 2 })
    expect([await seen(), await seen(), await seen()]).toEqual(['', '', 'key'])
  })
})

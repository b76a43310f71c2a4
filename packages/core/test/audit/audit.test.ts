import { generateKeyPairSync } from 'node:crypto'
import { VirtualClock } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportOf, BoundCounts } from '../../src/audit/audit.js'
import { createKeyPairStore } from '../../src/service/create-service.js'
import type { CallFailure, InstanceRecord } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { md5Forms } from '../../src/key-material/fingerprint.js'
import { parsePublicKey } from '../../src/key-material/parse-public-key.js'
import { err, ok } from '../../src/result.js'
import { inFull } from '../../../../tests/support/in-full.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'
import { stubDriver } from '../stub-driver.js'

/** Makes an OpenSSH line from the numbers of the key. */
function rsaLine(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })
  const field = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(new Uint32Array([bytes.length]).buffer).swap32(), bytes])
  const number = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'base64url')
    return (bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.from([0]), bytes])
  }
  return `ssh-rsa ${Buffer.concat([field(Buffer.from('ssh-rsa')), field(number(e)), field(number(n))]).toString('base64')}`
}

const strong = rsaKey().publicKey.line
const weak = rsaLine(1024)
const [md5 = '', md5OfSpki = ''] = md5Forms(parsePublicKey(strong)._unsafeUnwrap())

function reported(keyPairs: readonly KeyPair[], records: readonly InstanceRecord[]): ReturnType<typeof reportOf> {
  const counts = new BoundCounts()
  counts.take(records)
  return reportOf(keyPairs, counts)
}

const instance = (id: string, keyPair?: InstanceRecord['keyPair']): InstanceRecord => {
  return { id, power: 'running', ...(keyPair && { keyPair }) }
}

test('a short RSA key is weak, and a missing or malformed one is unknown', async () => {
  const keyPairs = [
    { name: 'weak', publicKey: weak },
    { name: 'strong', publicKey: strong },
    { name: 'undocumented' },
    { name: 'dsa', publicKey: 'ssh-dss AAAAB3NzaC1kc3MAAACBAP' },
  ]
  const { findings, unknown } = await reported(keyPairs, [])
  const [weakest] = keyPairs
  expect(findings.filter(({ kind }) => kind === 'weak-key')).toEqual([
    { kind: 'weak-key', keyPair: weakest, bits: 1024 },
  ])
  expect(unknown.find(({ check }) => check === 'weak-key')?.keyPairs.map(({ name }) => name)).toEqual([
    'undocumented',
    'dsa',
  ])
})

test('the same key is found by key and by MD5, and a fingerprint that cannot be compared is unknown', async () => {
  const colons = md5.toUpperCase().match(/../g)?.join(':') ?? ''
  const keyPairs = [
    { name: 'by-key', publicKey: strong, fingerprint: 'ab'.repeat(20) },
    { name: 'by-md5', fingerprint: colons },
    { name: 'by-md5-of-spki', fingerprint: md5OfSpki },
    { name: 'other', publicKey: weak },
    { name: 'opaque', fingerprint: 'ab'.repeat(20) },
    { name: 'none' },
  ]
  const { findings, unknown } = await reported(keyPairs, [])
  const same = findings.flatMap((finding) => (finding.kind === 'same-key' ? [finding.keyPairs] : []))
  expect(same.map((group) => group.map(({ name }) => name))).toEqual([['by-key', 'by-md5', 'by-md5-of-spki']])
  expect(unknown.find(({ check }) => check === 'same-key')?.keyPairs.map(({ name }) => name)).toEqual([
    'opaque',
    'none',
  ])
})

test('an id distinguishes a deleted key pair from the one that has its name now', async () => {
  const keyPairs = [{ name: 'deploy', id: 'kp-2' }]
  const records = [instance('i-1', { name: 'deploy', id: 'kp-1' }), instance('i-2')]
  const { findings, instances } = await reported(keyPairs, records)
  expect(findings).toEqual([
    { kind: 'unused', keyPair: keyPairs[0] },
    { kind: 'dangling-name', name: 'deploy', instanceIds: ['i-1'], more: false },
  ])
  expect(instances).toBe(1)
})

test('of several namesakes it is unknown which is used, unless instances show the id', async () => {
  const twins = [
    { name: 'twin', id: 'kp-1' },
    { name: 'twin', id: 'kp-2' },
    { name: 'twin', id: 'kp-3' },
  ]
  const records = [instance('i-1', { name: 'twin' }), instance('i-2', { name: 'twin', id: 'kp-2' })]
  const { findings, unknown } = await reported(twins, records)
  expect(findings).toEqual([])
  expect(unknown.find(({ check }) => check === 'unused')?.keyPairs.map(({ id }) => id)).toEqual(['kp-1', 'kp-3'])
})

test('at most 100 instances are named for a dangling name', async () => {
  const records = Array.from({ length: 101 }, (_, index) => instance(`i-${index}`, { name: 'gone' }))
  const [finding] = (await reported([], records)).findings
  expect(finding).toMatchObject({ kind: 'dangling-name', name: 'gone', more: true })
  expect(finding?.kind === 'dangling-name' && finding.instanceIds.length).toBe(100)
  const [exactly] = (await reported([], records.slice(1))).findings
  expect(exactly).toMatchObject({ more: false })
})

test('every key pair is used, unused or unknown, and every shown name belongs to one or dangles', async () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd')
  const keyPair = fc.record({ name: names, withId: fc.boolean() })
  const pairs = fc
    .array(keyPair, { maxLength: 6 })
    .map((all) => all.map(({ name, withId }, index): KeyPair => ({ name, ...(withId && { id: `kp-${index}` }) })))
  const shown = fc.array(fc.record({ name: names, index: fc.option(fc.nat(7)) }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(pairs, shown, async (keyPairs, bound) => {
      const records = bound.map(({ name, index }, serial) =>
        instance(`i-${serial}`, { name, ...(index !== null && { id: `kp-${index}` }) }),
      )
      const { findings, unknown } = await reported(keyPairs, records)
      // By the rule of usages, pair by pair.
      const fits = ({ keyPair: its }: InstanceRecord, one: KeyPair): boolean =>
        its?.id !== undefined && one.id !== undefined ? its.id === one.id : its?.name === one.name
      const unused = keyPairs.filter((one) => !records.some((record) => fits(record, one)))
      expect(findings.flatMap((one) => (one.kind === 'unused' ? [one.keyPair] : []))).toEqual(unused)
      const dangling = records.filter((record) => !keyPairs.some((one) => fits(record, one))).map(({ id }) => id)
      const told = findings.flatMap((one) => (one.kind === 'dangling-name' ? one.instanceIds : []))
      expect(told.toSorted()).toEqual(dangling.toSorted())
      const unclear = unknown.find(({ check }) => check === 'unused')?.keyPairs ?? []
      for (const one of unclear) expect(records.some((record) => fits(record, one))).toBe(true)
    }),
  )
})

test('an audit reads each list once, page by page, and a failed read is its error', async () => {
  const calls: string[] = []
  const failure: CallFailure = { code: 'throttled', message: 'no', outcome: 'none', transient: true, scope: 'call' }
  let throttled = 30
  const driver = stubDriver({
    doDescribeInstances: async (request) => {
      if (throttled > 0 && calls.length % 2 === 1) {
        throttled -= 1
        calls.push('throttled')
        return err(failure)
      }
      calls.push(request.kind)
      const page = Number(request.cursor ?? 1)
      const items = [instance(`i-${page}`, { id: 'kp-1' })]
      return ok({ items, ...(page < 30 && { cursor: String(page + 1) }) })
    },
    doDescribeKeyPairs: async (request) => {
      calls.push(request.kind)
      return ok({ items: [{ name: 'deploy', id: 'kp-1' }] })
    },
  })
  const report = (
    await createKeyPairStore(driver, { testing: { clock: new VirtualClock(), random: () => 0 } }).audit()
  )._unsafeUnwrap()
  expect(report).toMatchObject({ keyPairs: 1, instances: 30, findings: [] })
  expect(calls.filter((call) => call !== 'throttled')).toEqual([...Array.from({ length: 30 }, () => 'bound'), 'list'])

  const denied = stubDriver({
    doDescribeInstances: async () => err({ ...failure, code: 'permission-denied', transient: false }),
  })
  const error = (await createKeyPairStore(denied).audit())._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'permission-denied', operation: 'audit', outcome: 'none' })
  const aborted = await createKeyPairStore(stubDriver()).audit({ signal: AbortSignal.abort() })
  expect(aborted._unsafeUnwrapErr().code).toBe('aborted')
})

test('a page may be as long as the cloud makes it', async () => {
  const items = Array.from({ length: 200_000 }, (_, index): KeyPair => ({ name: `kp-${index}` }))
  const driver = stubDriver({ doDescribeKeyPairs: async () => ok({ items }) })
  const report = (await createKeyPairStore(driver).audit())._unsafeUnwrap()
  expect(report.keyPairs).toBe(items.length)
})

test('an audit of many key pairs lets the event loop turn, and ends if it is aborted meanwhile', async () => {
  const items = Array.from({ length: inFull ? 20_000 : 4000 }, (_, index): KeyPair => ({
    name: `kp-${index}`,
    publicKey: strong,
  }))
  let turns = 0
  let read = (): void => undefined
  const store = createKeyPairStore(
    stubDriver({
      doDescribeKeyPairs: async () => {
        read()
        return ok({ items })
      },
    }),
  )
  read = () => {
    const turn = (): NodeJS.Immediate => setImmediate(() => ((turns += 1), (next = turn())))
    let next = turn()
    read = () => clearImmediate(next)
  }
  const report = (await store.audit())._unsafeUnwrap()
  read()
  expect(report.findings.filter(({ kind }) => kind === 'same-key')).toHaveLength(1)
  expect(turns).toBeGreaterThanOrEqual(items.length / 500)

  const controller = new AbortController()
  read = () => setImmediate(() => setImmediate(() => controller.abort()))
  const aborted = (await store.audit({ signal: controller.signal }))._unsafeUnwrapErr()
  expect(aborted).toMatchObject({ code: 'aborted', outcome: 'none' })
})

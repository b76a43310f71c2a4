import assert from 'node:assert/strict'
import type { AuditFinding, AuditGap, AuditReport } from '@cloud-keypair/core'
import { type Case, decides, proves } from '../case-context.js'
import {
  errOf,
  firstKey,
  given,
  givenInstances,
  isComparable,
  mutatingCalls,
  named,
  okOf,
  secondKey,
  pageOf,
  pagesOf,
} from '../expect.js'
import { must } from '../must.js'

/** An RSA key of 1024 bits. */
const weakKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCylUm4BM9nUPLRXLtKCO1n0u6LKIDLhnmU2vZUTUzCfWF6Qd5Ywjl+Eh2SY6uUBLitzb8IHXmGuvLzfaF6kPnVkzY84gi13zJ7bxcSfCQ76dUIXQ6pzjVMBP9hgYV7S7NcUdQguhe5i3w2T/MiAnkMJbwUIpybKzSOSj0ORxgqCw=='

export const auditCases: readonly Case[] = [
  proves(
    'KP-AUDIT-01',
    10,
    'finds exactly the key pairs that no instance has, and changes nothing',
    async (context) => {
      const { service } = context
      for (const name of ['used', 'idle', 'idle2']) await given(context, { name })
      const ids = await givenInstances(context, 2, { keyPair: 'used' })
      await givenInstances(context, 2, { prefix: 'vacant' })
      const report = okOf(await service.audit())
      assert.deepEqual(unusedIn(report), ['idle', 'idle2'])
      assert.deepEqual([report.keyPairs, report.instances], [3, ids.length], 'it says how much it read')
      assert.equal(gap(report, 'unused'), undefined)
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  proves('KP-AUDIT-02', 3, 'reads every page of both lists, and each page once', async (context) => {
    const { service, world, capabilities, facts } = context
    const { publicKey } = firstKey(context)
    const count = pageOf(capabilities) + 1
    const names = Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}`)
    await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const [first = ''] = names
    const last = names.at(-1) ?? ''
    await givenInstances(context, 204, { keyPair: first })
    await givenInstances(context, 1, { keyPair: last, prefix: 'last' })
    await world.forgetCalls()
    const report = okOf(await service.audit())
    assert.deepEqual([report.keyPairs, report.instances], [count, 205])
    assert.deepEqual(unusedIn(report), names.slice(1, -1), 'what the last instance has bound is used')
    const calls = (await world.calls()).map(({ call }) => call)
    const pages = (of: string): number => calls.filter((call) => call === of).length
    must(pages('list') <= pagesOf(capabilities, count), 'each page of key pairs is read once')
    must(
      pages('list-instances') <= Math.ceil(205 / (facts.instancesAPage ?? 100)),
      'each page of instances is read once',
    )
    assert.equal(calls.length, pages('list') + pages('list-instances'), 'it reads nothing one by one')
  }),

  proves(
    'KP-AUDIT-03',
    11,
    'finds the same key under several names, or says that keys cannot be compared',
    async (context) => {
      const { service } = context
      const same = { publicKey: firstKey(context).publicKey.line }
      const one = await given(context, { name: 'one', ...same })
      await given(context, { name: 'two', ...same })
      await given(context, { name: 'other', publicKey: secondKey(context).publicKey.line })
      const report = okOf(await service.audit())
      const found = report.findings.flatMap((finding) =>
        finding.kind === 'same-key' ? [finding.keyPairs.map(({ name }) => name).toSorted()] : [],
      )
      const comparable = isComparable(okOf(await service.get(one)))
      assert.deepEqual(found, comparable ? [['one', 'two']] : [])
      assert.deepEqual(gap(report, 'same-key'), comparable ? undefined : ['one', 'other', 'two'])
    },
  ),

  decides(
    'KP-AUDIT-04',
    9,
    'finds RSA keys under 2048 bits, and calls the strength unknown if the cloud tells no public key',
    async (context) => {
      const { service, world, capabilities } = context
      await world.seedKeyPairs([
        { name: 'weak', publicKey: weakKey },
        { name: 'strong', publicKey: firstKey(context).publicKey.line },
      ])
      const report = okOf(await service.audit())
      const weak = report.findings.flatMap((finding) =>
        finding.kind === 'weak-key' ? [[finding.keyPair.name, finding.bits]] : [],
      )
      assert.deepEqual(weak, capabilities.publicKey ? [['weak', 1024]] : [])
      assert.deepEqual(gap(report, 'weak-key'), capabilities.publicKey ? undefined : ['strong', 'weak'])
      return capabilities.publicKey ? 'passed' : 'verified-unsupported'
    },
  ),

  proves('KP-AUDIT-05', 11, 'finds names of deleted key pairs, with the instances that show them', async (context) => {
    const { service, world, capabilities } = context
    const keyPair = await given(context, { name: 'gone' })
    await given(context, { name: 'there' })
    const ids = await givenInstances(context, 130, { keyPair: 'gone' })
    await givenInstances(context, 1, { keyPair: 'there', prefix: 'there' })
    const dangling = (report: AuditReport): readonly AuditFinding[] =>
      report.findings.filter(({ kind }) => kind === 'dangling-name')
    assert.deepEqual(dangling(okOf(await service.audit())), [], 'nothing dangles yet')
    const { refusesInUse } = capabilities.delete
    if (refusesInUse === true) return
    const deleted = await service.delete(keyPair, { ifInUse: 'delete-anyway' })
    if (refusesInUse === 'undocumented' && deleted.isErr()) return void errOf(deleted, 'in-use')
    okOf(deleted)
    assert.deepEqual(named(await world.snapshot(), 'gone'), [])
    const report = okOf(await service.audit())
    const [found, ...others] = dangling(report)
    assert.deepEqual(others, [])
    must(found?.kind === 'dangling-name', 'a name that dangles is found')
    assert.deepEqual([found.name, found.instanceIds.length, found.more], ['gone', 100, true])
    must(found.instanceIds.every((id) => ids.includes(id)))
    assert.deepEqual(unusedIn(report), [])
  }),

  proves(
    'KP-AUDIT-06',
    9,
    'calls it unknown which of several namesakes is used, if instances show only the name',
    async (context) => {
      const { service, facts, capabilities } = context
      await given(context, { name: 'twin' })
      await givenInstances(context, 1, { keyPair: 'twin' })
      if (facts.namesRepeat) await given(context, { name: 'twin' })
      const report = okOf(await service.audit())
      const unused = unusedIn(report)
      const told = capabilities.instances !== false && capabilities.instances.showsKeyPairId
      if (!facts.namesRepeat) return assert.deepEqual([unused, gap(report, 'unused')], [[], undefined])
      if (told) return assert.deepEqual([unused, gap(report, 'unused')], [['twin'], undefined])
      // A cloud without attach does not say what its instances tell.
      if (capabilities.instances === false && unused.length > 0) return assert.deepEqual(unused, ['twin'])
      assert.deepEqual([unused, gap(report, 'unused')], [[], ['twin', 'twin']])
    },
  ),

  proves(
    'KP-AUDIT-07',
    4,
    'is an error if one of the lists cannot be read',
    async (context) => {
      const { service, world } = context
      await given(context, { name: 'deploy' })
      for (const on of ['list-instances', 'list'] as const) {
        await world.fault({ on, kind: 'denied' })
        assert.equal(errOf(await service.audit(), 'permission-denied').outcome, 'none')
      }
      await world.clearFaults()
      assert.deepEqual(unusedIn(okOf(await service.audit())), ['deploy'])
    },
    ['denied'],
  ),
]

function unusedIn({ findings }: AuditReport): readonly string[] {
  return findings.flatMap((finding) => (finding.kind === 'unused' ? [finding.keyPair.name] : [])).toSorted()
}

/** Returns the names of the key pairs for which a check has no answer. */
function gap({ unknown }: AuditReport, check: AuditGap['check']): readonly string[] | undefined {
  return unknown
    .find((one) => one.check === check)
    ?.keyPairs.map(({ name }) => name)
    .toSorted()
}

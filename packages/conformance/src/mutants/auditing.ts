import { type AuditReport, collect, ok } from '@cloud-keypair/core'
import { inDriver, inStore, operation } from './break.js'
import type { Mutant } from './mutant.js'

const tellsNoKeys: Mutant['appliesTo'] = ({ publicKey }) => !publicKey

/** Ways for an audit to miss something, or to know what nobody told it. */
export const auditingMutants: readonly Mutant[] = [
  {
    name: 'an audit stops at the first page of instances',
    breaks: 3,
    killedBy: 'KP-AUDIT-02',
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) => {
        const page = await driver.doDescribeInstances(request, context)
        return request.kind === 'bound' ? page.map(({ items }) => ({ items })) : page
      },
    })),
  },
  {
    name: 'an audit stops at the first page of key pairs',
    breaks: 3,
    killedBy: 'KP-AUDIT-02',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) => {
        const page = await driver.doDescribeKeyPairs(request, context)
        return request.kind === 'list' ? page.map(({ items }) => ({ items })) : page
      },
    })),
  },
  {
    name: 'an audit looks for the users of each key pair by itself',
    breaks: 3,
    killedBy: 'KP-AUDIT-02',
    service: inStore((service) => ({
      audit: (options) =>
        operation(async () => {
          const some = (await collect(service.list(), { max: 1000 })).unwrapOr([]).slice(0, 3)
          for (const keyPair of some) await collect(service.usages(keyPair), { max: 1000 })
          return service.audit(options)
        }),
    })),
  },
  {
    name: 'an audit does not see who has a key pair bound',
    breaks: 10,
    killedBy: 'KP-AUDIT-01',
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) => {
        const page = await driver.doDescribeInstances(request, context)
        return request.kind === 'bound' ? page.map((rest) => ({ ...rest, items: [] })) : page
      },
    })),
  },
  {
    name: 'an audit deletes what nobody uses',
    breaks: 10,
    killedBy: 'KP-AUDIT-01',
    service: inStore((service) => ({
      audit: (options) =>
        operation(async () => {
          const audited = await service.audit(options)
          for (const finding of audited.isOk() ? audited.value.findings : []) {
            if (finding.kind === 'unused') await service.delete(finding.keyPair)
          }
          return audited
        }),
    })),
  },
  {
    name: 'an audit does not find the same key under another name',
    breaks: 11,
    killedBy: 'KP-AUDIT-03',
    appliesTo: (_, { comparable = true }) => comparable,
    service: without('same-key'),
  },
  {
    name: 'an audit takes keys for the same that it cannot compare',
    breaks: 11,
    killedBy: 'KP-AUDIT-03',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).map((page) => ({
          ...page,
          items: page.items.map(({ publicKey: _, ...keyPair }) => ({ ...keyPair, fingerprint: '0'.repeat(32) })),
        })),
    })),
  },
  {
    name: 'an audit takes short RSA keys for good',
    breaks: 9,
    killedBy: 'KP-AUDIT-04',
    appliesTo: ({ publicKey }) => publicKey,
    service: without('weak-key'),
  },
  {
    name: 'an audit knows what the cloud does not tell',
    breaks: 9,
    killedBy: 'KP-AUDIT-04',
    appliesTo: tellsNoKeys,
    service: reporting((report) => ({ ...report, unknown: [] })),
  },
  {
    name: 'an audit does not find names of key pairs that are gone',
    breaks: 11,
    killedBy: 'KP-AUDIT-05',
    appliesTo: ({ delete: { refusesInUse } }) => !refusesInUse,
    service: without('dangling-name'),
  },
  {
    name: 'an audit takes both of two key pairs of one name for unused',
    breaks: 9,
    killedBy: 'KP-AUDIT-06',
    appliesTo: ({ name, instances }) => !name.unique && instances !== false && !instances.showsKeyPairId,
    service: reporting(({ unknown, ...report }) => ({
      ...report,
      unknown: [],
      findings: [
        ...report.findings,
        ...unknown.flatMap(({ keyPairs }) => keyPairs.map((keyPair) => ({ kind: 'unused', keyPair }) as const)),
      ],
    })),
  },
  {
    name: 'an audit that may not list the instances takes every key pair for unused',
    breaks: 4,
    killedBy: 'KP-AUDIT-07',
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) =>
        (await driver.doDescribeInstances(request, context)).orElse(() => ok({ items: [] })),
    })),
  },
]

function reporting(change: (report: AuditReport) => AuditReport): NonNullable<Mutant['service']> {
  return inStore((service) => ({ audit: (options) => service.audit(options).map(change) }))
}

function without(kind: AuditReport['findings'][number]['kind']): NonNullable<Mutant['service']> {
  return reporting((report) => ({ ...report, findings: report.findings.filter((finding) => finding.kind !== kind) }))
}

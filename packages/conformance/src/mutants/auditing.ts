import { type AuditReport, collect } from '@cloud-keypair/core'
import { matching } from './answers.js'
import { ofStore } from './break.js'
import { emptyIfFailed, followed, lastPage, pages, preceded, tells } from './changes.js'
import { type Fault, killedBy, type Mutant, paged, when } from './mutant.js'

/** Ways for an audit to miss something, or to invent something. */
export const auditingMutants: readonly Mutant[] = [
  ...killedBy('KP-AUDIT-02', 3, {
    'an audit stops at the first page of instances': pages('doDescribeInstances', (page, { kind }) =>
      kind === 'bound' ? lastPage(page) : page,
    ),
    'an audit stops at the first page of key pairs': when(
      paged,
      pages('doDescribeKeyPairs', (page, { kind }) => (kind === 'list' ? lastPage(page) : page)),
    ),
    'an audit looks for the users of each key pair by itself': preceded('audit', async (service) => {
      for (const keyPair of (await matching(service)).slice(0, 3)) await collect(service.usages(keyPair), { max: 1000 })
    }),
  }),
  ...killedBy('KP-AUDIT-01', 10, {
    'an audit does not see the users of a key pair': pages('doDescribeInstances', (page, { kind }) =>
      kind === 'bound' ? { ...page, items: [] } : page,
    ),
    'an audit deletes unused key pairs': followed('audit', async (service, audited) => {
      for (const finding of audited.isOk() ? audited.value.findings : [])
        if (finding.kind === 'unused') await service.delete(finding.keyPair)
    }),
  }),
  ...killedBy('KP-AUDIT-03', 11, {
    'an audit does not find the same key under another name': when(
      (_, { comparable = true }) => comparable,
      without('same-key'),
    ),
    'an audit takes keys for the same that it cannot compare': pages('doDescribeKeyPairs', (page) => ({
      ...page,
      items: page.items.map(({ publicKey: _, ...keyPair }) => ({ ...keyPair, fingerprint: '0'.repeat(32) })),
    })),
  }),
  ...killedBy('KP-AUDIT-04', 9, {
    'an audit calls short RSA keys strong': when(({ publicKey }) => publicKey, without('weak-key')),
    'an audit claims to know what the cloud does not tell': when(
      ({ publicKey }) => !publicKey,
      tells('audit', () => ({ unknown: [] })),
    ),
  }),
  ...killedBy('KP-AUDIT-05', 11, ({ delete: { refusesInUse } }) => refusesInUse === false, {
    'an audit does not find names of deleted key pairs': without('dangling-name'),
  }),
  ...killedBy(
    'KP-AUDIT-06',
    9,
    ({ name, instances }) => !name.unique && instances !== false && !instances.showsKeyPairId,
    {
      'an audit calls both of two namesakes unused': tells('audit', ({ unknown, findings }) => {
        const unused = unknown
          .flatMap(({ keyPairs }) => keyPairs)
          .map((keyPair) => ({ kind: 'unused', keyPair }) as const)
        return { unknown: [], findings: [...findings, ...unused] }
      }),
    },
  ),
  ...killedBy('KP-AUDIT-07', 4, {
    'an audit that may not list the instances calls every key pair unused': emptyIfFailed('doDescribeInstances'),
  }),
]

function reporting(change: (report: AuditReport) => AuditReport): Fault {
  return ofStore('audit', (service, options) => service.audit(options).map(change))
}

function without(kind: AuditReport['findings'][number]['kind']): Fault {
  return reporting((report) => ({ ...report, findings: report.findings.filter((finding) => finding.kind !== kind) }))
}

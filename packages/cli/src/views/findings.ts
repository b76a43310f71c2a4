import type { AuditFinding, KeyPair } from '@cloud-keypair/core'
import type { View } from '../output/view.js'

/** Findings of an audit. */
export const findingsView: View<AuditFinding> = {
  columns: {
    finding: ({ kind }) => kind,
    'key-pair': (finding) => subjectsOf(finding).join(','),
    instances: (finding) => (finding.kind === 'dangling-name' ? instancesOf(finding) : undefined),
    message: messageOf,
  },
  usual: ['finding', 'key-pair', 'message'],
  wrapped: ['key-pair', 'instances', 'message'],
  nameOf: (finding) => subjectsOf(finding).join(','),
}

/** Returns the names of what a finding is about. */
export function subjectsOf(finding: AuditFinding): readonly string[] {
  switch (finding.kind) {
    case 'unused':
    case 'weak-key':
      return [titleOf(finding.keyPair)]
    case 'same-key':
      return finding.keyPairs.map(titleOf)
    case 'dangling-name':
      return [finding.name]
  }
}

/** Returns what a finding means, in a sentence. */
export function messageOf(finding: AuditFinding): string {
  switch (finding.kind) {
    case 'unused':
      return 'no instance has it'
    case 'same-key':
      return 'they have the same public key'
    case 'weak-key':
      return `an RSA key of ${finding.bits} bits`
    case 'dangling-name':
      return `instances show it and it does not exist: ${instancesOf(finding)}`
  }
}

function instancesOf({ instanceIds, more }: Extract<AuditFinding, { kind: 'dangling-name' }>): string {
  return `${instanceIds.join(',')}${more ? ' and more' : ''}`
}

function titleOf({ name, id }: KeyPair): string {
  return id === undefined ? name : `${name} (${id})`
}

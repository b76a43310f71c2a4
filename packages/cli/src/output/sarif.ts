import type { AuditFinding, AuditReport } from '@cloud-keypair/core'
import { messageOf, subjectsOf } from '../views/findings.js'

/** The kinds of findings, and what each means. */
export const rules = {
  unused: 'No instance has the key pair bound.',
  'same-key': 'Several key pairs have the same public key.',
  'weak-key': 'The key pair has an RSA key of fewer than 2048 bits.',
  'dangling-name': 'Instances show a key pair that does not exist.',
} as const

/** Returns the report of an audit as a SARIF 2.1.0 log (docs.oasis-open.org/sarif/sarif/v2.1.0). */
export function toSarif({ findings }: AuditReport, provider: string, version: string): unknown {
  const ids = Object.entries(rules).map(([id, text]) => ({ id, shortDescription: { text } }))
  const driver = { name: 'cloud-keypair', version, rules: ids }
  const results = findings.map((finding) => ({
    ruleId: finding.kind,
    level: levelOf(finding),
    message: { text: `${subjectsOf(finding).join(', ')}: ${messageOf(finding)}` },
    locations: subjectsOf(finding).map((name) => ({
      logicalLocations: [{ name, fullyQualifiedName: `${provider}/${name}`, kind: 'resource' }],
    })),
  }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  }
}

function levelOf({ kind }: AuditFinding): 'error' | 'warning' | 'note' {
  switch (kind) {
    case 'weak-key':
    case 'dangling-name':
      return 'error'
    case 'same-key':
      return 'warning'
    case 'unused':
      return 'note'
  }
}

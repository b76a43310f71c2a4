import type { AuditReport } from '@cloud-keypair/core'
import { messageOf, subjectsOf } from '../views/findings.js'
import { visible } from './visible.js'

/** Returns the report of an audit as Markdown. */
export function toMarkdown({ keyPairs, instances, findings, unknown }: AuditReport, title: string): string {
  const rows = findings.map((finding) => [finding.kind, subjectsOf(finding).join(', '), messageOf(finding)])
  const table = [['finding', 'key pair', 'what it means'], ['---', '---', '---'], ...rows].map(
    (cells) => `| ${cells.map(escaped).join(' | ')} |`,
  )
  const gaps = unknown.map(
    ({ check, keyPairs: untold }) => `- \`${check}\`: ${untold.map(({ name }) => escaped(name)).join(', ')}`,
  )
  return [
    `# Audit of ${title}`,
    '',
    `Key pairs: ${keyPairs}. Instances with a key pair: ${instances}. Findings: ${findings.length}.`,
    ...(findings.length === 0 ? [] : ['', ...table]),
    ...(gaps.length === 0 ? [] : ['', 'The cloud does not show whether these have a finding:', '', ...gaps]),
    '',
  ].join('\n')
}

/** Names come from a cloud, and must not end a cell, or become a link or HTML. */
function escaped(text: string): string {
  return visible(text).replace(/[\\|<>[\]`*_&]/g, (character) => `\\${character}`)
}

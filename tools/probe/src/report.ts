import { verdictOf, type Answer, type Evidence, type Verdict } from './answer.js'
import type { Left } from './clean-up.js'
import type { Cloud } from './clouds.js'
import type { VendorApi } from './vendor-api.js'
import type { ProbeOutcome, Row } from './probe.js'
import type { Request } from './wire.js'

/** A probe that was made. */
export type Probed = Extract<ProbeOutcome, { readonly kind: 'probed' }>

/** Describes the changes of the instance, and the questions. */
export function tell({ title, questions }: Cloud): string {
  const lines = Object.entries(questions).map(([variant, question]) =>
    'cannotTell' in question ? `  ${variant}: not asked, ${question.cannotTell}` : `  ${variant}: ${question.what}`,
  )
  return [
    `A probe of ${title} would make key pairs named cloud-keypair-probe-…, attach them to one instance and detach them,`,
    'stop and start that instance, and in the end put its power back and delete the key pairs. It would ask:',
    '',
    ...lines,
    '',
    'Nothing was called. Name the instance with --throw-away.',
  ].join('\n')
}

/** Returns the answers as a table, the things that are left, and a last line with counts. */
export function reportOf({ rows, left, exchanges, minutes }: Probed, vendorApi: VendorApi): string {
  return [
    ...tableOf(rows),
    '',
    `${exchanges.length} calls in ${Math.ceil(minutes)} minutes`,
    ...left.flatMap((one) => leftLines(one, vendorApi)),
    summaryOf(rows, left),
  ].join('\n')
}

/** Returns `probe: A of N variants as assumed, B differ, C not asked, nothing left behind`. */
export function summaryOf(rows: readonly Row[], left: readonly Left[]): string {
  const count = (verdict: Verdict): number =>
    rows.filter(({ answer, assumed }) => verdictOf(answer, assumed) === verdict).length
  const behind = left.length === 0 ? 'nothing left behind' : `${left.length} left behind`
  const differ = `${count('differs')} ${count('differs') === 1 ? 'differs' : 'differ'}`
  return `probe: ${count('as assumed')} of ${rows.length} variants as assumed, ${differ}, ${count('not asked')} not asked, ${behind}`
}

function leftLines({ what, why, call }: Left, vendorApi: VendorApi): readonly string[] {
  return [`left behind: ${what}${why === '' ? '' : ` (${why})`}`, `  ${commandOf(call, vendorApi)}`]
}

/** Returns a call in the form of the vendor's command line. */
function commandOf({ action, parameters }: Request, { commandLine, common }: VendorApi): string {
  const given = Object.entries({ ...common, ...parameters }).map(([name, value]) => `--${name} ${quoted(value)}`)
  return [commandLine, action, ...given].join(' ')
}

function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

const head = ['variant', 'the simulator assumes', 'this cloud', 'evidence'] as const

function tableOf(rows: readonly Row[]): readonly string[] {
  const cells = [
    head,
    ...rows.map(({ variant, assumed, answer }) => [
      variant,
      String(assumed),
      `${markOf(answer, assumed)} ${said(answer)}`,
      whyOf(answer),
    ]),
  ]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function markOf(answer: Answer<unknown>, assumed: unknown): string {
  return { 'as assumed': '=', differs: '≠', 'not asked': '?' }[verdictOf(answer, assumed)]
}

function said(answer: Answer<unknown>): string {
  switch (answer.kind) {
    case 'is':
      return String(answer.value)
    case 'between':
      return `more than ${answer.above}, at most ${answer.upTo}`
    case 'among':
      return answer.values.map(String).join(' or ')
    case 'other':
      return 'other'
    case 'not-asked':
      return 'not asked'
  }
}

/** Returns the evidence of an answer, or the reason why there is none. */
function whyOf(answer: Answer<unknown>): string {
  if (answer.kind === 'not-asked') return answer.why
  const evidence = answer.evidence.map(shown).join(', ')
  return answer.kind === 'other' ? `${answer.seen}: ${evidence}` : evidence
}

function shown({ action, requestId, code }: Evidence): string {
  return [action, code, requestId.trim()].filter((text) => text !== '').join(' ')
}

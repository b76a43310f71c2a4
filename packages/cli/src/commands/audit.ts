import { Command, type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings'
import type { AuditFinding, AuditReport } from '@cloud-keypair/core'
import type { RunCommand } from '../commands.js'
import { toMarkdown } from '../output/markdown.js'
import { rules, toSarif } from '../output/sarif.js'
import { toJson } from '../output/visible.js'
import { packageVersion } from '../package-version.js'
import type { Session } from '../session.js'
import { parseNames } from '../values.js'
import { findingsView } from '../views/findings.js'

const kinds: readonly string[] = Object.keys(rules)

/**
 * Makes the command `audit`: key pairs that are unused, weak or doubled, and instances that show one that does not
 * exist.
 */
export function auditCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('audit')
    .option('--fail-on <findings>', `end with exit code 3 for these findings: ${kinds.join(',')}; or any`, parseKinds)
    .action(({ failOn = [] }) =>
      run(async (session) => {
        const show = showReport(session)
        const { service, target } = await session.connect()
        const audited = await service.audit(session.limits)
        if (audited.isErr()) return session.fail(audited.error)
        await show(audited.value, target.name, target.cloud.title)
        return audited.value.findings.some((finding) => isAmong(failOn, finding)) ? 3 : 0
      }),
    )
}

type ShowReport = (report: AuditReport, provider: string, title: string) => Promise<void>

function showReport({ output }: Session): ShowReport {
  if (output.format === 'sarif') {
    return async (report, provider) => output.data(`${toJson(toSarif(report, provider, await packageVersion()), 2)}\n`)
  }
  if (output.format === 'markdown') return (report, _, title) => output.data(toMarkdown(report, title))
  const printer = output.rows(findingsView)
  return async (report) => {
    await printer.list(report.findings, report)
    if (output.isJson) return
    const { keyPairs, instances, findings, unknown } = report
    await output.note(`Key pairs: ${keyPairs}. Instances with a key pair: ${instances}. Findings: ${findings.length}.`)
    for (const { check, keyPairs: untold } of unknown) {
      await output.note(
        `The cloud does not show whether these are ${check}: ${untold.map(({ name }) => name).join(', ')}`,
      )
    }
  }
}

function parseKinds(text: string): readonly string[] {
  const names = parseNames(text)
  const unknown = names.find((name) => name !== 'any' && !kinds.includes(name))
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`There is no finding ${unknown}. There are ${kinds.join(', ')}; and any.`)
}

function isAmong(failOn: readonly string[], { kind }: AuditFinding): boolean {
  return failOn.includes('any') || failOn.includes(kind)
}

import type { AnyBatch, KeyPairError } from '@cloud-keypair/core'
import type { FleetErrorCode } from '@cloud-keypair/fleet'
import { adviceOn } from './advice.js'
import type { Output } from './output/output.js'

/** Writes an error to the standard error: a sentence and what to do, or one object of JSON. */
export async function reportError(
  output: Output,
  error: KeyPairError,
  advice: string = adviceOn(error),
): Promise<void> {
  if (output.isJson) return output.errorJson(withoutBatch(error))
  await output.note(`error: ${error.message}`, 'bad')
  await output.note(`hint: ${advice}`)
  if (error.code === 'in-use' && error.details.instanceIds.length > 0) {
    const { instanceIds, more } = error.details
    await output.note(`instances: ${instanceIds.join(', ')}${more ? ' and more' : ''}`)
  }
  if (error.code === 'incomplete') await reportItems(output, error.details.batch)
}

/** Says for each reason which items it is of. The items themselves are in the standard output. */
async function reportItems(output: Output, { failed, unknown }: AnyBatch): Promise<void> {
  const reasons = new Map<string, string[]>()
  for (const { id, error } of [...failed, ...unknown]) {
    const reason = [error.code, error.vendor?.code, error.vendor?.message, messageOfCause(error), adviceOn(error)]
      .filter(Boolean)
      .join(': ')
    reasons.set(reason, [...(reasons.get(reason) ?? []), id])
  }
  if (reasons.size < 2) return
  for (const [reason, ids] of reasons) {
    const shown = ids.length > 10 ? `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more` : ids.join(', ')
    await output.note(`  ${shown}: ${reason}`)
  }
}

/** Returns what a check of the user said, or a file that could not be written. */
function messageOfCause({ cause }: KeyPairError): string | undefined {
  return typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : undefined
}

/** A problem of the command itself, or of a fleet, which no operation returned. */
interface Problem {
  readonly code: 'usage' | 'failed' | 'unfinished-run' | 'key-lost' | FleetErrorCode
  readonly message: string
  /** The remedy. */
  readonly hint: string
}

/** Writes a problem to the standard error: a sentence and what to do, or one object of JSON. */
export async function reportProblem(output: Output, { code, message, hint }: Problem): Promise<void> {
  if (output.isJson) return output.errorJson({ code, message, hint })
  await output.note(`error: ${message}`, 'bad')
  await output.note(`hint: ${hint}`)
}

const thrownHint = 'Check the file that the message names. If it names none, report this as a defect of cloud-keypair.'

/** Writes what was thrown, without a stack. */
export async function reportThrown(output: Output, thrown: unknown): Promise<void> {
  const fields: { readonly message?: unknown; readonly hint?: unknown } =
    typeof thrown === 'object' && thrown !== null ? thrown : { message: thrown }
  const hint = typeof fields.hint === 'string' ? fields.hint : thrownHint
  await reportProblem(output, { code: 'failed', message: String(fields.message), hint })
}

/** Returns an error without the items of its batch, which are in the standard output. */
function withoutBatch(error: KeyPairError): unknown {
  return error.code === 'incomplete' ? { ...error.toJSON(), details: {} } : error
}

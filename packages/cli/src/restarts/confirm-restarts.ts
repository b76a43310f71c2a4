import type { Plan } from '@cloud-keypair/core'
import type { Session } from '../session.js'
import { usageError } from '../usage-error.js'
import { type Job, keyPairOf } from './job.js'

/** Returns the instances that a plan restarts, in order. */
export function restartsOf({ calls }: Plan): readonly string[] {
  const restarting = calls.filter(({ call }) => call === 'reboot' || call === 'stop')
  return [...new Set(restarting.flatMap(({ instanceIds }) => instanceIds))]
}

/**
 * Names the instances that are going to be restarted, and asks a person whether they may be. True if so, and also if there
 * are none. Without a person it is a usage error: only `--yes` is an answer then.
 */
export async function confirmRestarts(
  instanceIds: readonly string[],
  { output, surroundings, interruptions }: Session,
  job: Job,
): Promise<boolean> {
  const { operation, maxUnavailable = 1 } = job.request
  const count = instanceIds.length === 1 ? '1 instance' : `${instanceIds.length} instances`
  const many = instanceIds.length === 0 ? 'no instance' : `${count}, at most ${maxUnavailable} at a time`
  await output.note(`To ${operation} ${keyPairOf(job)} restarts ${many}.`, 'strong')
  if (instanceIds.length === 0) return true
  const shown = instanceIds.slice(0, 20)
  const rest = instanceIds.length - shown.length
  await output.note(`  ${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`)
  if (surroundings.confirm === undefined) {
    throw usageError('nobody is there to confirm the restarts', 'Give --yes to restart them without a question.')
  }
  if (await surroundings.confirm('Restart them?', interruptions.signal)) return true
  await output.note('Nothing was changed.')
  return false
}

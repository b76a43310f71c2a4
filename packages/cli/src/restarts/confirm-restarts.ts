import { type Checkpoint, type KeyPairError, ok, type Plan, type Result } from '@cloud-keypair/core'
import type { Connection, Session } from '../session.js'
import { usageError } from '../usage-error.js'
import { type Job, keyPairOf } from './job.js'

/** Instances that are going to be restarted, and the plan that says so, if one was made. */
interface Restarts {
  readonly instanceIds: readonly string[]
  readonly plan?: Plan
}

/**
 * Returns the restarts of a job, or what is left of them after a checkpoint. Without a checkpoint they are of a plan. A
 * rotation whose checkpoint names no instance yet restarts those that run with the replaced key pair.
 */
export async function restartsLeft(
  { limits }: Session,
  { service }: Connection,
  { request }: Job,
  resume: Checkpoint | undefined,
): Promise<Result<Restarts, KeyPairError>> {
  if (resume === undefined) {
    const planned = await service.plan(request, limits)
    return planned.map((plan) => ({ instanceIds: restartsOf(plan), plan }))
  }
  if (request.operation === 'rotate' && resume.instances.length === 0) {
    const instanceIds: string[] = []
    for await (const usage of service.usages(request.replaced, { signal: limits.signal })) {
      if (usage.isErr()) return usage.map(() => ({ instanceIds }))
      if (usage.value.power === 'running') instanceIds.push(usage.value.instanceId)
    }
    return ok({ instanceIds })
  }
  const open = resume.instances.filter(({ step, power }) => step !== 'done' && power === 'running')
  return ok({ instanceIds: open.map(({ id }) => id) })
}

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

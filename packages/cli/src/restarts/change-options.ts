import type { ChangeRequest } from '@cloud-keypair/core'
import { usageError } from '../usage-error.js'

/** Describes the options of restarts, which several commands have. */
export const restartOptions = {
  now: 'restart running instances, so that the change takes effect now',
  maxUnavailable: 'instances that may be down at once; default: 1',
  force: 'cut the power instead of asking the guest to stop',
  restartUnchanged: 'leave running what has the key pair already',
  check: 'a shell command that checks each instance after its restart; $CLOUD_KEYPAIR_INSTANCE is its id',
  yes: 'restart without a question',
} as const

/** The options of an attach or a detach that are for `--now` alone. */
export interface RestartOptions {
  readonly maxUnavailable?: number | undefined
  readonly force?: true | undefined
  /** False for `--no-restart-unchanged`. */
  readonly restartUnchanged: boolean
  readonly check?: string | undefined
  readonly yes?: true | undefined
}

/** Throws a usage error for an option that means nothing without `--now`. */
export function mustBeForNow({ maxUnavailable, force, restartUnchanged, check, yes }: RestartOptions): void {
  const given = [
    maxUnavailable !== undefined && '--max-unavailable',
    force && '--force',
    !restartUnchanged && '--no-restart-unchanged',
    check !== undefined && '--check',
    yes && '--yes',
  ].find(Boolean)
  if (given) throw usageError(`${given} is for restarts, and goes with --now`, 'Give --now, or leave it out.')
}

/** Returns the part of a request that the options are for. */
export function restartRequest({
  maxUnavailable,
  force,
  restartUnchanged,
}: RestartOptions): Pick<ChangeRequest, 'maxUnavailable' | 'force' | 'restartUnchanged'> {
  return {
    ...(maxUnavailable !== undefined && { maxUnavailable }),
    ...(force && { force }),
    ...(!restartUnchanged && { restartUnchanged }),
  }
}

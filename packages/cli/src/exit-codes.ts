import type { AnyBatch, KeyPairError, Outcome } from '@cloud-keypair/core'

/** The exit codes and their meaning, as `--help exit-codes` shows them. */
export const exitCodes = {
  0: 'everything succeeded',
  1: 'refused or failed, and nothing was changed',
  2: 'the command line or the configuration is wrong; nothing was changed',
  3: 'some items failed and others did not, a place of a fleet did not succeed, a change was made in part, or an audit found what --fail-on names',
  4: 'no credentials, or credentials that lack a permission; nothing was changed',
  5: 'the outcome is unknown: look at what the cloud has before you repeat the command',
  6: 'the key pair, the instance or the run does not exist; nothing was changed',
  75: 'try again later: throttled, busy, unavailable, capacity, time-out, or a network failure that may pass; nothing was changed',
  129: 'ended by SIGHUP, as a closed terminal sends it, in the same way as by Ctrl-C',
  130: 'interrupted by Ctrl-C; what is still stopped or unknown is in the output',
  143: 'ended by SIGTERM, in the same way',
} as const

export type ExitCode = keyof typeof exitCodes

/** The order in which the codes of items count for a batch: the worst first. */
export const worstFirst = [5, 3, 4, 6, 75, 1] as const

/** Returns the exit code of an operation that failed. */
export function exitCodeOf(error: KeyPairError): ExitCode {
  return error.code === 'incomplete' ? exitCodeOfBatch(error.details.batch, error.outcome) : exitCodeOfOne(error)
}

/** Returns the exit code of a batch: 3 if some items failed and others did not, else that of its worst item. */
function exitCodeOfBatch({ items, succeeded, failed, unknown }: AnyBatch, outcome: Outcome): ExitCode {
  if (succeeded.length === items.length) return 0
  const codes = new Set<ExitCode>([...failed, ...unknown].map(({ error }) => exitCodeOfOne(error)))
  // A rotation has made its key pair, even if no instance has it.
  if (succeeded.length > 0 || outcome === 'partial') codes.add(3)
  return worstFirst.find((code) => codes.has(code)) ?? 1
}

function exitCodeOfOne({ code, outcome, retry }: KeyPairError): ExitCode {
  switch (outcome) {
    case 'unknown':
      return 5
    case 'partial':
      return 3
    case 'none':
      return refusalCodeOf(code, retry)
  }
}

function refusalCodeOf(code: KeyPairError['code'], retry: KeyPairError['retry']): ExitCode {
  switch (code) {
    case 'unauthenticated':
    case 'permission-denied':
      return 4
    case 'not-found':
      return 6
    case 'throttled':
    case 'busy':
    case 'unavailable':
    case 'timeout':
    case 'capacity':
      return 75
    case 'network':
      // An unknown host or an untrusted certificate does not pass.
      return retry === 'safe' ? 75 : 1
    default:
      return 1
  }
}

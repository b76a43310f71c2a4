import { errorKind } from '@cloud-keypair/core/credentials'
import type { Fleet, FleetError, FleetOptions } from '@cloud-keypair/fleet'
import { commandHint } from '../command-hint.js'
import type { ExitCode } from '../exit-codes.js'
import type { GlobalOptions } from '../program.js'
import { reportProblem } from '../report-error.js'
import type { Session } from '../session.js'
import type { Surroundings } from '../surroundings.js'
import { usageError } from '../usage-error.js'

/** Describes the option `--redis`. */
export const redisOption = 'the URL of Redis, without a password; default: the variable CLOUD_KEYPAIR_REDIS'

/** Describes the option `--accept-loss`. */
export const acceptLossOption = 'use a Redis that may lose what it acknowledged: instances may then stay stopped'

/** The options by which a fleet is made. */
export interface FleetArguments extends Partial<Pick<FleetOptions, 'services' | 'acceptLoss'>> {
  readonly redis?: string | undefined
}

/** Makes a fleet for the time of some work. */
export async function withFleet(
  { redis, acceptLoss = false, services = noService }: FleetArguments,
  session: Session,
  work: (fleet: Fleet) => Promise<ExitCode>,
): Promise<ExitCode> {
  const connection = redisUrl(redis, session.surroundings)
  const { createFleet } = await loadFleet()
  const fleet = createFleet({ connection, services, acceptLoss })
  try {
    return await work(fleet)
  } finally {
    await fleet.close()
  }
}

/** Says what failed. Returns the exit code. */
export async function failFleet({ code, message, hint }: FleetError, { output }: Session): Promise<ExitCode> {
  await reportProblem(output, { code, message, hint: commandHint(hint) })
  return code === 'not-found' ? 6 : 1
}

/** Throws a usage error for an option that names a cloud or a place, which the places themselves do. */
export function mustNameNoPlace(options: GlobalOptions): void {
  const given = (['cloud', 'region', 'profile', 'endpoint'] as const).find((name) => options[name] !== undefined)
  if (given === undefined) return
  throw usageError(`the places of a run are in its file, so --${given} does not fit`, `Leave out --${given}.`)
}

/** Loads the package, which brings BullMQ and a client of Redis, and need not be there. */
async function loadFleet(): Promise<typeof import('@cloud-keypair/fleet')> {
  try {
    return await import('@cloud-keypair/fleet')
  } catch (thrown) {
    if (errorKind(thrown) !== 'ERR_MODULE_NOT_FOUND') throw thrown
    throw usageError(
      'the package @cloud-keypair/fleet is not installed',
      'Install it beside the command: npm install --global @cloud-keypair/cli @cloud-keypair/fleet',
    )
  }
}

/** Returns the URL of Redis. A password in an argument is refused, as other programs could read it. */
function redisUrl(given: string | undefined, { environment }: Surroundings): string {
  const text = given ?? environment['CLOUD_KEYPAIR_REDIS'] ?? ''
  if (text === '') {
    throw usageError(
      'no Redis is given',
      'Set CLOUD_KEYPAIR_REDIS to a URL such as redis://127.0.0.1:6379, or give --redis.',
    )
  }
  // The text is not quoted, as it may have a password.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw usageError('the URL of Redis is none', 'It is redis://host:6379/0, or rediss:// with TLS.')
  }
  if (given !== undefined && url.password !== '') {
    throw usageError(
      '--redis has a password, which other programs could read',
      'Set the variable CLOUD_KEYPAIR_REDIS to the URL, and leave out --redis.',
    )
  }
  return text
}

function noService(): never {
  throw new Error('this command works on no place')
}

import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { readEndpoint } from '@cloud-keypair/core/http'
import type { AwsOptions } from './options.js'

/** The address of requests. */
export interface Endpoint {
  readonly origin: string
  readonly host: string
  readonly region: string
}

const regionForm = /^[a-z0-9-]{1,40}$/

/** Returns the address that options and environment lead to. Errors: `invalid-argument`. */
export function resolveEndpoint(
  { region, endpoint }: AwsOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Endpoint, CallFailure> {
  const given = (region ?? (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || '')).trim()
  if (given === '') return refuse('there is no region', 'Set the option region, or AWS_REGION.')
  if (!regionForm.test(given)) return refuse('the region is malformed', 'A region is written like eu-central-1.')
  // China has a domain of its own.
  const domain = given.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return readEndpoint(endpoint ?? `ec2.${given}.${domain}`, 'ec2.eu-central-1.amazonaws.com').andThen(
    ({ origin, host }) => ok({ origin, host, region: given }),
  )
}

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err({ code: 'invalid-argument', message, outcome: 'none', transient: false, scope: 'call', hint })
}

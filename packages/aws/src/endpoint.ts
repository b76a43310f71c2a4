import { err, type Result } from '@cloud-keypair/core'
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
  const address = readEndpoint(endpoint ?? hostOf('ec2', given), 'ec2.eu-central-1.amazonaws.com')
  return address.map(({ origin, host }) => ({ origin, host, region: given }))
}

/** Returns the host of a service in a region. China has a domain of its own. */
export function hostOf(service: string, region: string): string {
  return `${service}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`
}

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err({ code: 'invalid-argument', message, outcome: 'none', transient: false, scope: 'call', hint })
}

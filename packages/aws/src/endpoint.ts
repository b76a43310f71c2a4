import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { type HttpEndpoint, readEndpoint, readRegion } from '@cloud-keypair/core/http'
import type { AwsOptions } from './options.js'

/** The address of requests. */
export interface Endpoint extends HttpEndpoint {
  readonly region: string
}

/** Returns the address that options and environment lead to. Errors: `invalid-argument`. */
export function resolveEndpoint(
  { region: given, endpoint }: AwsOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Endpoint, CallFailure> {
  const named = given ?? (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'])
  return readRegion(named, 'eu-central-1', 'Set the option region, or AWS_REGION.').andThen((region) =>
    readEndpoint(endpoint ?? hostOf('ec2', region), hostOf('ec2', 'eu-central-1')).map((to) => ({ ...to, region })),
  )
}

/** Returns the host of a service in a region. China has a domain of its own. */
export function hostOf(service: string, region: string): string {
  return `${service}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`
}

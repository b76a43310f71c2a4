import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { readEndpoint, readRegion } from '@cloud-keypair/core/http'
import type { TencentOptions } from './options.js'

/** The address of requests. */
export interface Endpoint {
  readonly origin: string
  readonly region: string
}

const defaultHost = 'cvm.tencentcloudapi.com'

/** Returns the address that options and environment lead to. Errors: `invalid-argument`. */
export function resolveEndpoint(
  { region: given, endpoint = defaultHost }: TencentOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Endpoint, CallFailure> {
  // The vendor's SDK reads no region; the name is that of its Terraform provider.
  const named = given ?? environment['TENCENTCLOUD_REGION']
  return readRegion(named, 'ap-guangzhou', 'Set the option region, or TENCENTCLOUD_REGION.').andThen((region) =>
    readEndpoint(endpoint, defaultHost).map(({ origin }) => ({ origin, region })),
  )
}

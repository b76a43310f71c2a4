import { err, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { readEndpoint } from '@cloud-keypair/core/http'
import type { TencentOptions } from './options.js'

/** The address of requests. */
export interface Endpoint {
  readonly origin: string
  readonly region: string
}

const defaultHost = 'cvm.tencentcloudapi.com'
const regionForm = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Returns the address that options and environment lead to. Errors: `invalid-argument`. */
export function resolveEndpoint(
  { region, endpoint = defaultHost }: TencentOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Endpoint, CallFailure> {
  // The vendor's SDK reads no region; the name is that of its Terraform provider.
  const given = (region ?? environment['TENCENTCLOUD_REGION'] ?? '').trim()
  if (given === '') return refuse('there is no region', 'Set the option region, or TENCENTCLOUD_REGION.')
  if (!regionForm.test(given)) return refuse('the region is malformed', 'A region is written like ap-guangzhou.')
  return readEndpoint(endpoint, defaultHost).map(({ origin }) => ({ origin, region: given }))
}

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err({ code: 'invalid-argument', message, outcome: 'none', transient: false, scope: 'call', hint })
}

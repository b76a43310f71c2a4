import { err, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { homeDirectoryOf } from '@cloud-keypair/core/credentials'
import { type HttpEndpoint, readEndpoint, readRegion } from '@cloud-keypair/core/http'
import { textOf } from './credentials/config-file.js'
import { profileInUse } from './credentials.js'
import type { AlibabaEcsOptions, AlibabaEnsOptions } from './options.js'

/** The address of requests. */
export type Endpoint = HttpEndpoint

/** The address of requests to ECS, and the region that each of them names. */
export interface RegionalEndpoint extends Endpoint {
  readonly region: string
}

/**
 * Makes what resolves the endpoint of ECS. Nothing is read before it is called. Errors: `invalid-argument`, or why the
 * profile that the region may come from cannot be used.
 *
 * The hosts are those of www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-endpoint. The vendor's
 * client for Node.js has other, older ones for some regions, and those are public ones even if a VPC is asked for.
 */
export function createEcsEndpoint(options: AlibabaEcsOptions): () => Result<RegionalEndpoint, CallFailure> {
  let kept: Result<RegionalEndpoint, CallFailure> | undefined
  return () => {
    // A failure is not kept: the next call may find a profile.
    if (kept === undefined || kept.isErr()) kept = resolveEcsEndpoint(options)
    return kept
  }
}

function resolveEcsEndpoint(options: AlibabaEcsOptions): Result<RegionalEndpoint, CallFailure> {
  const { testing = {} } = options
  const environment = testing.environment ?? process.env
  const profile = profileInUse(options, { environment, home: homeDirectoryOf(testing.homeDirectory) })
  if (profile.isErr()) return err(profile.error)
  const ofProfile = profile.value && textOf(profile.value.fields, 'region_id')
  // The first is read by the vendor's command line, the second by its Terraform provider.
  const ambient = environment['ALIBABA_CLOUD_REGION_ID']?.trim() || environment['ALIBABA_CLOUD_REGION']?.trim()
  // The profile comes before the environment if an option names it, as credentials do.
  const found = options.profile === undefined ? ambient || ofProfile : ofProfile || ambient
  const hint = 'Give the option region, or set ALIBABA_CLOUD_REGION_ID, to one such as cn-hangzhou.'
  return readRegion(options.region ?? found, 'cn-hangzhou', hint).andThen((region) => {
    const host = `${options.network === 'vpc' ? 'ecs-vpc' : 'ecs'}.${region}.aliyuncs.com`
    const address = readEndpoint(options.endpoint ?? host, 'ecs.cn-hangzhou.aliyuncs.com')
    return address.map((endpoint) => ({ ...endpoint, region }))
  })
}

/**
 * Returns the endpoint of ENS (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-endpoint).
 * Errors: `invalid-argument`.
 */
export function resolveEnsEndpoint({
  endpoint = 'ens.aliyuncs.com',
}: AlibabaEnsOptions): Result<Endpoint, CallFailure> {
  return readEndpoint(endpoint, 'ens.aliyuncs.com')
}

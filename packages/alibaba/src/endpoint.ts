import { err, ok, type CallFailure, type Result } from '@cloud-keypair/core'
import type { AlibabaEcsOptions, AlibabaEnsOptions } from './options.js'

/** Where requests go. */
export interface Endpoint {
  /** `https://ecs.cn-hangzhou.aliyuncs.com`. */
  readonly origin: string
  /** Host and port as the `Host` header has them. */
  readonly host: string
}

/** Where requests to ECS go, and the region that each of them names. */
export interface RegionalEndpoint extends Endpoint {
  readonly region: string
}

// The region becomes a part of a host: nothing else than a label may be in it.
const regionPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/
const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err({ code: 'invalid-argument', message, outcome: 'none', transient: false, scope: 'call', hint })
}

/** Reads an endpoint as it is given in the options. Errors: `invalid-argument`. */
function readEndpoint(given: string, example: string): Result<Endpoint, CallFailure> {
  const text = given.trim()
  const address = text.includes('://') ? text : `https://${text}`
  const hint = `An endpoint is written like ${example}.`
  if (!URL.canParse(address)) return refuse('the endpoint is malformed', hint)
  const url = new URL(address)
  // Nothing but scheme, host and port: a path would not be what is signed, a user name would be a secret in a URL.
  if (url.href !== `${url.protocol}//${url.host}/`) return refuse('the endpoint has more than a host and a port', hint)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && thisMachine.includes(url.hostname))) {
    return refuse('the endpoint is not an https one', 'Security tokens and private keys travel on it.')
  }
  return ok({ origin: url.origin, host: url.host })
}

/**
 * The endpoint of ECS. Errors: `invalid-argument`.
 *
 * The hosts are those of www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-endpoint. The vendor's
 * client for Node.js has other, older ones for some regions, and those are public ones even where a VPC is asked for.
 */
export function resolveEcsEndpoint(
  options: AlibabaEcsOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<RegionalEndpoint, CallFailure> {
  // The first is read by the vendor's command line, the second by its Terraform provider.
  const named = environment['ALIBABA_CLOUD_REGION_ID'] || environment['ALIBABA_CLOUD_REGION']
  const region = (options.region ?? named ?? '').trim()
  if (region === '') {
    return refuse(
      'no region is given',
      'Give the option region, or set ALIBABA_CLOUD_REGION_ID, to one such as cn-hangzhou.',
    )
  }
  if (!regionPattern.test(region)) return refuse('the region is malformed', 'A region is written like cn-hangzhou.')
  const host = `${options.network === 'vpc' ? 'ecs-vpc' : 'ecs'}.${region}.aliyuncs.com`
  return readEndpoint(options.endpoint ?? host, 'ecs.cn-hangzhou.aliyuncs.com').map((endpoint) => ({
    ...endpoint,
    region,
  }))
}

/** The endpoint of ENS (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-endpoint). Errors: `invalid-argument`. */
export function resolveEnsEndpoint({
  endpoint = 'ens.aliyuncs.com',
}: AlibabaEnsOptions): Result<Endpoint, CallFailure> {
  return readEndpoint(endpoint, 'ens.aliyuncs.com')
}

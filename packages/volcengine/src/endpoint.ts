import { err, ok, type CallFailure, type Result } from '@cloud-keypair/core'
import type { VolcengineOptions } from './options.js'

/** Where requests go, and the region that is signed. */
export interface Endpoint {
  /** `https://open.volcengineapi.com`. */
  readonly origin: string
  /** Host and port as the `Host` header has them. */
  readonly host: string
  readonly region: string
}

const defaultHost = 'open.volcengineapi.com'

// Regions that have hosts of their own: endpoint.ts and docs/2-Endpoint.md of github.com/volcengine/volcengine-nodejs-sdk.
const bootstrapRegions: readonly string[] = [
  'cn-beijing-autodriving',
  'cn-shanghai-autodriving',
  'cn-beijing-selfdrive',
  'ap-southeast-2',
  'ap-southeast-3',
]

// The region is signed as a part of a path and may become a part of a host: nothing else than a label may be in it.
const regionPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/
const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err({ code: 'invalid-argument', message, outcome: 'none', transient: false, scope: 'call', hint })
}

/** Reads region and endpoint from the options and the environment. Errors: `invalid-argument`. */
export function resolveEndpoint(
  options: VolcengineOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Endpoint, CallFailure> {
  // VOLCENGINE_REGION is read by the vendor's command line and Terraform provider, VOLCSTACK_REGION by its SDK for Go.
  const region = (options.region ?? (environment['VOLCENGINE_REGION'] || environment['VOLCSTACK_REGION']) ?? '').trim()
  if (region === '') {
    return refuse('no region is given', 'Give the option region, or set VOLCENGINE_REGION, to one such as cn-beijing.')
  }
  if (!regionPattern.test(region)) return refuse('the region is malformed', 'A region is written like cn-beijing.')

  const host = bootstrapRegions.includes(region) ? `ecs.${region}.volcengineapi.com` : defaultHost
  const given = options.endpoint?.trim() ?? host
  const address = given.includes('://') ? given : `https://${given}`
  if (!URL.canParse(address)) return refuse('the endpoint is malformed', `An endpoint is written like ${defaultHost}.`)
  const url = new URL(address)
  // Nothing but scheme, host and port: a path would not be what is signed, a user name would be a secret in a URL.
  if (`${url.href}` !== `${url.protocol}//${url.host}/`) {
    return refuse('the endpoint has more than a host and a port', `An endpoint is written like ${defaultHost}.`)
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && thisMachine.includes(url.hostname))) {
    return refuse('the endpoint is not an https one', 'Session tokens and private keys travel on it.')
  }
  return ok({ origin: url.origin, host: url.host, region })
}

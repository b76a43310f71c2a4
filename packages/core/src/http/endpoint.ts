import type { CallFailure, Location } from '../contract/key-pair-driver.js'
import { refusal } from '../errors/failures.js'
import { err, ok, type Result } from '../result.js'

/** An address that requests go to. */
export interface HttpEndpoint {
  /** `https://open.volcengineapi.com`. */
  readonly origin: string
  /** Host and port as the `Host` header has them. */
  readonly host: string
}

const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Reads an endpoint as somebody wrote it: a host, with or without a port, or a URL. Errors: `invalid-argument`.
 *
 * `http:` is taken for this machine only, as tokens and private keys travel on it. `what` names the endpoint in
 * messages, such as `the endpoint`.
 */
export function readEndpoint(given: string, example: string, what = 'the endpoint'): Result<HttpEndpoint, CallFailure> {
  const text = given.trim()
  const address = text.includes('://') ? text : `https://${text}`
  const hint = `An endpoint is written like ${example}.`
  if (!URL.canParse(address)) return refuse(`${what} is malformed`, hint)
  const url = new URL(address)
  // Nothing but scheme, host and port: a path would not be what is signed, a user name would be a secret in a URL.
  if (url.href !== `${url.protocol}//${url.host}/`) return refuse(`${what} has more than a host and a port`, hint)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && thisMachine.includes(url.hostname))) {
    return refuse(`${what} is not an https one`, 'Session tokens and private keys travel on it.')
  }
  return ok({ origin: url.origin, host: url.host })
}

/**
 * Reads a region, which may become a part of a host: a label as of a host, and nothing else. `example` and `hint` are for
 * the messages: what a region looks like, and how to give one. Errors: `invalid-argument`.
 */
export function readRegion(given: string | undefined, example: string, hint: string): Result<string, CallFailure> {
  const region = given?.trim() ?? ''
  if (region === '') return refuse('no region is given', hint)
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(region) && region.length <= 63
    ? ok(region)
    : refuse('the region is malformed', `A region is written like ${example}.`)
}

/** Returns the location of a driver by the address of its requests: empty if the address cannot be used. */
export function locationOf(
  endpoint: Result<{ readonly origin: string; readonly region?: string }, CallFailure>,
): Location {
  return endpoint.match(
    ({ origin, region = '' }) => ({ region, endpoint: origin }),
    () => ({ region: '', endpoint: '' }),
  )
}

function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err(refusal('invalid-argument', message, hint))
}

import { err, type Result } from '@cloud-keypair/core'
import { type CallFailure, refusal } from '@cloud-keypair/core/driver'
import { readEndpoint } from '@cloud-keypair/core/http'
import type { Account } from './credentials/account.js'
import type { CatalogEndpoint } from './schemas.js'

const example = 'https://cloud.example.org:5000/v3'

/** Reads a URL that may have a path. `http:` is taken for this machine only. Errors: `invalid-argument`. */
export function readAddress(given: string, what: string): Result<string, CallFailure> {
  const text = given.trim()
  const address = text.includes('://') ? text : `https://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.href !== `${url.origin}${url.pathname}`) {
    return refuse(`${what} is malformed`, `A URL is written like ${example}.`)
  }
  const path = url.pathname.replace(/\/+$/, '')
  return readEndpoint(url.origin, example, what).map(({ origin }) => `${origin}${path}`)
}

/** Reads the URL of Keystone, which users write with and without the version. */
export function readAuthUrl(given: string): Result<string, CallFailure> {
  return readAddress(given, 'the URL of Keystone').andThen((address) =>
    /\/v2(?:\.\d+)?$/.test(address)
      ? refuse('the URL of Keystone is that of version 2', `Version 3 is needed: ${example}.`)
      : readAddress(address.endsWith('/v3') ? address : `${address}/v3`, 'the URL of Keystone'),
  )
}

/** Chooses the endpoint of Nova. Errors: `invalid-argument`. */
export function chooseEndpoint(
  catalog: readonly CatalogEndpoint[] | undefined,
  { region, interface: wanted }: Pick<Account, 'region' | 'interface'>,
): Result<string, CallFailure> {
  if (catalog === undefined) return refuse('the token has no project', 'Name the project, as it has the servers.')
  const endpoints = catalog.filter((endpoint) => endpoint.interface === wanted)
  const regions = [...new Set(endpoints.map((endpoint) => endpoint.region))]
  const list = `The regions are ${regions.join(', ')}.`
  if (regions.length === 0) {
    return refuse(
      `the catalog has no ${wanted} endpoint of Nova that can be used`,
      'Set the option interface, or the option endpoint.',
    )
  }
  if (region === undefined && regions.length > 1) {
    return refuse('the cloud has several regions, and none is given', `Set the option region. ${list}`)
  }
  const [chosen] = endpoints.filter((endpoint) => region === undefined || endpoint.region === region)
  if (chosen === undefined) return refuse(`the catalog has no Nova in the region ${region}`, list)
  return readAddress(chosen.url, 'the endpoint of Nova in the catalog')
}

/** Makes the failure of an address that cannot be used. */
function refuse(message: string, hint: string): Result<never, CallFailure> {
  return err(refusal('invalid-argument', message, hint))
}

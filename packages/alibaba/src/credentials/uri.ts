import { absent, type CredentialSource, failedCall, type Finding, unusable } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import { type Credentials, takeSession } from './keys.js'
import { askForJson } from './json-request.js'
import { type Surroundings, variable } from './surroundings.js'

const variableName = 'ALIBABA_CLOUD_CREDENTIALS_URI'
const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** Makes the source of the address that the environment names. */
export function uriSource(surroundings: Surroundings): CredentialSource<Credentials> {
  return {
    name: variableName,
    find: () => {
      const uri = variable(surroundings, variableName)
      return uri === undefined ? absent('not set') : findByUri(uri, variableName, surroundings)
    },
  }
}

/** Gets credentials from an address, which is kept out of messages: it may hold a secret. */
export async function findByUri(uri: string, what: string, surroundings: Surroundings): Promise<Finding<Credentials>> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  const isHttp = url?.protocol === 'http:' && thisMachine.includes(url.hostname)
  if (url === undefined || (url.protocol !== 'https:' && !isHttp)) {
    return unusable(`${what}: it is not an https URL, nor an http one of this machine`)
  }
  const answer = await askForJson(
    { method: 'GET', url: url.href, headers: { accept: 'application/json' } },
    surroundings,
  )
  if (answer.isErr()) return failedCall(what, answer.error)
  // The vendor's command asks for the code, its SDK does not.
  if (v.is(v.object({ Code: v.pipe(v.string(), v.notValue('Success')) }), answer.value)) {
    return unusable(`${what}: the answer is not a success`)
  }
  return takeSession(answer.value, what)
}

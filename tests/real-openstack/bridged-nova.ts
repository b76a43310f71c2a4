import type { ReceivedCall } from '@cloud-keypair/core/testing'
import type { BridgedAnswer, BridgedRequest, BridgedServer } from '../support/bridge.js'

/**
 * Makes Nova a server for a bridge. `serverIds` has the servers of Nova by the ids that the suite gave them: Nova's are
 * UUIDs.
 */
export function bridgedNova(novaUrl: string, serverIds: ReadonlyMap<string, string>): BridgedServer {
  const { origin } = new URL(novaUrl)
  return {
    contentType: 'application/json',
    throttled: refusal(429, 'overLimit'),
    denied: (message) => refusal(403, 'forbidden', message),
    failed: refusal(500, 'computeFault'),
    isStruck: (call, request) => callOf(request)?.call === call,
    callOf,
    forward: async ({ method, path, headers, body }) => {
      const url = new URL(path, origin)
      const marker = serverIds.get(url.searchParams.get('marker') ?? '')
      if (marker !== undefined) url.searchParams.set('marker', marker)
      const response = await fetch(url, {
        method,
        headers: passedOn(headers, ['content-type', 'openstack-api-version', 'x-auth-token']),
        ...(method === 'POST' && { body }),
      })
      let text = await response.text()
      for (const [id, known] of serverIds) text = text.replaceAll(known, id)
      const answered = passedOn(Object.fromEntries(response.headers), ['content-type', 'x-openstack-request-id'])
      return { status: response.status, body: text, headers: answered }
    },
  }
}

/** Returns a call in the words of the suite; undefined for that of the versions of Nova. */
function callOf({ method, path, body }: BridgedRequest): ReceivedCall | undefined {
  const [, kind, name] = /^\/v2\.1\/(os-keypairs|servers)(?:\/([^?]*))?/.exec(path) ?? []
  const items = name === undefined ? [] : [decodeURIComponent(name)]
  switch (`${method} ${kind}`) {
    case 'GET servers':
      return { call: 'list-instances', mutating: false, items: [] }
    case 'GET os-keypairs':
      return { call: name === undefined ? 'list' : 'lookup', mutating: false, items }
    case 'POST os-keypairs':
      return { call: body.includes('"public_key"') ? 'import' : 'create', mutating: true, items }
    case 'DELETE os-keypairs':
      return { call: 'delete', mutating: true, items }
    default:
      return undefined
  }
}

function passedOn(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const { [name]: value } = headers
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
}

function refusal(status: number, fault: string, message = 'Refused.'): BridgedAnswer {
  const body = JSON.stringify({ [fault]: { code: status, message } })
  return { status, body, headers: { 'x-openstack-request-id': 'req-bridge' } }
}

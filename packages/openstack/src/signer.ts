import type { HttpRequest } from '@cloud-keypair/core/http'
import { microversionOf, type WireRequest } from './requests.js'
import type { Session } from './session.js'

/** Makes what is sent: with the token, and with a microversion whose behaviour is known. */
export function sign(request: WireRequest, session: Session): HttpRequest {
  const { method, path, body } = request
  return {
    method,
    url: `${session.endpoint}${path}`,
    headers: {
      accept: 'application/json',
      'openstack-api-version': `compute 2.${microversionOf(request, session.offered)}`,
      'x-auth-token': session.token,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

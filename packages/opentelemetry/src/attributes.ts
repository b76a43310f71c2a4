import type { Attributes } from '@opentelemetry/api'
import type { CallEvent, OperationEvent } from '@cloud-keypair/core'

/** Returns the attributes of an operation, which its vendor calls have too. */
export function operationAttributes({
  provider,
  operation,
}: Pick<OperationEvent, 'provider' | 'operation'>): Attributes {
  return { 'cloud_keypair.provider': provider, 'cloud_keypair.operation': operation }
}

/** Returns the attributes of a vendor call that has ended, by the semantic conventions where there are some. */
export function callAttributes({ action, httpStatus, attempt, requestId, items, mutating }: CallEvent): Attributes {
  return {
    'cloud_keypair.mutating': mutating,
    'http.request.resend_count': attempt - 1,
    ...(action !== undefined && { 'rpc.method': action }),
    ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
    ...(requestId !== undefined && { 'cloud_keypair.request_id': requestId }),
    ...(items !== undefined && { 'cloud_keypair.items': items }),
  }
}

/** Returns the attributes of a failure; none without one. */
export function errorAttributes(error: { readonly code: string; readonly outcome: string } | undefined): Attributes {
  return error === undefined ? {} : { 'error.type': error.code, 'cloud_keypair.outcome': error.outcome }
}

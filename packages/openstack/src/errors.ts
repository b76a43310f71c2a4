import type { AnswerOfCode, CodeMeaning } from '@cloud-keypair/core/http'

const refusedToken: CodeMeaning = {
  code: 'unauthenticated',
  credentials: true,
  hint: 'Check that the credentials are valid and not revoked. A cloud need not support access rules of application credentials.',
}
const movedMarker: CodeMeaning = {
  code: 'busy',
  hint: 'The last of a page was deleted while the list was read. List again.',
}
const quota: CodeMeaning = {
  code: 'quota-exceeded',
  hint: 'Delete key pairs, or ask for a larger quota key_pairs. It counts the key pairs of the user.',
}

/**
 * Returns the meaning of a refusal. OpenStack has no codes but the HTTP status and the key of the fault
 * (docs.openstack.org/api-guide/compute/faults.html). An end of the quota and a deleted marker are told by the message
 * alone.
 */
export function classify(fault: string, { status, message }: AnswerOfCode): CodeMeaning | undefined {
  switch (status) {
    case 400:
      return /^marker .*not (?:be )?found/i.test(message) ? movedMarker : { code: 'invalid-argument' }
    case 401:
      return refusedToken
    case 403:
      return /^quota exceeded/i.test(message) ? quota : { code: 'permission-denied' }
    case 404:
      return fault === 'itemNotFound' ? { code: 'not-found' } : undefined
    case 406:
      return { code: 'unsupported', hint: 'The cloud does not offer the microversion that was negotiated.' }
    case 409:
      return { code: 'already-exists' }
    case 413:
      return fault === 'overLimit' ? { code: 'throttled', transient: true } : undefined
    default:
      return undefined
  }
}

import type { CodeMeaning } from '@cloud-keypair/core/http'

/** The meaning of Virga's codes. */
export const codes: ReadonlyMap<string, CodeMeaning> = new Map<string, CodeMeaning>([
  ['KeyNotFound', { code: 'not-found' }],
  ['KeyExists', { code: 'already-exists' }],
  ['KeyLimitReached', { code: 'quota-exceeded', hint: 'Delete key pairs that nobody uses.' }],
  ['BadRequest', { code: 'invalid-argument' }],
  ['TokenReused', { code: 'invalid-argument', hint: 'A token was used before with another request.' }],
  ['BadApiKey', { code: 'unauthenticated', hint: 'Check the API key.' }],
  ['NotAllowed', { code: 'permission-denied' }],
  ['SlowDown', { code: 'throttled', transient: true }],
  ['ServerFault', { code: 'unavailable', transient: true, outcomeUnknown: true }],
])

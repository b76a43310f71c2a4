import type { CodeMeaning } from '@cloud-keypair/core/http'

/** The meaning of Graupel's codes. One bad item refuses the whole call, and no answer names it. */
export const codes: ReadonlyMap<string, CodeMeaning> = new Map<string, CodeMeaning>([
  ['KeyPairNotFound', { code: 'not-found', items: true }],
  ['KeyPairInUse', { code: 'in-use', items: true }],
  ['InstanceNotFound', { code: 'not-found', items: true }],
  ['InstanceNotStopped', { code: 'instance-state', items: true, hint: 'Stop the instance first.' }],
  ['InstanceUnsupported', { code: 'instance-unsupported', items: true }],
  ['DuplicateName', { code: 'already-exists' }],
  ['InvalidParameter', { code: 'invalid-argument' }],
  ['InvalidSignature', { code: 'unauthenticated', hint: 'Check the access key.' }],
  ['OutOfStock', { code: 'capacity' }],
  ['Forbidden', { code: 'permission-denied' }],
  ['TooManyRequests', { code: 'throttled', transient: true }],
  ['InternalError', { code: 'unavailable', transient: true, outcomeUnknown: true }],
])

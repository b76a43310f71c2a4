/**
 * The HTTP status with which a service answers for each error.
 * @type {Record<import('@cloud-keypair/core').KeyPairErrorCode, number>}
 */
export const statuses = {
  'invalid-argument': 400,
  unauthenticated: 502,
  'permission-denied': 502,
  'not-found': 404,
  'already-exists': 409,
  conflict: 409,
  'in-use': 409,
  incomplete: 207,
  'instance-state': 409,
  'instance-unsupported': 422,
  'quota-exceeded': 507,
  capacity: 503,
  billing: 402,
  throttled: 503,
  busy: 503,
  unsupported: 501,
  unavailable: 502,
  network: 502,
  timeout: 504,
  aborted: 503,
  storage: 500,
  'invalid-response': 502,
  unknown: 500,
}

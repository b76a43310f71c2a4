import type { PowerState } from '@cloud-keypair/core'
import type { Refusal } from './answer.js'

/** What this cloud refuses, in its own words; the driver's table of errors translates them. */
export const refusals = {
  tooManyRequests: { code: 'TooManyRequests', message: 'The rate limit is exceeded.' },
  noPermission: { code: 'NoPermission', message: 'The account lacks the permission.' },
  internalError: { code: 'InternalError', message: 'The request failed on the side of the cloud.' },
  tokenMismatch: { code: 'TokenMismatch', message: 'The token was used with another request.' },
  tokenInProgress: { code: 'TokenInProgress', message: 'The request with this token is still being processed.' },
  keyPairNotFound: { code: 'KeyPairNotFound', message: 'The key pair does not exist.' },
  keyPairExists: { code: 'KeyPairExists', message: 'A key pair of this name exists.' },
  keyPairAmbiguous: { code: 'KeyPairAmbiguous', message: 'Several key pairs have this name.' },
  keyPairInUse: { code: 'KeyPairInUse', message: 'The key pair is bound to an instance.' },
  keyPairNotBound: { code: 'KeyPairNotBound', message: 'The key pair is not bound to the instance.' },
  instanceNotFound: { code: 'InstanceNotFound', message: 'The instance does not exist.' },
  instanceUnsupported: { code: 'InstanceUnsupported', message: 'The instance cannot have key pairs.' },
  /** Stands for any code that no table knows. */
  strange: { code: 'Strange', message: 'The request was refused.' },
} as const satisfies Readonly<Record<string, Refusal>>

export function invalidRequest(message: string): Refusal {
  return { code: 'InvalidRequest', message }
}

export function wrongState(power: PowerState): Refusal {
  return { code: 'InstanceState', message: `The instance is ${power}.` }
}

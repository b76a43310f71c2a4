import type { PowerState } from '@cloud-keypair/core'
import type { Refusal } from './answer.js'

// The refusals of this cloud, with its own codes; the driver's table of errors translates them.
export const tooManyRequests: Refusal = refusal('TooManyRequests', 'The rate limit is exceeded.')
export const noPermission: Refusal = refusal('NoPermission', 'The account lacks the permission.')
export const internalError: Refusal = refusal('InternalError', 'The request failed on the side of the cloud.')
export const tokenMismatch: Refusal = refusal('TokenMismatch', 'The token was used with another request.')
export const tokenInProgress: Refusal = refusal(
  'TokenInProgress',
  'The request with this token is still being processed.',
)
export const keyPairNotFound: Refusal = refusal('KeyPairNotFound', 'The key pair does not exist.')
export const keyPairExists: Refusal = refusal('KeyPairExists', 'A key pair of this name exists.')
export const publicKeyExists: Refusal = refusal('PublicKeyExists', 'A key pair with this public key exists.')
export const keyPairLimit: Refusal = refusal('KeyPairLimit', 'The account has as many key pairs as it may have.')
export const keyPairAmbiguous: Refusal = refusal('KeyPairAmbiguous', 'Several key pairs have this name.')
export const keyPairInUse: Refusal = refusal('KeyPairInUse', 'The key pair is bound to an instance.')
export const keyPairNotBound: Refusal = refusal('KeyPairNotBound', 'The key pair is not bound to the instance.')
export const instanceNotFound: Refusal = refusal('InstanceNotFound', 'The instance does not exist.')
export const instanceUnsupported: Refusal = refusal('InstanceUnsupported', 'The instance cannot have key pairs.')
export const operationInProgress: Refusal = refusal('OperationInProgress', 'The instance is being changed.')
export const keyPairBound: Refusal = refusal('KeyPairBound', 'Another key pair is bound to the instance.')
export const noStock: Refusal = refusal('NoStock', 'There is no stock to start the instance with.')
export const guestSilent: Refusal = refusal('GuestSilent', 'The guest did not answer.')
/** Stands for any code that no table knows. */
export const strange: Refusal = refusal('Strange', 'The request was refused.')

export function invalidRequest(message: string): Refusal {
  return refusal('InvalidRequest', message)
}

export function wrongState(power: PowerState): Refusal {
  return refusal('InstanceState', `The instance is ${power}.`)
}

function refusal(code: string, message: string): Refusal {
  return { code, message }
}

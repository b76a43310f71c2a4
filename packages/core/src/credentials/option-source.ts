import { errorKind } from '../foreign-values.js'
import { type CredentialSource, type Finding, unusable } from './finding.js'

/**
 * Makes the source of the option `credentials`: an access key, or a function of the caller that gives one. Never rejects,
 * whatever the function throws, returns or rejects with, and shows no message of its errors.
 */
export function optionSource<C>(
  credentials: object | (() => unknown),
  check: (given: unknown, source: string) => Finding<C>,
): CredentialSource<C> {
  return {
    name: 'the option credentials',
    find: async () => {
      if (typeof credentials !== 'function') return check(credentials, 'the option credentials')
      try {
        return check(await credentials(), 'what the function credentials gave')
      } catch (error) {
        return unusable(`the function credentials failed (${errorKind(error)})`)
      }
    },
  }
}

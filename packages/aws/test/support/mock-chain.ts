import { vi } from 'vitest'

/** The vendor's package, an optional peer of the adapter. */
export const chain = '@aws-sdk/credential-provider-node'

/**
 * Has the vendor's package installed. Every test that needs it mocks it here: a worker runs several files, and remembers the
 * package as it was resolved first, which for an optional peer depends on the package that asks.
 */
export function mockChain(provider: () => { readonly defaultProvider: unknown }): void {
  vi.doMock(chain, provider)
}

export function unmockChain(): void {
  vi.doUnmock(chain)
}

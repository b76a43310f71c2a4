import type { KeyPairService } from '../contract/service.js'
import type { KeyPairStore } from '../contract/store.js'

const methods = ['attach', 'detach', 'rotate', 'plan', 'bindings'] as const

/**
 * True if a store also binds key pairs to instances: it has the methods, and its cloud can
 * (`capabilities.instances`). A service over a cloud that can't answers `unsupported`, and is none by this.
 */
export function canAttach(store: KeyPairStore): store is KeyPairService {
  return store.capabilities.instances !== false && methods.every((method) => method in store)
}

// Exported to the tests and tools of this workspace only: the published package does not have it.
export { createCall } from './client.js'
export { createCredentialSource } from './credentials.js'
export { judge as judgeEcs } from './ecs/errors.js'
export { resolveEcsEndpoint, resolveEnsEndpoint } from './endpoint.js'
export { judge as judgeEns } from './ens/errors.js'
export type { Product } from './product.js'
export { createSigner } from './signer.js'
export { loadUtil } from './vendor.js'

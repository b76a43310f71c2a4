// Exported to the tests and tools of this workspace only: the published package does not have it.
export { createCall } from './client.js'
export { createCredentials, surroundingsOf } from './credentials.js'
export { judge as judgeEcs } from './ecs/errors.js'
export { createEcsEndpoint, resolveEnsEndpoint } from './endpoint.js'
export { judge as judgeEns } from './ens/errors.js'
export type { Product } from './product.js'
export { createSigner } from './signer.js'
export { loadUtil } from './vendor.js'

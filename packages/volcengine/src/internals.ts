// Exported to the tests and tools of this workspace only: the published package does not have it.
export { createCall } from './client.js'
export { createCredentials, surroundingsOf } from './credentials.js'
export { createEndpoint } from './endpoint.js'
export { loadSigning } from './vendor.js'

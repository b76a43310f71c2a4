export type { HttpRequest, HttpResponse, HttpTransport, TransportFailure } from './http/types.js'
export { type HttpEndpoint, locationOf, readEndpoint, readRegion } from './http/endpoint.js'
export { parseRetryAfter } from './http/retry-after.js'
export { createHttpTransport, type HttpTransportOptions } from './http/transport.js'
export { type CallRefused, type VendorRequest, type VendorVerdict, sentence } from './http/answer-failure.js'
export { createCodeTable } from './http/code-table.js'
export {
  type AnswerForm,
  type AnswerHead,
  type AnswerOfCode,
  type AnswerSchema,
  type CodeMeaning,
  readAnswer,
} from './http/read-answer.js'
export { createJsonCall, type JsonApi, type JsonCall, type JsonRequest } from './http/json-call.js'
export {
  type CallMeans,
  createPlainCall,
  createSignedCall,
  type PlainCall,
  type SignedAnswer,
  type SignedApi,
  type SignedCall,
} from './http/signed-call.js'
export { flattenParameters, type FormParameter, type FormParameters } from './http/flatten-parameters.js'
export { type Loader, loadOnce } from './http/load-once.js'
export {
  callWithCredentials,
  createCredentialCache,
  keepCredentials,
  type Expiring,
  type CredentialCache,
} from './http/credential-cache.js'
export { deleteOneByOne } from './http/delete-one-by-one.js'
export { keyPairFrom, type WireDate, type WireKeyPairFields } from './http/key-pair-from.js'
export { usablePrivateKey } from './http/usable-private-key.js'
export { scrub } from './key-material/redact.js'

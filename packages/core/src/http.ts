export type { HttpRequest, HttpResponse, HttpTransport, TransportFailure } from './http/types.js'
export { type HttpEndpoint, readEndpoint } from './http/endpoint.js'
export { parseAnswer } from './http/parse-answer.js'
export { parseRetryAfter } from './http/retry-after.js'
export { createHttpTransport, type HttpTransportOptions } from './http/transport.js'
export {
  type VendorVerdict,
  redirected,
  type CallRefused,
  malformedAnswer,
  type VendorRequest,
  vendorRefused,
} from './http/answer-failure.js'
export { createCodeTable } from './http/code-table.js'
export {
  type AnswerForm,
  type AnswerHead,
  type AnswerOfCode,
  type AnswerSchema,
  type CodeMeaning,
  createJsonCall,
  type JsonApi,
  type JsonCall,
  type JsonRequest,
  readAnswer,
} from './http/json-call.js'
export { type Loader, loadOnce } from './http/load-once.js'
export { sendSigned } from './http/send-signed.js'
export {
  callWithCredentials,
  createCredentialCache,
  type Expiring,
  type CredentialCache,
} from './http/credential-cache.js'
export { sentence } from './http/text.js'
export { usablePrivateKey } from './http/usable-private-key.js'
export { scrub } from './key-material/redact.js'

export {
  absent,
  type CredentialSource,
  failedCall,
  type Finding,
  found,
  type NotFound,
  unusable,
} from './credentials/finding.js'
export {
  type CredentialAttempt,
  credentialsOf,
  type CredentialSearch,
  findCredentials,
} from './credentials/find-credentials.js'
export {
  type AccessKey,
  type AccessKeyNames,
  readAccessKey,
  secretsOf,
  variablesSource,
} from './credentials/access-key.js'
export { homeDirectoryOf, surroundingsOf, type Surroundings, withoutProxy } from './credentials/surroundings.js'
export { optionSource } from './credentials/option-source.js'
export {
  type CredentialOwner,
  type CredentialProblem,
  type CredentialReport,
  inspectCredentials,
  type Inspection,
} from './credentials/report.js'
export { sendWithin, type TimeLimit } from './credentials/send-within.js'
export { errorKind, parseJson, timeOf } from './foreign-values.js'
export { replaceFile } from './file/replace-file.js'
export { readSmallFile } from './file/read-small-file.js'
export { unauthenticated } from './http/credential-cache.js'

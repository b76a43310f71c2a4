export { saveToFile, type SaveToFileOptions } from './file/save-to-file.js'
export type { FileError } from './file/file-error.js'
export { checkLogin, type CheckLoginOptions } from './file/check-login.js'
export type { HostKeys, SshLogin } from './file/ssh-arguments.js'

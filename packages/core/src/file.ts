export { saveToFile, type SaveToFileOptions } from './file/save-to-file.js'
export type { FileError } from './file/file-error.js'

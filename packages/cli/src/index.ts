export { main } from './command-line.js'
export type { InputStream, Interruption, OutputStream, Surroundings } from './surroundings.js'

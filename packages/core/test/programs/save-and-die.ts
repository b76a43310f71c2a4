/**
 * A process that saves a private key, and is killed at the step of the number given. Without a number it
 * prints how many steps there are. Arguments: file to save to, file with the private key, `links` or
 * `no-links`, number of the step.
 */
import { readFileSync } from 'node:fs'
import { saveToFile } from '../../src/file.js'
import { Secret } from '../../src/secret.js'
import { systemError, watchFileSystem } from '../file/steps.js'

const [path = '', source = '', links = 'links', at = 'never'] = process.argv.slice(2)
const privateKey = new Secret(readFileSync(source, 'utf8'))
let steps = 0
watchFileSystem(({ call, moment }) => {
  if (String(steps) === at) process.kill(process.pid, 'SIGKILL')
  steps += 1
  if (links === 'no-links' && call === 'link' && moment === 'before') throw systemError('EPERM', 'link')
})
await saveToFile(path)(privateKey)
process.stdout.write(String(steps))

import { existsSync, readFileSync } from 'node:fs'
import { checkCommand } from '../../src/restarts/check-command.js'

// Stops a check as soon as its file is there, and has nothing else to do then. Says whether the check was there until this
// process ended.

const [, , command = '', file = ''] = process.argv
process.once('exit', () => {
  process.exitCode = process.kill(-Number(readFileSync(file, 'utf8')), 0) ? 0 : 1
})
const stopped = new AbortController()
const check = checkCommand(command, process.env, undefined)('i-1', stopped.signal)
while (!existsSync(file)) await new Promise((resolve) => setImmediate(resolve))
stopped.abort()
await check.catch(() => undefined)

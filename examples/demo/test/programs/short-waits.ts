import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

// Loaded before a program: the waits between two reads are over at once, and the time of day goes on by as much.
// Longer ones limit the time of a call or an operation, and stay as they are: a busy machine cannot break them.
const longestWaitMs = 5000
const { setTimeout } = timers
const { now } = Date
let skippedMs = 0

Object.assign(timers, {
  setTimeout: (ms: number, ...rest: readonly []): Promise<unknown> => {
    if (ms > longestWaitMs) return setTimeout(ms, ...rest)
    skippedMs += ms
    return setTimeout(0, ...rest)
  },
})
Date.now = () => now() + skippedMs
syncBuiltinESMExports()

import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'

// Loaded before a program: the waits between two reads are over at once, and the time of day goes on by as much.
// Longer ones limit the time of a call or an operation, and stay as they are: a busy machine cannot break them.
const longestWaitMs = 5000
const { setTimeout } = timers
const { now } = Date
const elapsed = performance.now.bind(performance)
let skippedMs = 0

Object.assign(timers, {
  setTimeout: (callback: () => void, ms: number): NodeJS.Timeout => {
    if (ms > longestWaitMs) return setTimeout(callback, ms)
    skippedMs += ms
    return setTimeout(callback, 0)
  },
})
Date.now = () => now() + skippedMs
performance.now = () => elapsed() + skippedMs
syncBuiltinESMExports()

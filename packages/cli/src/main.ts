#!/usr/bin/env node
import { createWriteStream, fstatSync, statSync, type WriteStream } from 'node:fs'
import { devNull, homedir } from 'node:os'
import { main } from './command-line.js'
import type { Interruption } from './surroundings.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

// Status in bigints: after one in numbers, of a pipe, Node.js stops resolving symbolic links when it loads modules
// (`realpathSync` reads the numbers of the last call), and packages behind such links lack those that they need.
const inBigints = { bigint: true } as const

// If the reader of the output ends first, as `head` does, later output is dropped.
const stdout = standardOutput()
stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  homeDirectory: homeDirectory(),
  stdin: process.stdin,
  stdout,
  stderr: process.stderr,
  isOutputDiscarded: isOutputDiscarded(),
  onInterruption: (listener: (signal: Interruption) => void) => {
    for (const signal of signals) process.on(signal, listener)
    return () => {
      for (const signal of signals) process.off(signal, listener)
    }
  },
  ...(process.stdin.isTTY && process.stderr.isTTY && { confirm: confirmOnTerminal, askSecret: askSecretOnTerminal }),
  leave: (code) => process.exit(code),
})
process.exitCode = exitCode
// Ends as an unhandled SIGHUP does, with 129 for a shell: Node.js aborts if it exits without the terminal that it had.
if (exitCode === 129) process.kill(process.pid, 'SIGHUP')

/** Returns a stream of its own for a file: that of Node.js takes for written what a full disk took in part. */
function standardOutput(): typeof process.stdout | WriteStream {
  try {
    return fstatSync(1, inBigints).isFile() ? createWriteStream('', { fd: 1, autoClose: false }) : process.stdout
  } catch {
    return process.stdout
  }
}

/** True if the standard output is the null device: Node.js opens that in place of a closed one. */
function isOutputDiscarded(): boolean {
  try {
    const output = fstatSync(1, inBigints)
    return output.isCharacterDevice() && output.rdev === statSync(devNull, inBigints).rdev
  } catch {
    return true
  }
}

function homeDirectory(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

async function confirmOnTerminal(message: string, signal: AbortSignal): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false, output: process.stderr, signal })
  if (!isCancel(answer)) return answer
  interrupt(signal)
  return false
}

async function askSecretOnTerminal(message: string, signal: AbortSignal): Promise<string | undefined> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr, signal })
  if (!isCancel(answer)) return answer
  interrupt(signal)
  return undefined
}

/** Makes a signal of a question that was left without an answer: for Ctrl-C a terminal sends none while it asks. */
function interrupt(signal: AbortSignal): void {
  if (!signal.aborted) process.emit('SIGINT', 'SIGINT')
}

#!/usr/bin/env node
import { homedir } from 'node:os'
import { main } from './command-line.js'
import type { Interruption } from './surroundings.js'

const signals = ['SIGINT', 'SIGTERM'] as const

// If the reader of the output ends first, as `head` does, later output is dropped.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

process.exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  homeDirectory: homeDirectory(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterruption: (listener: (signal: Interruption) => void) => {
    for (const signal of signals) process.on(signal, listener)
    return () => {
      for (const signal of signals) process.off(signal, listener)
    }
  },
  ...(process.stdin.isTTY && process.stderr.isTTY && { confirm: confirmOnTerminal, askSecret: askSecretOnTerminal }),
  leave: (exitCode) => process.exit(exitCode),
})

function homeDirectory(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

async function confirmOnTerminal(message: string, signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  return (await confirm({ message, initialValue: false, output: process.stderr, signal })) === true
}

async function askSecretOnTerminal(message: string, signal: AbortSignal): Promise<string | undefined> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr, signal })
  return isCancel(answer) ? undefined : answer
}

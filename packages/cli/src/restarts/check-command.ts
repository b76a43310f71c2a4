import { spawn } from 'node:child_process'
import { type EndGroup, groupEnder } from './group-ender.js'

type Check = (instanceId: string, signal: AbortSignal) => Promise<void>

/**
 * Makes the check of an instance of a shell command. The command gets the id of the instance, and the file of a new private
 * key, in variables; exit code 0 means that the instance is well. The last line of its standard error becomes part of the error.
 */
export function checkCommand(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
  privateKeyFile: string | undefined,
  endGroup: EndGroup = groupEnder(),
): Check {
  return async (instanceId, signal) => {
    const variables = { CLOUD_KEYPAIR_INSTANCE: instanceId, CLOUD_KEYPAIR_PRIVATE_KEY: privateKeyFile }
    const problem = await runShell(command, { ...environment, ...variables }, signal, endGroup)
    if (problem !== undefined) throw new Error(problem)
  }
}

/** Runs a command in a shell. Returns why it failed, if it did. */
function runShell(
  command: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  endGroup: EndGroup,
): Promise<string | undefined> {
  // A process group of its own: what the shell started ends with it, and Ctrl-C is not for it.
  const child = spawn(command, { shell: true, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  return new Promise((resolve) => {
    const end = (problem: string | undefined): void => {
      signal.removeEventListener('abort', abort)
      child.stderr.destroy()
      resolve(problem)
    }
    const abort = (): void => {
      if (child.pid !== undefined) endGroup(child.pid)
      child.unref()
      end('it was stopped')
    }
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    child.once('error', ({ message }) => end(message))
    child.once('close', (code, killed) => {
      const last = said.trim().split('\n').at(-1) ?? ''
      end(code === 0 ? undefined : [`it ended with ${killed ?? code}`, last].filter(Boolean).join(': '))
    })
  })
}

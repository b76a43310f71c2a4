import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Secret } from '@cloud-keypair/core'

/**
 * Tries a login with a private key. `unreachable` means no verdict: the guest is not up yet. Resolves
 * early, with that, when the signal is aborted.
 */
export type Login = (privateKey: Secret, signal: AbortSignal) => Promise<'accepted' | 'refused' | 'unreachable'>

/** The target of a login: `user@host` or `user@host:port`. */
export interface LoginTarget {
  readonly user: string
  readonly host: string
  readonly port: string
}

/** Parses a target. Undefined if the text is none. */
export function readLoginTarget(given: string): LoginTarget | undefined {
  const [, user, bracketed, plain, port = '22'] =
    /^([A-Za-z_][\w.-]*)@(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9][A-Za-z0-9.-]*))(?::(\d{1,5}))?$/.exec(given) ?? []
  const host = bracketed ?? plain
  return user === undefined || host === undefined ? undefined : { user, host, port }
}

/**
 * Logs in with OpenSSH's `ssh` and runs `true`. The private key is in a file of mode 0600 while it is tried; the
 * host's key is taken as it comes, and forgotten.
 */
export function sshLogin({ user, host, port }: LoginTarget): Login {
  return async (privateKey, signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-probe-'))
    try {
      const key = join(folder, 'key.pem')
      await writeFile(key, privateKey.reveal(), { mode: 0o600, flag: 'wx' })
      return await login(
        ['-F', '/dev/null', '-p', port, '-i', key, ...options(folder), `${user}@${host}`, 'true'],
        signal,
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function options(folder: string): readonly string[] {
  return [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'StrictHostKeyChecking=no',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    'GlobalKnownHostsFile=/dev/null',
    'ConnectTimeout=10',
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option])
}

async function login(command: readonly string[], signal: AbortSignal): ReturnType<Login> {
  const client = spawn('ssh', command, { stdio: ['ignore', 'ignore', 'pipe'], signal, timeout: 30_000 })
  const exit = new Promise<number | null>((resolve) => {
    client.once('error', () => resolve(null))
    client.once('close', resolve)
  })
  const said = await text(client.stderr)
  if ((await exit) === 0) return 'accepted'
  return said.includes('Permission denied') ? 'refused' : 'unreachable'
}

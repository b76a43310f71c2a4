import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicKeyOf } from '../key-material/private-key.js'
import { Secret } from '../secret.js'
import { fileErrorFrom } from './file-error.js'
import { type SshLogin, sshArguments } from './ssh-arguments.js'

/** Options of {@link checkLogin}. */
export interface CheckLoginOptions extends Omit<SshLogin, 'keyFile'> {
  /** The private key, or the file that has it. A key with a passphrase cannot be used: there is no prompt. */
  readonly privateKey: Secret | { readonly file: string }
  /** Ends the check. */
  readonly signal?: AbortSignal | undefined
  /**
   * The longest time for a login to succeed, in milliseconds. Until then a login that failed is tried again: a guest that
   * just started may not listen yet, or may not have its keys yet. Default: 120,000.
   */
  readonly deadlineMs?: number | undefined
}

const pauseMs = 2_000

/**
 * Logs in with the system's `ssh` and the private key alone, runs `true`, and resolves if that worked. Made for the `check`
 * of a rotation. Uses no agent, no other key, no password, and none of the settings of the user or the machine.
 *
 * Rejects with an `Error` that says why the last login failed. A host key that is not as `hostKeys` requires fails at once.
 * A programmer's mistake is a `TypeError`.
 */
export async function checkLogin(options: CheckLoginOptions): Promise<void> {
  const { privateKey, signal, deadlineMs = 120_000 } = options
  if (!(deadlineMs > 0)) throw new TypeError('deadlineMs must be a number of milliseconds above 0')
  mustBeKey(privateKey)
  if ('reveal' in privateKey) return withKeyFile(privateKey, (file) => checkLogin({ ...options, privateKey: { file } }))
  const command = sshArguments({ ...options, keyFile: privateKey.file })
  const whom = `${options.user} at ${options.address}`
  await mustBeUsable(privateKey.file)
  const deadline = AbortSignal.timeout(deadlineMs)
  const ends = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  let reason = 'ssh did not answer in time'
  while (!ends.aborted) {
    const login = await logIn(command, ends)
    if (login === 'succeeded') return
    if (login.said !== '') reason = login.said
    if (login.isFinal) throw new Error(`The login as ${whom} failed: ${reason}`)
    await sleep(pauseMs, undefined, { signal: ends }).catch(() => undefined)
  }
  const ended = signal?.aborted === true ? 'was aborted' : `did not succeed within ${deadlineMs} ms`
  throw new Error(`The login as ${whom} ${ended}: ${reason}`)
}

/** Throws for what is neither a private key nor an object that names its file. */
function mustBeKey(given: unknown): void {
  if (typeof given === 'object' && given !== null && ('reveal' in given || 'file' in given)) return
  throw new TypeError('privateKey must be a Secret, or an object with the path of its file: { file }')
}

/** Refuses what `ssh` would pass over in silence: a file that cannot be read, or a key with a passphrase. */
async function mustBeUsable(path: string): Promise<void> {
  const key = await readFile(path, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NONBLOCK }).catch(
    (error: unknown) => {
      throw fileErrorFrom(error, `The private key in ${path} cannot be used to log in`, path)
    },
  )
  const problem = publicKeyOf(new Secret(key)).match(
    () => undefined,
    ({ reason }) => reason,
  )
  // Only `ssh` can read OpenSSH's own format.
  if (problem === 'encrypted' || problem === 'malformed') {
    throw new Error(`The private key in ${path} cannot be used to log in: it is ${problem}`)
  }
}

// A host key that is refused, or a file that others may read, is the same at the next try.
const hopeless = /Host key verification failed|UNPROTECTED PRIVATE KEY FILE|Bad configuration/

interface FailedLogin {
  readonly said: string
  /** True if another try cannot come out differently. */
  readonly isFinal: boolean
}

async function logIn(command: readonly string[], signal: AbortSignal): Promise<'succeeded' | FailedLogin> {
  const client = spawn('ssh', command, { stdio: ['ignore', 'ignore', 'pipe'], signal })
  const ended = new Promise<number | Error | null>((resolve) => {
    client.once('error', resolve)
    client.once('close', resolve)
  })
  const said = (await text(client.stderr)).trim()
  const end = await ended
  if (end === 0) return 'succeeded'
  if (typeof end === 'object' && end !== null) {
    return signal.aborted
      ? { said, isFinal: false }
      : { said: `ssh could not be run (${end.message}). Install OpenSSH's client.`, isFinal: true }
  }
  return { said, isFinal: hopeless.test(said) }
}

/** Keeps the key in a file that the user alone can read, as long as `ssh` needs it. */
async function withKeyFile(privateKey: Secret, use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-'))
  try {
    const file = join(folder, 'key')
    await writeFile(file, privateKey.reveal(), { mode: 0o600, flag: 'wx' })
    await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

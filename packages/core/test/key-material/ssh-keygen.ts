import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'

/** The real `ssh-keygen`, in its own folder. Tests that use it fail without the program. */
export interface SshKeygen extends Disposable {
  readonly folder: string
  /** Runs it with these arguments, and returns what it prints. */
  run(...args: readonly string[]): string
  /** Makes a key pair, and returns the path of its private key. */
  make(name: string, ...args: readonly string[]): string
  /** Writes an RSA key of the worker in the form that the arguments name, and returns the path of its private key. */
  makeRsa(name: string, ...args: readonly string[]): string
  /** Writes a file of mode 0600, and returns its path. */
  write(name: string, text: string): string
  /** Returns the fingerprint that `ssh-keygen` prints for a file: `256 SHA256:… comment (TYPE)`. */
  fingerprint(path: string, hash: 'md5' | 'sha256'): { readonly bits: number; readonly fingerprint: string }
}

export function openSshKeygen(): SshKeygen {
  const folder = mkdtempSync(join(tmpdir(), 'key-material-'))
  const run = (...args: readonly string[]): string =>
    execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    folder,
    run,
    write,
    make(name, ...args) {
      const path = join(folder, name)
      run('-q', '-N', '', '-C', 'someone@example.com', '-f', path, ...args)
      return path
    },
    makeRsa(name, ...args) {
      const path = write(name, rsaKey().privateKey.reveal())
      write(`${name}.pub`, run('-y', '-f', path))
      run('-p', '-q', '-P', '', '-N', '', '-f', path, ...args)
      return path
    },
    fingerprint(path, hash) {
      const [bits = '', fingerprint = ''] = run('-l', '-E', hash, '-f', path).split(' ')
      return { bits: Number(bits), fingerprint }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Every supported type and the sizes in use, as arguments of `ssh-keygen`. */
export const kinds = {
  'rsa-1024': ['-t', 'rsa', '-b', '1024'],
  'rsa-2048': ['-t', 'rsa', '-b', '2048'],
  'rsa-2049': ['-t', 'rsa', '-b', '2049'],
  'rsa-3072': ['-t', 'rsa', '-b', '3072'],
  'rsa-4096': ['-t', 'rsa', '-b', '4096'],
  'ecdsa-256': ['-t', 'ecdsa', '-b', '256'],
  'ecdsa-384': ['-t', 'ecdsa', '-b', '384'],
  'ecdsa-521': ['-t', 'ecdsa', '-b', '521'],
  ed25519: ['-t', 'ed25519'],
} as const

export function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** Returns the first 20 characters in a row that a text shares with a secret or a key; undefined if there are none. */
export function sharedRun(text: string, key: string): string | undefined {
  const runs = Array.from({ length: Math.max(key.length - 19, 0) }, (_, start) => key.slice(start, start + 20))
  return runs.find((run) => /^[A-Za-z0-9+/]{20}$/.test(run) && text.includes(run))
}

import { isAbsolute, resolve } from 'node:path'

/** A login that `ssh` is to make. */
export interface SshLogin {
  /** The host name or the IP address of the instance. */
  readonly address: string
  /** Default: 22. */
  readonly port?: number | undefined
  /** The user of the guest: `root`, `ubuntu`. */
  readonly user: string
  /** The rule for the host key of the instance. */
  readonly hostKeys: HostKeys
  readonly keyFile: string
}

/**
 * The host keys that are accepted. The address of an instance can pass to another machine, and the first answer can be
 * somebody else's, so there is no default.
 */
export interface HostKeys {
  /** A file in the form of `known_hosts`. A host key that differs from the one in the file is always refused. */
  readonly file: string
  /** `refuse` an instance that the file does not have, or `record` its host key in the file and go on. */
  readonly firstContact: 'refuse' | 'record'
  /** The name of the instance in the file: its id, if its address may pass to another one. Default: the address. Not a pattern. */
  readonly name?: string | undefined
}

/** Returns the arguments of `ssh`. Throws a `TypeError` for what cannot be given to it safely. */
export function sshArguments({ address, port = 22, user, hostKeys, keyFile }: SshLogin): readonly string[] {
  mustBeHostKeys(hostKeys)
  const { file, firstContact, name } = hostKeys
  mustBeHost(address, 'address')
  mustBeWord(user, 'user')
  if (name !== undefined) mustBeHost(name, 'The name of hostKeys')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError('port must be a port number')
  if (firstContact !== 'refuse' && firstContact !== 'record') {
    throw new TypeError("firstContact must be 'refuse' or 'record'")
  }
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${asSshPath(keyFile, 'The file of privateKey')}`,
    'CertificateFile=none',
    'PreferredAuthentications=publickey',
    'ControlPath=none',
    `StrictHostKeyChecking=${firstContact === 'record' ? 'accept-new' : 'yes'}`,
    `UserKnownHostsFile=${asSshPath(file, 'The file of hostKeys')}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    ...(name === undefined ? [] : [`HostKeyAlias=${name}`]),
    'ConnectTimeout=10',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=2',
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option])
  return ['-F', '/dev/null', '-T', '-p', String(port), '-l', user, ...options, '--', address, 'true']
}

/** Throws for what has no rule for host keys: a caller without types may have left the option out. */
function mustBeHostKeys(given: unknown): void {
  if (typeof given === 'object' && given !== null) return
  throw new TypeError('hostKeys must be an object with file and firstContact: there is no default')
}

/** Throws for what `ssh` would take for an option, or for several words. */
function mustBeWord(value: unknown, what: string): asserts value is string {
  const isWord = typeof value === 'string' && /^[^-\s\p{Cc}@,|][^\s\p{Cc}@,|]*$/u.test(value)
  if (!isWord) throw new TypeError(`${what} must be one word that does not begin with "-"`)
}

/** Throws for what is a pattern or a comment in `known_hosts`, and would stand for other instances too. */
function mustBeHost(value: unknown, what: string): void {
  mustBeWord(value, what)
  if (/[*?!]|^#/.test(value))
    throw new TypeError(`${what} must name one instance, without *, ?, ! and a # at its beginning`)
}

/** Returns a path as `ssh` takes it literally. It replaces `%` and `~`, and has no way to write some characters. */
function asSshPath(path: unknown, what: string): string {
  if (typeof path !== 'string' || path === '' || /["$\\\p{Cc}]/u.test(path)) {
    throw new TypeError(`${what} must be a path without ", $, \\ and control characters: ssh cannot take them`)
  }
  const whole = isAbsolute(path) ? path : resolve(path)
  return `"${whole.replaceAll('%', '%%')}"`
}

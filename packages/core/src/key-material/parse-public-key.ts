import { err, type Result } from '../result.js'
import { readKeyBlob } from './key-blob.js'
import { isPublicKeyType, type PublicKey, type PublicKeyProblem } from './public-key.js'

/** An RSA key of 16,384 bits has 2,750 characters; the rest is room for white space and a comment. */
const maxTextLength = 65_536

/**
 * Reads one OpenSSH public key, as a `.pub` file holds it. White space around it, a byte order mark and the kind of line
 * ends do not matter. Lines that begin with `#` are skipped, and the comment is kept apart. Anything else that is not
 * exactly one sound key is a problem. It never throws on a text, and no problem quotes the key.
 */
export function parsePublicKey(text: string): Result<PublicKey, PublicKeyProblem> {
  if (text.length > maxTextLength) {
    return problem('too-long', `A public key of at most ${maxTextLength} characters is expected`)
  }
  const foreign = recognizeForeignText(text)
  if (foreign !== undefined) return err(foreign)
  // Cc: control characters. Cs: half of a surrogate pair.
  if (/(?![\t\r\n])\p{Cc}|\p{Cs}/u.test(text)) {
    return problem(
      'not-text',
      'The public key holds control characters or broken Unicode',
      'Check the encoding of the file',
    )
  }
  // `trim` and `\s` take the byte order mark for white space too.
  const lines = text.split(/[\r\n]+/).filter((line) => !/^(?:#|$)/.test(line.trim()))
  const [line] = lines
  if (line === undefined) return problem('empty', 'The public key is empty')
  if (lines.length > 1) {
    return problem(
      'not-one-key',
      `One public key on one line is expected, and the text has ${lines.length} lines`,
      'Give one key at a time, and join a key that was wrapped',
    )
  }
  return parseOpenSshLine(line.trim())
}

function parseOpenSshLine(line: string): Result<PublicKey, PublicKeyProblem> {
  const [, type = '', base64 = '', comment = ''] = /^(\S+)(?:\s+(\S+))?(?:\s+(.*))?$/su.exec(line) ?? []
  if (!isPublicKeyType(type)) return err(notAType(type, line))
  if (keyStart.test(` ${comment}`)) {
    return problem(
      'not-one-key',
      'One public key is expected, and another follows it on the line',
      'Give one key at a time',
    )
  }
  const blob = Buffer.from(base64, 'base64')
  // Node decodes leniently; what it gives back the same is base64 in its one form.
  if (base64 === '' || blob.toString('base64') !== base64) {
    return problem('malformed', `What follows ${type} is not base64`, 'Copy the line again, whole, from the .pub file')
  }
  return readKeyBlob(type, blob).map((key) => (comment === '' ? key : { ...key, comment }))
}

/** Texts that hold key material in another form than one line. Private keys first: nothing of them is looked at. */
function recognizeForeignText(text: string): PublicKeyProblem | undefined {
  // PEM of any kind, SSH2 with four dashes (ssh.com), PuTTY's .ppk, SSH-1, and OpenSSH's own without its armour.
  if (
    /-{4} ?BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File-|SSH PRIVATE KEY FILE FORMAT|b3BlbnNzaC1rZXktdjE/.test(text)
  ) {
    return {
      reason: 'private-key',
      message: 'This is a private key, and a public key is expected',
      hint: 'Give the content of the .pub file; ssh-keygen -y -f <private key file> prints it',
    }
  }
  const label = /-{4} ?BEGIN ([A-Z0-9 ]+?) ?-{4}/.exec(text)?.[1]
  if (label === undefined) return undefined
  return {
    reason: 'other-format',
    message: 'The public key is not in the one-line format of OpenSSH',
    hint: conversionHint(label),
  }
}

function conversionHint(label: string): string {
  switch (label) {
    case 'SSH2 PUBLIC KEY':
      return 'Convert it: ssh-keygen -i -m RFC4716 -f <file>'
    case 'PUBLIC KEY':
      return 'Convert it: ssh-keygen -i -m PKCS8 -f <file>'
    case 'RSA PUBLIC KEY':
      return 'Convert it: ssh-keygen -i -m PEM -f <file>'
    default:
      return 'Give the line of the .pub file'
  }
}

/** Base64 has no hyphen, so a text of this shape is a name, and safe to quote. */
const typeName = /^[a-z][a-z0-9]{0,15}(?:[-.@][a-z0-9]{1,15}){1,7}$/

/** Each base64 begins so, with the length of the type's name: there is none of 65,536 bytes. */
const keyStart = /[\s,"](?:ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+\s+AAAA/

function notAType(type: string, line: string): PublicKeyProblem {
  if (keyStart.test(line)) {
    return {
      reason: 'options',
      message: 'Text stands before the key type, such as authorized_keys options, which no cloud keeps',
      hint: 'Give the line from the key type on',
    }
  }
  if (!typeName.test(type)) {
    return {
      reason: 'malformed',
      message: 'The text does not begin with a key type such as ssh-rsa',
      hint: 'Copy the line again, whole, from the .pub file',
    }
  }
  if (/^rsa-sha2-(?:256|512)$/.test(type)) {
    return {
      reason: 'unsupported-type',
      message: `${type} is not a type of keys, but a signature that a key of type ssh-rsa makes`,
      hint: `Write ssh-rsa in place of ${type}`,
    }
  }
  return {
    reason: 'unsupported-type',
    message: `A key of type ${type} cannot be imported${because(type)}`,
    hint: 'Give a key of type ssh-rsa, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521 or ssh-ed25519',
  }
}

function because(type: string): string {
  if (/-cert-v\d+@openssh\.com$/.test(type)) return ', as it is a certificate'
  if (type.startsWith('sk-')) return ', as it needs a security key at login'
  if (type === 'ssh-dss') return ', as OpenSSH no longer accepts DSA'
  return ''
}

function problem(reason: PublicKeyProblem['reason'], message: string, hint?: string): Result<never, PublicKeyProblem> {
  return err({ reason, message, ...(hint === undefined ? {} : { hint }) })
}

/**
 * Returns the type and the base64 of a public key as a cloud shows it: without its comment and line break. Undefined if
 * the text is no OpenSSH line, as that of a certificate.
 */
export function openSshLine(text: string | null | undefined): string | undefined {
  return /^\s*((?:ssh|ecdsa|sk)-[\w.@-]+ [A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text ?? '')?.[1]
}

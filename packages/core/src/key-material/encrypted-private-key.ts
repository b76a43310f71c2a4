import { createPrivateKey, type KeyObject } from 'node:crypto'
import { err, ok, type Result } from '../result.js'
import { Secret } from '../secret.js'
import { formatPrivateKey, isEncryptedPem } from './private-key.js'

/** The reason that a private key cannot be encrypted or decrypted. Never quotes a part of the key or the passphrase. */
export interface PassphraseProblem {
  /** One sentence without a full stop. */
  readonly message: string
  /** The remedy. */
  readonly hint: string
}

/**
 * Encrypts a private key: PKCS#8 PEM, AES-256 under PBKDF2, which OpenSSH reads. Refuses an Ed25519 key, which older
 * versions of OpenSSH, 9.2 among them, do not read in PKCS#8 (github.com/openssh/openssh-portable/pull/253).
 */
export function encryptPrivateKey(privateKey: Secret, passphrase: Secret): Result<Secret, PassphraseProblem> {
  const text = privateKey.reveal()
  const key = text.includes('-BEGIN OPENSSH PRIVATE KEY-') ? 'ed25519' : readKey(text)
  if (key === undefined) {
    return err({
      message: 'The private key is not PEM',
      hint: 'Leave out the passphrase, and encrypt the file yourself',
    })
  }
  if (key === 'ed25519' || key.asymmetricKeyType === 'ed25519') {
    return err({
      message: 'An Ed25519 key is not saved with a passphrase: older versions of OpenSSH would not read the file',
      hint: 'Use an RSA or ECDSA key, or leave out the passphrase and encrypt the file afterwards: ssh-keygen -p -f <file>',
    })
  }
  const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: passphrase.reveal() })
  return ok(new Secret(pem.toString()))
}

/** Decrypts a private key: PEM of any form. A key without a passphrase is refused. */
export function decryptPrivateKey(text: string, passphrase: Secret): Result<Secret, PassphraseProblem> {
  if (!isEncryptedPem(text)) {
    return err({
      message: 'The private key is not encrypted PEM, and a passphrase was given',
      hint: 'Leave out the passphrase, or encrypt the key: ssh-keygen -p -m PKCS8 -f <file>',
    })
  }
  const key = readKey(text, passphrase.reveal())
  if (key !== undefined) return ok(formatPrivateKey(key))
  return err({ message: 'The passphrase is wrong, or the file is damaged', hint: 'Give the passphrase of this file' })
}

function readKey(text: string, passphrase?: string): KeyObject | undefined {
  try {
    return createPrivateKey(passphrase === undefined ? text : { key: text, passphrase })
  } catch {
    return undefined
  }
}

/** Returns why a passphrase cannot be typed at the prompt of `ssh`; undefined if it can. Never quotes the passphrase. */
export function passphraseProblem(passphrase: Secret): PassphraseProblem | undefined {
  const text = passphrase.reveal()
  if (/^\P{Cc}+$/u.test(text) && Buffer.byteLength(text) <= maxPassphrase) return undefined
  return {
    message: `passphrase must be one line of 1 to ${maxPassphrase} bytes without control characters`,
    hint: 'Give a shorter one, or one without tabs and other control characters',
  }
}

/** The most bytes of a passphrase with which Node.js decrypts. */
const maxPassphrase = 1024

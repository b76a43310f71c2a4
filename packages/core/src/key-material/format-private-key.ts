import type { KeyObject } from 'node:crypto'
import { Secret } from '../secret.js'
import { formatEd25519 } from './ed25519-file.js'

/**
 * Returns a private key as a text that `ssh -i` reads: PKCS#1 PEM for RSA, SEC 1 PEM for ECDSA, OpenSSH's own format for
 * Ed25519.
 */
export function formatPrivateKey(key: KeyObject): Secret {
  if (key.asymmetricKeyType === 'ed25519') return formatEd25519(key)
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
  return new Secret(key.export({ type, format: 'pem' }).toString())
}

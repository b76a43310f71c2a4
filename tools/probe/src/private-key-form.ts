import { createPrivateKey } from 'node:crypto'

/** The form of a private key that a cloud generated. */
export type PrivateKeyForm = 'pkcs1' | 'pkcs8' | 'bare' | 'escaped' | 'unknown'

/**
 * Returns the form of a private key: PEM of PKCS#1 or of PKCS#8; the base64 of PKCS#1 without the lines around it (`bare`);
 * PEM whose line breaks are the two characters `\` and `n` (`escaped`). A text that is no private key is `unknown`.
 */
export function privateKeyForm(text: string): PrivateKeyForm {
  if (text.startsWith('-----BEGIN ') && text.includes(String.raw`\n`)) {
    return isPem(text.replaceAll(String.raw`\n`, '\n')) ? 'escaped' : 'unknown'
  }
  if (text.startsWith('-----BEGIN RSA PRIVATE KEY-----')) return isPem(text) ? 'pkcs1' : 'unknown'
  if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return isPem(text) ? 'pkcs8' : 'unknown'
  return isBare(text) ? 'bare' : 'unknown'
}

function isPem(text: string): boolean {
  try {
    createPrivateKey(text)
    return true
  } catch {
    return false
  }
}

function isBare(text: string): boolean {
  try {
    createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs1' })
    return true
  } catch {
    return false
  }
}

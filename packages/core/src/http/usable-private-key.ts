import { createPrivateKey } from 'node:crypto'

/**
 * Returns a private key as a file needs it. The sample of Alibaba Cloud ENS's CreateKeyPair has a PEM block whose line
 * breaks are the two characters `\` and `n`; that of ECS's is bare base64, which no SSH client reads. What is neither
 * stays as it is.
 */
export function usablePrivateKey(body: string): string {
  if (body.startsWith('-----BEGIN ')) return body.replaceAll(String.raw`\r`, '').replaceAll(String.raw`\n`, '\n')
  const label = labelOf(body)
  return label === undefined ? body : armoured(label, body)
}

function armoured(label: string, base64: string): string {
  const lines = base64.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** Returns PEM's name for the DER in this base64. Undefined if it is not of a private key. */
function labelOf(base64: string): string | undefined {
  const key = Buffer.from(base64, 'base64')
  if (isPrivateKey(key, 'pkcs1')) return 'RSA PRIVATE KEY'
  return isPrivateKey(key, 'pkcs8') ? 'PRIVATE KEY' : undefined
}

function isPrivateKey(key: Buffer, type: 'pkcs1' | 'pkcs8'): boolean {
  try {
    createPrivateKey({ key, format: 'der', type })
    return true
  } catch {
    return false
  }
}

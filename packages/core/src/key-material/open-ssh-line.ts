/**
 * Returns the type and the base64 of a public key as a cloud shows it: without its comment and line break. Undefined if
 * the text is no OpenSSH line, as that of a certificate.
 */
export function openSshLine(text: string | null | undefined): string | undefined {
  return /^\s*((?:ssh|ecdsa|sk)-[\w.@-]+ [A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text ?? '')?.[1]
}

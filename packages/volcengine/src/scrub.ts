import type { Credentials } from './credentials.js'

const pem = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g
const redacted = '[secret]'
const longest = 1000
// A real key has 40 characters and more; to look for a text of three would maim every message.
const shortest = 8

/** Takes the credentials, in plain and as they stand in a URL, and PEM blocks out of a text from outside. */
export function scrub(text: string, credentials: Credentials): string {
  const secrets = [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId]
    .filter((secret) => secret !== undefined)
    .filter(({ length }) => length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, redacted), text.replaceAll(pem, redacted))
  return clean.slice(0, longest)
}

/** What the vendor says, as it stands in a message: in one line and without its full stop. */
export function sentence(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[ .。]+$/, '')
    .trimStart()
}

const pem = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g
// Alibaba Cloud ECS shows private keys without their armour in some samples: the base64 of a DER sequence of 256 bytes and more.
const bareKey = /MII[A-Za-z0-9+/]{13,}={0,2}/g
const redacted = '[secret]'
const longest = 1000
// A real secret has 16 characters and more; to look for a text of three would maim every message.
const shortest = 8

/** Takes secrets, in plain and as they stand in a URL, and private keys out of a text from outside, and cuts it. */
export function scrub(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets
    .filter((secret) => secret !== undefined)
    .filter(({ length }) => length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
  const withoutKeys = text.replaceAll(pem, redacted).replaceAll(bareKey, redacted)
  return forms.reduce((rest, secret) => rest.replaceAll(secret, redacted), withoutKeys).slice(0, longest)
}

/** What the vendor says, as it stands in a message: in one line and without its full stop. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trimStart()
  // Not by a regular expression: one that looks for the end of a run takes the square of its length.
  let end = line.length
  while (' .。'.includes(line[end - 1] ?? '-')) end -= 1
  return line.slice(0, end)
}

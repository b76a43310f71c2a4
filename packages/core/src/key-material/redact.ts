const pem = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g

// Alibaba Cloud ECS shows private keys without their armour in some samples: the base64 of a DER sequence of 256 bytes and more.
const bareKey = /MII[A-Za-z0-9+/]{13,}={0,2}/g

const redactedText = '[secret]'

const maxTextLength = 1000

// A real secret has 16 characters and more; to look for a text of three would maim every message.
const minSecretLength = 8

/** Takes secrets, in plain and as they stand in a URL, and private keys out of a text from outside, and cuts it. */
export function scrub(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets
    .filter((secret) => secret !== undefined)
    .filter(({ length }) => length >= minSecretLength)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
  const withoutKeys = text.replaceAll(pem, redactedText).replaceAll(bareKey, redactedText)
  return forms.reduce((rest, secret) => rest.replaceAll(secret, redactedText), withoutKeys).slice(0, maxTextLength)
}

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../src/secret.js'

test('a secret is redacted in every text form, and reveal returns its text', () => {
  const secret = new Secret('canary')
  const forms = [
    String(secret),
    `${secret}`,
    secret + '',
    JSON.stringify({ secret, list: [secret] }),
    inspect(secret, { showHidden: true, depth: 10 }),
    inspect({ nested: { secret } }, { depth: 10 }),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    JSON.stringify({ ...secret }),
    JSON.stringify(structuredClone({ ...secret })),
  ]
  for (const form of forms) expect(form).not.toContain('canary')
  expect(secret.reveal()).toBe('canary')
})

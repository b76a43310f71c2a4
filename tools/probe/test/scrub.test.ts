import { generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scrubBody, scrubParameters, type Scope } from '../src/scrub.js'

const secret = 'a-secret-access-key-of-somebody'

const scope: Scope = {
  mark: 'x7k2p9ab',
  isOwnInstance: (id) => id === 'i-own',
  secrets: () => [secret],
}

const recorded = (body: unknown): string => JSON.stringify(scrubBody(JSON.stringify(body), scope))

test('a field that may be harmful is recorded by its type', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 9 }), fc.jsonValue(), (name, value) => {
      const canary = 'canary-of-an-account'
      expect(recorded({ [`X${name}`]: { deep: [canary, { deeper: canary }], value } })).not.toContain(canary)
    }),
  )
})

test('other instances and key pairs of the account are not recorded', () => {
  const foreign = recorded({
    Instances: [
      { InstanceId: 'i-own', Status: 'RUNNING', KeyPairName: '' },
      { InstanceId: 'i-other', Status: 'RUNNING', KeyPairName: 'production' },
    ],
    KeyPairs: [
      { KeyPairName: 'cloud-keypair-probe-x7k2p9ab-1-first', KeyPairId: 'kp-own' },
      { KeyPairName: 'production', KeyPairId: 'kp-other', FingerPrint: '00' },
    ],
  })
  expect(foreign).toContain('i-own')
  expect(foreign).toContain('kp-own')
  expect(foreign).not.toMatch(/production|i-other|kp-other|"00"/)
})

test('a sentence of the cloud loses secrets, addresses, names of roles and numbers of accounts', () => {
  const said = recorded({
    Message: `User trn:iam::2100000000:user/me at 203.0.113.7 or 2001:db8::1 with ${secret} of 2100000000 may not.`,
  })
  expect(said).not.toMatch(/2100000000|203\.0\.113|2001:db8|user\/me/)
  expect(said).not.toContain(secret)
  expect(said).toContain('may not.')
})

test.each(['PrivateKey', 'PrivateKeyBody', 'Anything'])('a private key is recorded as its form, in %s', (name) => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const lines = privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'))
  const forms = [privateKey, privateKey.replaceAll('\n', String.raw`\n`), lines.join('')]
  for (const form of forms) {
    const said = recorded({ [name]: form, Message: `Here: ${form}` })
    for (const line of lines) expect(said).not.toContain(line.slice(0, 20))
  }
  if (name !== 'Anything') expect(recorded({ [name]: privateKey })).toBe(`{"${name}":"[private key: pkcs1]"}`)
})

test('a body that is no JSON is recorded by its length', () => {
  expect(scrubBody(`<html>${secret}</html>`, scope)).toBe('[44 characters that are no JSON]')
})

test('parameters are recorded by the same rules', () => {
  const parameters = {
    KeyPairName: 'cloud-keypair-probe-x7k2p9ab-1-first',
    InstanceIds: '["i-own","i-other"]',
    'InstanceIds.2': 'i-other',
    SecurityToken: secret,
    ClientToken: secret,
  }
  expect(scrubParameters(Object.entries(parameters), scope)).toEqual({
    KeyPairName: 'cloud-keypair-probe-x7k2p9ab-1-first',
    InstanceIds: '["i-own","[another InstanceId]"]',
    'InstanceIds.2': '[another InstanceId]',
    SecurityToken: '[string]',
    ClientToken: '[secret]',
  })
})

import { ofDriver, inDriver, ofStore } from './break.js'
import { preceded, unanswered, failures, tells } from './changes.js'
import { startList, refusedWith, answering } from './answers.js'
import { createHash } from 'node:crypto'
import { err, Secret } from '@cloud-keypair/core'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'

const createsInCloud: Fault['appliesTo'] = ({ createInCloud }) => createInCloud

/** A public key without a private key. */
const anotherKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDF9Xg9gIXYWrpgz6U9ru4dWEpuG6ONlEJaC8kFoRd3LFCU1R2IpojvrPywHiFyoqYsS6HM11hyCL+5FT5PV/2VCdQa55tHYLkowquzRB/DRQNmfgCbEKDGJtltAW5KOBF+EAdhSftt9FsF5igCO418/4DGqGsPV/UlAzOzTHgLga8EelHMJtKv3bRhLSOqlnGw1CulOmC1yZwp9J0jah/nqBNju35n6VbjeVYZn1ddy5qemhal4vTsE1rY2N5kBt8/o+yOWtKaZ+hIxTX1ARiIDuQNiKqGH/DUwqbF7LaOdcWr7cbA7N/a5Wl+y4bhSmnsE7Qx5S2qZZW3GeJvGFef'

/** Ways to mix up keys, or to say of a key what is not so. */
export const materialMutants: readonly Mutant[] = [
  ...killedBy('KP-IMPORT-01', 11, {
    'an import stores another key than the one given': ofDriver('doImportKeyPair', (driver, request, context) =>
      driver.doImportKeyPair({ ...request, publicKey: anotherKey }, context),
    ),
    'an import inverts `verified`': tells('import', ({ verified }) => ({
      verified: !verified,
    })),
    'a fingerprint is the MD5 of the text instead of the key': inDriver((driver) => ({
      doImportKeyPair: async (request, context) =>
        (await driver.doImportKeyPair(request, context)).map(({ publicKey: _, ...keyPair }) => ({
          ...keyPair,
          fingerprint: md5(request.publicKey),
        })),
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).map((page) => ({
          ...page,
          items: page.items.map(({ publicKey, ...keyPair }) => ({
            ...keyPair,
            fingerprint: md5(publicKey ?? keyPair.name),
          })),
        })),
    })),
  }),
  ...killedBy('KP-CREATE-01', 11, {
    'a create reports another public key than it stored': tells('create', () => ({ publicKey: anotherKey })),
  }),
  ...killedBy('KP-CREATE-01', 5, {
    'a create saves the private key only after the import': ofStore('create', (service, options) => {
      let kept: Secret | undefined
      const later = async (privateKey: Secret): Promise<void> => {
        kept = privateKey
      }
      return answering(service.create({ ...options, save: later }), async (result) => {
        if (kept !== undefined) await options.save(kept)
        return result
      })
    }),
    'a create forgets to save the private key': ofStore('create', (service, options) =>
      service.create({ ...options, save: async () => {} }),
    ),
  }),
  ...killedBy('KP-CREATE-02', 5, {
    'a create continues although the private key could not be saved': ofStore('create', (service, options) =>
      service.create({ ...options, save: (privateKey) => options.save(privateKey).catch(() => {}) }),
    ),
  }),
  ...killedBy('KP-CREATE-03', 6, {
    'a create saves a private key before it checks the name': preceded('create', (_, { save }) =>
      save(new Secret('a private key for nothing')).catch(() => {}),
    ),
  }),
  ...killedBy('KP-CLAIM-19', 9, {
    'a create ignores the type of the key': ofStore('create', (service, { keyType: _, ...options }) =>
      service.create(options),
    ),
    'a private key is saved before its type is refused': when(
      ({ keys: { types } }) =>
        types !== 'undocumented' && !(types.includes('ssh-ed25519') && types.includes('ecdsa-sha2-nistp256')),
      preceded('create', (_, { save }) => save(new Secret('a private key for nothing'))),
    ),
  }),
  ...killedBy('KP-CREATE-04', 5, {
    'a create generates a new key instead of using the saved one': ofStore('create', (service, options) =>
      service.create({ ...options, save: (privateKey) => options.save(privateKey) }),
    ),
  }),
  ...killedBy('KP-CLOUD-01', 5, createsInCloud, {
    'a cloud-made private key is not that of the key pair': tells('createInCloud', () => ({
      privateKey: new Secret('another private key'),
    })),
    'a cloud-made private key is cut short': ofDriver('doCreateKeyPair', async (driver, request, context) =>
      (await driver.doCreateKeyPair(request, context)).map(({ keyPair, privateKey }) => ({
        keyPair,
        privateKey: new Secret(privateKey.reveal().slice(0, 500)),
      })),
    ),
  }),
  ...killedBy('KP-CLOUD-01', 9, {
    'key generation in the cloud is claimed, and answered with unsupported': when(
      createsInCloud,
      ofDriver('doCreateKeyPair', async () => err(refusedWith('unsupported'))),
    ),
    'key generation in the cloud is denied, and a call is sent anyway': when(
      ({ createInCloud }) => !createInCloud,
      preceded('createInCloud', startList),
    ),
  }),
  ...killedBy('KP-CLOUD-02', 5, createsInCloud, {
    'a create in the cloud is resent after an unanswered send': ofDriver(
      'doCreateKeyPair',
      async (driver, request, context) => {
        const answer = await driver.doCreateKeyPair(request, context)
        return unanswered(answer) ? driver.doCreateKeyPair(request, context) : answer
      },
    ),
  }),
  ...killedBy('KP-CLOUD-02', 4, createsInCloud, {
    'an unanswered create in the cloud has outcome none': failures('doCreateKeyPair', (failure) => ({
      ...failure,
      outcome: 'none',
      transient: false,
    })),
  }),

  ...killedBy('KP-CLOUD-04', 4, {
    'a create in the cloud without a usable key has outcome none': when(
      createsInCloud,
      failures('doCreateKeyPair', (failure) =>
        failure.code === 'invalid-response' ? { ...failure, outcome: 'none', transient: false } : failure,
      ),
    ),
  }),
]

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

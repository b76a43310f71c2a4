import { createHash } from 'node:crypto'
import { err, Secret } from '@cloud-keypair/core'
import { answering, inDriver, inStore, operation } from './break.js'
import type { Mutant } from './mutant.js'

/** A public key whose private half nobody has. */
const anotherKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDF9Xg9gIXYWrpgz6U9ru4dWEpuG6ONlEJaC8kFoRd3LFCU1R2IpojvrPywHiFyoqYsS6HM11hyCL+5FT5PV/2VCdQa55tHYLkowquzRB/DRQNmfgCbEKDGJtltAW5KOBF+EAdhSftt9FsF5igCO418/4DGqGsPV/UlAzOzTHgLga8EelHMJtKv3bRhLSOqlnGw1CulOmC1yZwp9J0jah/nqBNju35n6VbjeVYZn1ddy5qemhal4vTsE1rY2N5kBt8/o+yOWtKaZ+hIxTX1ARiIDuQNiKqGH/DUwqbF7LaOdcWr7cbA7N/a5Wl+y4bhSmnsE7Qx5S2qZZW3GeJvGFef'

/** Ways to mix up keys, or to say of a key what is not so. */
export const materialMutants: readonly Mutant[] = [
  {
    name: 'an import stores another key than the one given',
    breaks: 11,
    killedBy: 'KP-IMPORT-01',
    driver: inDriver((driver) => ({
      doImportKeyPair: (request, context) => driver.doImportKeyPair({ ...request, publicKey: anotherKey }, context),
    })),
  },
  {
    name: 'an import says of what it compared that it did not, and the other way',
    breaks: 11,
    killedBy: 'KP-IMPORT-01',
    service: inStore((service) => ({
      import: (options) => service.import(options).map((stored) => ({ ...stored, verified: !stored.verified })),
    })),
  },
  {
    name: 'a fingerprint is the MD5 of the text in place of the key',
    breaks: 11,
    killedBy: 'KP-IMPORT-01',
    driver: inDriver((driver) => ({
      doImportKeyPair: async (request, context) => {
        const fingerprint = createHash('md5').update(request.publicKey).digest('hex')
        const answer = await driver.doImportKeyPair(request, context)
        return answer.map(({ publicKey: _, ...keyPair }) => ({ ...keyPair, fingerprint }))
      },
      doDescribeKeyPairs: async (request, context) => {
        const answer = await driver.doDescribeKeyPairs(request, context)
        return answer.map((page) => ({
          ...page,
          items: page.items.map(({ publicKey, ...keyPair }) => ({
            ...keyPair,
            fingerprint: createHash('md5')
              .update(publicKey ?? keyPair.name)
              .digest('hex'),
          })),
        }))
      },
    })),
  },
  {
    name: 'a create reports another public key than it stored',
    breaks: 11,
    killedBy: 'KP-CREATE-01',
    service: inStore((service) => ({
      create: (options) => service.create(options).map((stored) => ({ ...stored, publicKey: anotherKey })),
    })),
  },
  {
    name: 'a create saves the private key only after the import',
    breaks: 5,
    killedBy: 'KP-CREATE-01',
    service: inStore((service) => ({
      create: (options) => {
        let kept: Secret | undefined
        const later = async (privateKey: Secret): Promise<void> => {
          kept = privateKey
        }
        return answering(service.create({ ...options, save: later }), async (result) => {
          if (kept !== undefined) await options.save(kept)
          return result
        })
      },
    })),
  },
  {
    name: 'a create forgets to save the private key',
    breaks: 5,
    killedBy: 'KP-CREATE-01',
    service: inStore((service) => ({ create: (options) => service.create({ ...options, save: async () => {} }) })),
  },
  {
    name: 'a create goes on where the private key could not be saved',
    breaks: 5,
    killedBy: 'KP-CREATE-02',
    service: inStore((service) => ({
      create: (options) =>
        service.create({ ...options, save: (privateKey) => options.save(privateKey).catch(() => {}) }),
    })),
  },
  {
    name: 'a create saves a private key before it knows that the name is free',
    breaks: 6,
    killedBy: 'KP-CREATE-03',
    service: inStore((service) => ({
      create: (options) =>
        operation(async () => {
          await options.save(new Secret('a private key for nothing')).catch(() => {})
          return service.create(options)
        }),
    })),
  },
  {
    name: 'a create generates anew in place of the key that an earlier run saved',
    breaks: 5,
    killedBy: 'KP-CREATE-04',
    service: inStore((service) => ({
      create: (options) => service.create({ ...options, save: (privateKey) => options.save(privateKey) }),
    })),
  },
  {
    name: 'a cloud-made private key is not that of the key pair',
    breaks: 5,
    killedBy: 'KP-CLOUD-01',
    appliesTo: ({ createInCloud }) => createInCloud,
    service: inStore((service) => ({
      createInCloud: (options) =>
        service.createInCloud(options).map((made) => ({ ...made, privateKey: new Secret('another private key') })),
    })),
  },
  {
    name: 'a cloud-made private key is cut short',
    breaks: 5,
    killedBy: 'KP-CLOUD-01',
    appliesTo: ({ createInCloud }) => createInCloud,
    driver: inDriver((driver) => ({
      doCreateKeyPair: async (request, context) => {
        const answer = await driver.doCreateKeyPair(request, context)
        return answer.map(({ keyPair, privateKey }) => ({
          keyPair,
          privateKey: new Secret(privateKey.reveal().slice(0, 500)),
        }))
      },
    })),
  },
  {
    name: 'a cloud-made key is asked for again after an unanswered send',
    breaks: 5,
    killedBy: 'KP-CLOUD-02',
    appliesTo: ({ createInCloud }) => createInCloud,
    driver: inDriver((driver) => ({
      doCreateKeyPair: async (request, context) => {
        const answer = await driver.doCreateKeyPair(request, context)
        return answer.isErr() && answer.error.outcome === 'unknown' ? driver.doCreateKeyPair(request, context) : answer
      },
    })),
  },
  {
    name: 'a cloud-made key that may exist is said not to',
    breaks: 4,
    killedBy: 'KP-CLOUD-02',
    appliesTo: ({ createInCloud }) => createInCloud,
    driver: inDriver((driver) => ({
      doCreateKeyPair: async (request, context) =>
        (await driver.doCreateKeyPair(request, context)).mapErr((failure) => ({
          ...failure,
          outcome: 'none',
          transient: false,
        })),
    })),
  },
  {
    name: 'key generation in the cloud is claimed, and answered with unsupported',
    breaks: 9,
    killedBy: 'KP-CLOUD-01',
    appliesTo: ({ createInCloud }) => createInCloud,
    driver: inDriver(() => ({
      doCreateKeyPair: async () =>
        err({ code: 'unsupported', message: 'not here', outcome: 'none', transient: false, scope: 'call' }),
    })),
  },
  {
    name: 'key generation in the cloud is denied, and a call is sent for it all the same',
    breaks: 9,
    killedBy: 'KP-CLOUD-01',
    appliesTo: ({ createInCloud }) => !createInCloud,
    service: inStore((service) => ({
      createInCloud: (options) =>
        operation(async () => {
          for await (const _ of service.list()) break
          return service.createInCloud(options)
        }),
    })),
  },
]

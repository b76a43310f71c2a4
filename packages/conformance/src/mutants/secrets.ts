import { tracingChannel } from 'node:diagnostics_channel'
import { err, type KeyPairError, type Result, type Secret, type StoredKeyPair } from '@cloud-keypair/core'
import { overriding } from '../overriding.js'
import { answering, inStore, saying } from './break.js'
import type { Mutant } from './mutant.js'

/** Ways for a private key to get out. */
export const secretMutants: readonly Mutant[] = [
  {
    name: 'the private key is in the cause of an error',
    breaks: 5,
    killedBy: 'KP-CREATE-02',
    service: createTelling((result, heard) =>
      result.isErr() ? err(saying(result.error, { cause: new Error(heard) })) : result,
    ),
  },
  {
    name: 'the private key is in the message of an error',
    breaks: 5,
    killedBy: 'KP-CREATE-02',
    service: createTelling((result, heard) =>
      result.isErr() ? err(saying(result.error, { message: `cannot save ${heard}` })) : result,
    ),
  },
  {
    name: 'the private key is printed',
    breaks: 5,
    killedBy: 'KP-CREATE-01',
    service: createTelling((result, heard) => {
      process.stderr.write(`created with ${heard}\n`)
      return result
    }),
  },
  {
    name: 'the private key is in an event',
    breaks: 5,
    killedBy: 'KP-CREATE-01',
    service: createTelling((result, heard) => {
      tracingChannel('cloud-keypair:call').asyncEnd.publish({ call: 'import', privateKey: heard })
      return result
    }),
  },
  {
    name: 'the private key does not redact itself',
    breaks: 5,
    killedBy: 'KP-SECRET-02',
    service: inStore((service) => ({
      create: (options) =>
        service.create({
          ...options,
          save: (privateKey) =>
            options.save(
              overriding(privateKey, { toString: () => privateKey.reveal(), toJSON: () => privateKey.reveal() }),
            ),
        }),
    })),
  },
  {
    name: 'the private key is given again with the key pair later',
    breaks: 5,
    killedBy: 'KP-SECRET-02',
    service: inStore((service) => {
      let text = ''
      return {
        create: (options) => {
          const heard = hearing(options.save)
          return answering(service.create({ ...options, save: heard.save }), (result) => {
            text = heard.text()
            return result
          })
        },
        get: (keyPair, options) => service.get(keyPair, options).map((found) => ({ ...found, description: text })),
      }
    }),
  },
  {
    name: 'a cloud-made private key is plain text in the result',
    breaks: 5,
    killedBy: 'KP-SECRET-02',
    appliesTo: ({ createInCloud }) => createInCloud,
    service: inStore((service) => ({
      createInCloud: (options) =>
        service.createInCloud(options).map((made) => ({ ...made, description: made.privateKey.reveal() })),
    })),
  },
]

/** A service whose `create` overhears the private key, and does something with it once it has ended. */
function createTelling(
  change: (result: Result<StoredKeyPair, KeyPairError>, heard: string) => Result<StoredKeyPair, KeyPairError>,
): NonNullable<Mutant['service']> {
  return inStore((service) => ({
    create: (options) => {
      const heard = hearing(options.save)
      return answering(service.create({ ...options, save: heard.save }), (result) => change(result, heard.text()))
    },
  }))
}

/** The same save, whose private key is overheard. */
function hearing(save: (privateKey: Secret) => Promise<void>): {
  readonly save: (privateKey: Secret) => Promise<void>
  readonly text: () => string
} {
  let heard = ''
  return {
    save: (privateKey) => {
      heard = privateKey.reveal()
      return save(privateKey)
    },
    text: () => heard,
  }
}

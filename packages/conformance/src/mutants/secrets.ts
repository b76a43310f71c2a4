import { tracingChannel } from 'node:diagnostics_channel'
import type { KeyPairError, Result, Secret, StoredKeyPair } from '@cloud-keypair/core'
import type { ItemFailure } from '@cloud-keypair/core/driver'
import { overriding } from '../overriding.js'
import { answering, saying } from './answers.js'
import { inStore, ofInstances, ofStore } from './break.js'
import { failures, tells } from './changes.js'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'

/** Ways for a private key to get out. */
export const secretMutants: readonly Mutant[] = [
  ...killedBy('KP-CREATE-02', 5, {
    'the private key is in the cause of an error': createTelling((result, heard) =>
      result.mapErr((error) => saying(error, { cause: new Error(heard) })),
    ),
    'the private key is in the message of an error': createTelling((result, heard) =>
      result.mapErr((error) => saying(error, { message: `cannot save ${heard}` })),
    ),
  }),
  ...killedBy('KP-CREATE-01', 5, {
    'the private key is printed': createTelling((result, heard) => {
      process.stderr.write(`created with ${heard}\n`)
      return result
    }),
    'the private key is in an event': createTelling((result, heard) => {
      tracingChannel('cloud-keypair:call').asyncEnd.publish({ call: 'import', privateKey: heard })
      return result
    }),
  }),
  ...killedBy('KP-SECRET-02', 5, {
    'the private key is not redacted': ofStore('create', (service, options) =>
      service.create({
        ...options,
        save: (secret) =>
          options.save(overriding(secret, { toString: () => secret.reveal(), toJSON: () => secret.reveal() })),
      }),
    ),
    'the private key is returned again later': inStore((service) => {
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
    'a cloud-made private key is plain text in the result': when(
      ({ createInCloud }) => createInCloud,
      tells('createInCloud', ({ privateKey }) => ({ description: privateKey.reveal() })),
    ),
  }),

  ...killedBy('KP-SECRET-03', 5, {
    'one line of the private key is in the message of an error': createTelling((result, heard) =>
      result.mapErr((error) => saying(error, { message: `cannot write ${heard.split('\n')[1]}` })),
    ),
  }),
  ...killedBy('KP-SECRET-04', 5, {
    'what the cloud says of a refused call is not told': failures('doDescribeKeyPairs', untold),
  }),
  ...killedBy('KP-SECRET-05', 5, {
    'what the cloud says of a refused item is not told': ofInstances(
      'doAttachKeyPair',
      async (driver, request, context) =>
        (await driver.doAttachKeyPair(request, context))
          .map((verdicts) => verdicts.map((one) => (one.ok ? one : { ...one, failure: untold(one.failure) })))
          .mapErr(untold),
    ),
  }),
  ...killedBy('KP-SECRET-06', 5, {
    'a refusal of a read tells the credentials that it repeats': {
      telling: (driver, canaries) =>
        overriding(driver, {
          doDescribeKeyPairs: async (request, context) =>
            (await driver.doDescribeKeyPairs(request, context)).mapErr((failure) => repeating(failure, canaries)),
        }),
    },
    'a refusal of an import tells the credentials that it repeats': {
      telling: (driver, canaries) =>
        overriding(driver, {
          doImportKeyPair: async (request, context) =>
            (await driver.doImportKeyPair(request, context)).mapErr((failure) => repeating(failure, canaries)),
        }),
    },
  }),
]

/** Tells the credentials with which a call was signed, as a refusal does that repeats them. */
function repeating<F extends ItemFailure>(failure: F, canaries: readonly string[]): F {
  return { ...failure, message: `${failure.message} ${canaries.join(' ')}` }
}

/** Takes what the cloud said out of a failure. */
function untold<F extends ItemFailure>({ vendor: _, ...failure }: F): Omit<F, 'vendor'> & { readonly message: string } {
  return { ...failure, message: 'the cloud refused it' }
}

/** Overhears the private key of a create, and does something with it once the create has ended. */
function createTelling(
  change: (result: Result<StoredKeyPair, KeyPairError>, heard: string) => Result<StoredKeyPair, KeyPairError>,
): Fault {
  return ofStore('create', (service, options) => {
    const heard = hearing(options.save)
    return answering(service.create({ ...options, save: heard.save }), (result) => change(result, heard.text()))
  })
}

/** Wraps a save, and keeps the private key that it gets. */
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

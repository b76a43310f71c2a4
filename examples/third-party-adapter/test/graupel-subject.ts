import { announcing, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { createGraupelDriver, createGraupelKeyPairService } from '../src/graupel/driver.js'
import { startGraupel } from './servers/graupel.js'
import type { GraupelTraits } from './servers/graupel-actions.js'
import { worldOf } from './servers/world.js'

const usual: GraupelTraits = { namesRepeat: true, inUseCode: 'KeyPairInUse', boundAfterMs: 0 }

/**
 * The behaviours that Graupel's documents leave open, each in a world of its own. In the first world the cloud is as
 * `capabilities` describes it: the suite holds each capability against it in both directions. In the others no capability
 * may promise too much.
 */
const variants: Readonly<Record<string, Partial<GraupelTraits>>> = {
  usual: {},
  'names are unique': { namesRepeat: false },
  'in use by a code that says nothing': { inUseCode: 'Conflict' },
  'bound after seconds': { boundAfterMs: 10_000 },
}

const account = { accessKey: 'canary-access-key', secretKey: 'canary-secret-key' }

export const graupelSubject: Subject = {
  name: 'graupel',
  variants: Object.keys(variants),
  // The controls that no world of this cloud can have, each with its reason. Cases that need them are unproven. A control
  // that you have no time for belongs here too, until the server has it.
  // several: the cloud binds one key pair to an instance. contradicts: its answers hold a number, and no verdicts.
  // expired: its access keys have no sessions. terminated, other-user: its lists have neither. full, busy: no code of the
  // cloud says so.
  lacks: ['full', 'busy', 'several', 'contradicts', 'expired', 'terminated', 'other-user'],
  harness: async ({ variant, clock, service: options }) => {
    const traits = { ...usual, ...variants[variant] }
    const server = await startGraupel(parking(clock), traits, account)
    const transport = createHttpTransport({ proxy: 'none' })
    const connection = { ...account, endpoint: server.url, transport: announcing(transport, clock) }
    return {
      service: createGraupelKeyPairService({ ...options, ...connection }),
      driver: createGraupelDriver(connection),
      world: worldOf(server, server.region, clock, () => server.region.nextId('kp')),
      // The behaviour of the server, also in what the documents leave open. Take each fact from the server's traits if it has one:
      // a fact that is wrong fails cases that the adapter passes.
      facts: {
        // A key pair shows no creation time,
        dated: false,
        // and neither its public key nor a fingerprint, so no case expects a comparison with a key.
        comparable: false,
        // An attach to these kinds of instance is refused.
        refuses: ['windows', 'agentless'],
        // Two key pairs may have one name.
        namesRepeat: traits.namesRepeat,
        // An attach over another key pair replaces it.
        replaces: true,
        // A stop, start or reboot is over with its answer.
        powerAtOnce: true,
        // There are no groups. Otherwise: one that exists.
        group: 'none',
      },
      canaries: [account.accessKey, account.secretKey],
      [Symbol.asyncDispose]: async () => {
        // The server first: closing the transport waits for open requests, and some requests of a mutant never end.
        await server[Symbol.asyncDispose]()
        await transport.close()
      },
    }
  },
}

import { announcing, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { createVirgaDriver, createVirgaKeyPairStore } from '../src/virga/driver.js'
import { startVirga } from './servers/virga.js'
import type { VirgaTraits } from './servers/virga-actions.js'
import { worldOf } from './servers/world.js'

const usual: VirgaTraits = { fingerprint: 'md5', deletesNothing: true, tokenFailure: 'replayed' }

/**
 * The behaviours that Virga's documents leave open, each in a world of its own. In the first world the cloud is as
 * `capabilities` describes it: the suite holds each capability against it in both directions. In the others no capability
 * may promise too much.
 */
const variants: Readonly<Record<string, Partial<VirgaTraits>>> = {
  usual: {},
  'fingerprints are SHA-256': { fingerprint: 'sha256' },
  'fingerprints are opaque': { fingerprint: 'opaque' },
  'a delete of nothing is refused': { deletesNothing: false },
  "a token's failure is forgotten": { tokenFailure: 'forgotten' },
}

const apiKey = 'canary-api-key'

export const virgaSubject: Subject = {
  name: 'virga',
  variants: Object.keys(variants),
  // The controls that no world of this cloud can have, each with its reason. Cases that need them are unproven. A control
  // that you have no time for belongs here too, until the server has it.
  // omits, foreign, repeats, contradicts: its answers hold no verdicts. several: its servers keep the key pair of their
  // launch. expired: its API keys have no sessions. terminated, other-user: its lists have neither. busy: no code of the
  // cloud says so. full: the server has no limit yet.
  lacks: [
    'omits',
    'foreign',
    'repeats',
    'contradicts',
    'full',
    'busy',
    'several',
    'expired',
    'terminated',
    'other-user',
  ],
  harness: async ({ variant, clock, service: options, generateInCloud }) => {
    const traits = { ...usual, ...variants[variant] }
    const server = await startVirga(parking(clock), { traits, apiKey, generateKeyPair: generateInCloud })
    const transport = createHttpTransport({ proxy: 'none' })
    const connection = { apiKey, endpoint: server.url, transport: announcing(transport, clock) }
    return {
      service: createVirgaKeyPairStore({ ...options, ...connection }),
      driver: createVirgaDriver(connection),
      world: worldOf(server, server.region, clock, (name) => name),
      // The behaviour of the server, also in what the documents leave open. Take each fact from the server's traits if it has one:
      // a fact that is wrong fails cases that the adapter passes.
      facts: {
        // A key pair shows no creation time.
        dated: false,
        // There is no attach that could refuse a kind of instance, or replace a key pair.
        refuses: [],
        replaces: false,
        // Two key pairs cannot have one name.
        namesRepeat: false,
        // There are no groups. Otherwise: one that exists.
        group: 'none',
        // A key can be compared with a key pair by its fingerprint, unless nobody can compute that.
        comparable: traits.fingerprint !== 'opaque',
      },
      canaries: [apiKey],
      [Symbol.asyncDispose]: async () => {
        // The server first: closing the transport waits for open requests, and some requests of a mutant never end.
        await server[Symbol.asyncDispose]()
        await transport.close()
      },
    }
  },
}

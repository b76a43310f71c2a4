import { announcing, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { createVirgaDriver, createVirgaKeyPairStore } from '../src/virga/driver.js'
import { startVirga } from './servers/virga.js'
import type { VirgaTraits } from './servers/virga-actions.js'
import { worldOf } from './servers/world.js'

const usual: VirgaTraits = { fingerprint: 'md5', deletesNothing: true, tokenFailure: 'replayed' }

/** The behaviours that Virga's documents leave open. */
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
  // Its answers hold no verdicts, and its servers keep the key pair of their launch.
  lacks: ['omits', 'foreign', 'repeats', 'several'],
  harness: async ({ variant, clock, service: options, generateInCloud }) => {
    const traits = { ...usual, ...variants[variant] }
    const server = await startVirga(parking(clock), { traits, apiKey, generateKeyPair: generateInCloud })
    const transport = createHttpTransport({ proxy: 'none' })
    const connection = { apiKey, endpoint: server.url, transport: announcing(transport, clock) }
    return {
      service: createVirgaKeyPairStore({ ...options, ...connection }),
      driver: createVirgaDriver(connection),
      world: worldOf(server, server.region, clock, (name) => name),
      facts: {
        dated: false,
        refuses: [],
        namesRepeat: false,
        replaces: false,
        group: 'none',
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

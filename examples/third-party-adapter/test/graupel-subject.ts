import { announcing, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { createGraupelDriver, createGraupelKeyPairService } from '../src/graupel/driver.js'
import { startGraupel } from './servers/graupel.js'
import type { GraupelTraits } from './servers/graupel-actions.js'
import { worldOf } from './servers/world.js'

const usual: GraupelTraits = { namesRepeat: true, inUseCode: 'KeyPairInUse', boundAfterMs: 0 }

/** The behaviours that Graupel's documents leave open. */
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
  // The cloud binds one key pair to an instance.
  lacks: ['several'],
  harness: async ({ variant, clock, service: options }) => {
    const traits = { ...usual, ...variants[variant] }
    const server = await startGraupel(parking(clock), traits, account)
    const transport = createHttpTransport({ proxy: 'none' })
    const connection = { ...account, endpoint: server.url, transport: announcing(transport, clock) }
    return {
      service: createGraupelKeyPairService({ ...options, ...connection }),
      driver: createGraupelDriver(connection),
      world: worldOf(server, server.region, clock, () => server.region.nextId('kp')),
      facts: {
        dated: false,
        comparable: false,
        refuses: ['windows', 'agentless'],
        namesRepeat: traits.namesRepeat,
        replaces: true,
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

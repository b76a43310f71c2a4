import { mutants } from '@cloud-keypair/conformance'
import { attaches, overriding } from '@cloud-keypair/conformance/internals'
import type { KeyPairService, KeyPairStore } from '@cloud-keypair/core'
import type { KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { Invariant } from './invariants.js'

/** A fault that is planted on purpose, which has to break an invariant. */
export interface PlantedFault {
  readonly name: string
  readonly breaks: Invariant
  readonly service?: (service: KeyPairStore) => KeyPairStore
  readonly driver?: (driver: KeyPairStoreDriver) => KeyPairStoreDriver
}

/** A fault for each invariant. */
export const plantedFaults: readonly PlantedFault[] = [
  mutant('answered once', 'an attach leaves out failed items'),
  mutant('false claim', 'an attach does nothing, and reports a success'),
  mutant('key lost', 'a create forgets to save the private key'),
  mutant('left stopped', 'stopped instances are not started again, and reported as running'),
  mutant('secret told', 'the private key is in the message of an error'),
  mutant('thrown or internal error', 'an attach throws if it fails'),
  {
    name: 'an attach leaves a rejection behind',
    breaks: 'unhandled rejection',
    service: beforeAttach(() => void Promise.reject(new Error('planted'))),
  },
  {
    name: 'an attach leaves a timer behind',
    breaks: 'left open',
    service: beforeAttach(() => void setTimeout(() => {}, 3_600_000)),
  },
]

function mutant(breaks: Invariant, name: string): PlantedFault {
  const found = mutants.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no mutant "${name}"`)
  return {
    name,
    breaks,
    ...(found.service && { service: found.service }),
    ...(found.driver && { driver: found.driver }),
  }
}

function beforeAttach(act: () => void): NonNullable<PlantedFault['service']> {
  return (service) => {
    if (!attaches(service)) return service
    return overriding<KeyPairService>(service, {
      attach: (...given) => {
        act()
        return service.attach(...given)
      },
    })
  }
}

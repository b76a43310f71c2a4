import { mutants } from '@cloud-keypair/conformance'
import { attaches, drivesInstances, overriding } from '@cloud-keypair/conformance/internals'
import type { KeyPairService, KeyPairStore } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { OperationName } from '../crash/fault-fixtures.js'
import type { Invariant } from './invariants.js'

/** A fault that is planted on purpose, which has to break an invariant. */
export interface PlantedFault {
  readonly name: string
  readonly breaks: Invariant
  /** The operations that have the fault. */
  readonly on: readonly OperationName[]
  /** The variant of the cloud in memory. Default: the usual one. */
  readonly variant?: string
  readonly service?: (service: KeyPairStore) => KeyPairStore
  readonly driver?: (driver: KeyPairStoreDriver) => KeyPairStoreDriver
}

const attach = ['attach', 'attach now'] as const
const attachNow = ['attach now'] as const
const create = ['create'] as const

/** A fault for each invariant that trials in one process have. */
export const plantedFaults: readonly PlantedFault[] = [
  mutant('answered once', attach, 'an attach leaves out failed items'),
  mutant('false claim', attach, 'an attach does nothing, and reports a success'),
  mutant('key lost', create, 'a create forgets to save the private key'),
  {
    ...mutant('left stopped', attachNow, 'stopped instances are not started again, and reported as running'),
    variant: 'stopped only',
  },
  mutant('secret told', create, 'the private key is in the message of an error'),
  mutant('thrown or internal error', attach, 'an attach throws if it fails'),
  {
    name: 'an attach binds the key pair of somebody else',
    breaks: 'locked out',
    on: attachNow,
    driver: (driver) =>
      drivesInstances(driver)
        ? overriding<KeyPairDriver>(driver, {
            doAttachKeyPair: (request, context) =>
              driver.doAttachKeyPair({ ...request, keyPair: { by: 'name', name: 'other' } }, context),
          })
        : driver,
  },
  {
    name: 'an attach leaves a rejection behind',
    breaks: 'unhandled rejection',
    on: attach,
    service: beforeAttach(() => void Promise.reject(new Error('planted'))),
  },
  {
    name: 'an attach leaves a timer behind',
    breaks: 'left open',
    on: attach,
    service: beforeAttach(() => void setTimeout(() => {}, 3_600_000)),
  },
]

/** The planted faults of whole processes. */
export const plantedInProcesses = {
  'not resumed': 'a process forgets what an earlier one stored',
  growth: 'each operation keeps memory',
  'did not exit': 'the timer that an attach left behind keeps the process alive',
} as const satisfies Partial<Record<Invariant, string>>

function mutant(breaks: Invariant, on: PlantedFault['on'], name: string): PlantedFault {
  const found = mutants.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no mutant "${name}"`)
  const { service, driver } = found
  return { name, breaks, on, ...(service && { service }), ...(driver && { driver }) }
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

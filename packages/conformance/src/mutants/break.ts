import type { Capabilities, KeyPairService, KeyPairStore } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { attaches, drivesInstances } from '../case-context.js'
import { overriding, overridingOne } from '../overriding.js'
import type { Fault } from './mutant.js'

// Ways to plant a fault: `in…` replaces some members of a service or a driver, `of…` replaces one.

/** The arguments of a member. */
export type Given<Member> = Member extends (...given: infer G extends readonly unknown[]) => unknown ? G : never
/** The answer of a member. */
export type Answer<Member> = Member extends (...given: never) => infer A ? A : never
type Broken<Target, Key extends keyof Target> = (target: Target, ...given: Given<Target[Key]>) => Answer<Target[Key]>

/** True if a cloud attaches and detaches. */
export const withInstances = ({ instances }: Capabilities): boolean => instances !== false

/** Breaks operations that every service has. */
export function inStore(broken: (service: KeyPairStore) => Partial<KeyPairStore>): Fault {
  return { service: (service) => overriding(service, broken(service)) }
}

/** Breaks one operation that every service has. */
export function ofStore<K extends keyof KeyPairStore>(name: K, broken: Broken<KeyPairStore, K>): Fault {
  return { service: (service) => overridingOne(service, name, broken.bind(undefined, service)) }
}

/** Breaks a service that attaches and detaches. */
export function inService(broken: (service: KeyPairService) => Partial<KeyPairService>): Fault {
  const service = (whole: KeyPairStore): KeyPairStore => (attaches(whole) ? overriding(whole, broken(whole)) : whole)
  return { appliesTo: withInstances, service }
}

/** Breaks one operation of a service that attaches and detaches. */
export function ofService<K extends keyof KeyPairService>(name: K, broken: Broken<KeyPairService, K>): Fault {
  const service = (whole: KeyPairStore): KeyPairStore =>
    attaches(whole) ? overridingOne(whole, name, broken.bind(undefined, whole)) : whole
  return { appliesTo: withInstances, service }
}

/** Breaks calls that every driver has. */
export function inDriver(broken: (driver: KeyPairStoreDriver) => Partial<KeyPairStoreDriver>): Fault {
  return { driver: (driver) => overriding(driver, broken(driver)) }
}

/** Breaks one call that every driver has. */
export function ofDriver<K extends keyof KeyPairStoreDriver>(name: K, broken: Broken<KeyPairStoreDriver, K>): Fault {
  return { driver: (driver) => overridingOne(driver, name, broken.bind(undefined, driver)) }
}

/** Breaks a driver's calls on instances. */
export function inInstances(broken: (driver: KeyPairDriver) => Partial<KeyPairDriver>): Fault {
  const driver = (whole: KeyPairStoreDriver): KeyPairStoreDriver =>
    drivesInstances(whole) ? overriding(whole, broken(whole)) : whole
  return { appliesTo: withInstances, driver }
}

/** Breaks one call of a driver on instances. */
export function ofInstances<K extends keyof KeyPairDriver>(name: K, broken: Broken<KeyPairDriver, K>): Fault {
  const driver = (whole: KeyPairStoreDriver): KeyPairStoreDriver =>
    drivesInstances(whole) ? overridingOne(whole, name, broken.bind(undefined, whole)) : whole
  return { appliesTo: withInstances, driver }
}

import type { Harness, TestKeys, Subject, VirtualClock } from '@cloud-keypair/conformance'
import { collect, type KeyPair, type KeyPairReference, type ServiceOptions } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { drivesInstances, harnessOptionsOf, unlessStalled } from '@cloud-keypair/conformance/internals'

/** A new cloud, and the means to make services over it. */
export interface AnyTestCloud<Driver extends KeyPairStoreDriver = KeyPairStoreDriver> {
  readonly harness: Harness
  readonly world: Harness['world']
  readonly driver: Driver
  readonly clock: VirtualClock
  readonly options: ServiceOptions
}

/** A new cloud that binds key pairs to instances. */
export type TestCloud = AnyTestCloud<KeyPairDriver>

/** Works in a new cloud that binds key pairs to instances. The cloud is closed after the work. */
export async function inTestCloud<T>(
  subject: Subject,
  variant: string,
  testKeys: TestKeys,
  work: (cloud: TestCloud) => Promise<T>,
): Promise<T> {
  return inAnyTestCloud(subject, variant, testKeys, (cloud) => {
    const { driver } = cloud
    if (!drivesInstances(driver)) throw new Error(`${subject.name} binds no key pairs to instances`)
    return work({ ...cloud, driver })
  })
}

/** Works in a new cloud, which is closed after the work. */
export async function inAnyTestCloud<T>(
  subject: Subject,
  variant: string,
  testKeys: TestKeys,
  work: (cloud: AnyTestCloud) => Promise<T>,
): Promise<T> {
  const { clock, service: options, ...rest } = harnessOptionsOf(variant, testKeys)
  const harness = await subject.harness({ ...rest, clock, service: options })
  const { world, driver } = harness
  const progress = { steps: () => clock.steps, waiting: () => 'the world' }
  try {
    return await unlessStalled(work({ harness, world, driver, clock, options }), 'A world', progress)
  } finally {
    await unlessStalled(Promise.resolve(harness[Symbol.asyncDispose]()), 'The end of a world', progress)
  }
}

/** Returns the key pair of a name, as the service lists it. */
export async function listed({ harness: { service } }: AnyTestCloud, name: string): Promise<KeyPair> {
  const all = (await collect(service.list({ namePattern: name }), { max: 10 }))._unsafeUnwrap()
  const [found] = all
  if (found === undefined || all.length > 1) throw new Error(`${all.length} key pairs are named ${name}`)
  return found
}

/** Returns the reference to a seeded key pair: its name if the cloud resolves names. */
export async function referenceTo(cloud: AnyTestCloud, name: string): Promise<KeyPairReference> {
  if (cloud.driver.capabilities.identity.includes('name')) return { name }
  const { id } = await listed(cloud, name)
  return id === undefined ? { name } : { id }
}

/** Returns a variant of a subject, by a number. */
export function variantOf({ variants }: Subject, index: number): string {
  const variant = variants[index % variants.length]
  if (variant === undefined) throw new Error('A subject needs variants')
  return variant
}

import type { Harness, TestKeys, Subject, VirtualClock } from '@cloud-keypair/conformance'
import { collect, type KeyPair, type KeyPairReference, type ServiceOptions } from '@cloud-keypair/core'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import { drivesInstances, harnessOptionsOf, inTime } from '@cloud-keypair/conformance/internals'

/** A new cloud, and the means to make services over it. */
export interface TestCloud {
  readonly harness: Harness
  readonly world: Harness['world']
  readonly driver: KeyPairDriver
  readonly clock: VirtualClock
  readonly options: ServiceOptions
}

// In real time, for what hangs: no machine is so busy that a world that ends takes as long.
const runningMs = 4 * 60_000
const closingMs = 2 * 60_000

/** Works in a new cloud, which is closed after it. */
export async function inTestCloud<T>(
  subject: Subject,
  variant: string,
  testKeys: TestKeys,
  work: (cloud: TestCloud) => Promise<T>,
): Promise<T> {
  const { clock, service: options, ...rest } = harnessOptionsOf(variant, testKeys)
  const harness = await subject.harness({ ...rest, clock, service: options })
  const { world, driver } = harness
  if (!drivesInstances(driver)) throw new Error(`${subject.name} binds no key pairs to instances`)
  try {
    return await inTime(work({ harness, world, driver, clock, options }), 'A world', runningMs)
  } finally {
    await inTime(Promise.resolve(harness[Symbol.asyncDispose]()), 'The end of a world', closingMs)
  }
}

/** Returns the key pair of a name, as the service lists it. */
export async function listed({ harness: { service } }: TestCloud, name: string): Promise<KeyPair> {
  const all = (await collect(service.list({ namePattern: name }), { max: 10 }))._unsafeUnwrap()
  const [found] = all
  if (found === undefined || all.length > 1) throw new Error(`${all.length} key pairs are named ${name}`)
  return found
}

/** Returns the reference to a seeded key pair: its name if the cloud resolves names. */
export async function referenceTo(cloud: TestCloud, name: string): Promise<KeyPairReference> {
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

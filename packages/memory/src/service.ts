import { type KeyPairService, systemClock } from '@cloud-keypair/core'
import {
  createKeyPairService,
  type KeyPairDriver,
  mustBeFunction,
  mustBeObject,
  mustHaveMethods,
} from '@cloud-keypair/core/driver'
import { createCloudClient } from './cloud/client.js'
import { createWorld } from './cloud/control.js'
import { Gateway } from './cloud/gateway.js'
import { generateKeyPair as generateKeyPairHere } from './cloud/public-key.js'
import { Region } from './cloud/region.js'
import { createMemoryDriver } from './driver.js'
import { type MemoryOptions, usualTraits } from './traits.js'
import type { MemoryWorld } from './world.js'

/** A cloud in memory: what a service works with, and what a test sets up and looks at. */
export interface MemoryCloud {
  readonly driver: KeyPairDriver
  readonly world: MemoryWorld
}

/** Makes an empty cloud. Each has its own world. */
export function createMemoryCloud(options: MemoryOptions = {}): MemoryCloud {
  mustBeObject(options, 'The options of the cloud in memory')
  const { clock = systemClock, random = Math.random, generateKeyPair = generateKeyPairHere } = options
  mustHaveMethods(clock, 'The option clock', 'now', 'sleep')
  mustBeFunction(random, 'The option random')
  mustBeFunction(generateKeyPair, 'The option generateKeyPair')
  const traits = { ...usualTraits, ...options.traits }
  const region = new Region(traits, generateKeyPair)
  const gateway = new Gateway(clock, traits)
  return {
    driver: createMemoryDriver(createCloudClient(region, gateway, random), traits),
    world: createWorld(region, gateway),
  }
}

/**
 * Makes a service over its own empty cloud, in place of a real one in tests. For instances and faults make
 * the cloud first, with `createMemoryCloud`, and `createKeyPairService(cloud.driver)` over it.
 */
export function createMemoryKeyPairService(options: MemoryOptions = {}): KeyPairService {
  const { driver } = createMemoryCloud(options)
  const { clock, random } = options
  return createKeyPairService(driver, { testing: { clock, random } })
}

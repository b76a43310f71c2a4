import type { Checkpoint } from '../../src/contract/checkpoint.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { shown, type SmallCloud } from '../small-cloud.js'

const lineOf = (letter: string): string => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(43)}`

/** Two keys that differ. */
export const [publicKey, anotherKey] = [lineOf('A'), lineOf('B')]

/** The options of a rotation to the key pair `next`. */
export const next = { name: 'next', publicKey } as const

/** The key pairs `old` and `next` as an instance shows them. */
export const old = { keyPair: shown('old') } as const
export const attached = { keyPair: { name: 'next', id: 'kp-next' } } as const

/** Two instances with the key pair `old`, and three. */
export const two = { 'i-1': old, 'i-2': old }
export const three = { ...two, 'i-3': old }

/** Makes the checkpoint of a rotation from `old` to `next`. */
export const checkpointOf = (instances: Checkpoint['instances'], more: Partial<Checkpoint> = {}): Checkpoint => ({
  version: 1,
  operation: 'rotate',
  provider: 'stub',
  region: 'here',
  endpoint: 'https://stub.example',
  keyPair: { name: 'next', id: 'kp-next' },
  replaced: shown('old'),
  instances,
  ...more,
})

/** Entries of a checkpoint, for an instance that had the key pair `old` and ran. */
export const done = { id: 'i-1', power: 'running', keyPair: shown('old'), step: 'done' } as const
export const inProgress = { ...done, step: 'in-progress' } as const
export const waiting = { ...done, id: 'i-2', step: 'waiting' } as const

/** Puts the key pair `next` into a cloud, as an earlier run left it. */
export function withNext(cloud: SmallCloud, given: Partial<KeyPair> = {}): SmallCloud {
  cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey, ...given })
  return cloud
}

import { fieldReader, readFields, readList, readOptional, readText, type Read } from './read-json.js'

/** The content of a new world: key pairs first, so that instances can name them. */
export interface Seed<SeedKeyPair, SeedInstance> {
  readonly keyPairs: readonly SeedKeyPair[]
  readonly instances: readonly SeedInstance[]
}

/** The fields that a seeded key pair was given. */
export interface SeededKeyPair {
  readonly id: string
  readonly name: string
  readonly fingerprint: string
}

/** The ways of a test to read and change a world without the API. */
export interface SimulatedWorld<SeedKeyPair, SeedInstance, Snapshot> {
  /** Throws `TypeError` if an instance names a key pair that is not there. */
  seedInstances(instances: readonly SeedInstance[]): void
  /** Throws `TypeError` if the name is taken or the public key is none. */
  seedKeyPair(keyPair: SeedKeyPair): SeededKeyPair
  snapshot(): Snapshot
  /** Applies everything that is pending, as if enough time had passed. An instance that hangs keeps hanging. */
  settle(): void
}

/** Puts all of a seed into a world. Throws `TypeError` as {@link SimulatedWorld} does. */
export function plant<SeedKeyPair, SeedInstance>(
  world: SimulatedWorld<SeedKeyPair, SeedInstance, unknown>,
  seed: Seed<SeedKeyPair, SeedInstance>,
): readonly SeededKeyPair[] {
  const keyPairs = seed.keyPairs.map((keyPair) => world.seedKeyPair(keyPair))
  world.seedInstances(seed.instances)
  return keyPairs
}

/** Reads a seed that came as JSON: `{"keyPairs": […], "instances": […]}`. Throws `TypeError` if it is none. */
export function readSeedOf<SeedKeyPair, SeedInstance>(
  readKeyPair: Read<SeedKeyPair>,
  readInstance: Read<SeedInstance>,
): Read<Seed<SeedKeyPair, SeedInstance>> {
  return (value, path) => {
    const field = fieldReader(readFields(value, path, ['keyPairs', 'instances']), path)
    return {
      keyPairs: field('keyPairs', readOptional(readList(readKeyPair))) ?? [],
      instances: field('instances', readOptional(readList(readInstance))) ?? [],
    }
  }
}

/** Texts by key, such as tags. */
export const readTexts: Read<Readonly<Record<string, string>>> = (value, path) =>
  Object.fromEntries([...readFields(value, path)].map(([key, text]) => [key, readText(text, `${path}.${key}`)]))

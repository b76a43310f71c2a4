import { fieldReader, readFields, readNumber, readOneOf, readOptional, readText, type Read } from '../read-json.js'
import { readSeedOf, readTexts, type Seed } from '../seed.js'
import { awsInstanceStates } from './region.js'
import { type AwsVariants, defaultAwsVariants } from './variants.js'
import type { AwsSeedInstance, AwsSeedKeyPair } from './world.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readAwsVariants: Read<AwsVariants> = (value, path) => {
  const usual = defaultAwsVariants
  const field = fieldReader(readFields(value, path, Object.keys(usual)), path)
  const choice = <const T extends string>(name: keyof AwsVariants, choices: readonly T[]): T | undefined =>
    field(name, readOptional(readOneOf(choices)))
  return {
    publicKeyText: choice('publicKeyText', ['as-uploaded', 'name-as-comment', 'rfc4716']) ?? usual.publicKeyText,
    deleteMissing: choice('deleteMissing', ['succeeds', 'refused']) ?? usual.deleteMissing,
    rsaBits: choice('rsaBits', ['any', 'documented']) ?? usual.rsaBits,
    limitCode: choice('limitCode', ['KeyPairLimitExceeded', 'ResourceLimitExceeded']) ?? usual.limitCode,
    maxKeyPairs: field('maxKeyPairs', readOptional(readNumber)) ?? usual.maxKeyPairs,
  }
}

const readSeedKeyPair: Read<AwsSeedKeyPair> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['name', 'publicKey', 'tags']), path)
  return {
    name: field('name', readText),
    publicKey: field('publicKey', readOptional(readText)),
    tags: field('tags', readOptional(readTexts)),
  }
}

const readSeedInstance: Read<AwsSeedInstance> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['id', 'state', 'keyName']), path)
  return {
    id: field('id', readText),
    state: field('state', readOptional(readOneOf(awsInstanceStates))),
    keyName: field('keyName', readOptional(readText)),
  }
}

/** Reads a seed that came as JSON. Throws `TypeError` if it is none. */
export const readAwsSeed: Read<Seed<AwsSeedKeyPair, AwsSeedInstance>> = readSeedOf(readSeedKeyPair, readSeedInstance)

import {
  fieldReader,
  readFields,
  readList,
  readNumber,
  readOneOf,
  readOptional,
  readText,
  type Read,
} from '../read-json.js'
import { readSeedOf, readTexts, type Seed } from '../seed.js'
import { tencentInstanceStates } from './region.js'
import { defaultTencentVariants, type TencentVariants } from './variants.js'
import type { TencentSeedInstance, TencentSeedKeyPair } from './world.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readTencentVariants: Read<TencentVariants> = (value, path) => {
  const usual = defaultTencentVariants
  const field = fieldReader(readFields(value, path, Object.keys(usual)), path)
  const choice = <const T extends string>(name: keyof TencentVariants, choices: readonly T[]): T | undefined =>
    field(name, readOptional(readOneOf(choices)))
  const number = (name: keyof TencentVariants): number | undefined => field(name, readOptional(readNumber))
  return {
    change: choice('change', ['at-once', 'succeeds-later', 'fails-later']) ?? usual.change,
    changeMs: number('changeMs') ?? usual.changeMs,
    deleteUsed: choice('deleteUsed', ['skipped', 'refused']) ?? usual.deleteUsed,
    keyPairsOf: choice('keyPairsOf', ['region', 'account']) ?? usual.keyPairsOf,
    keyNameFilter: choice('keyNameFilter', ['exact', 'contains']) ?? usual.keyNameFilter,
    detachOther: choice('detachOther', ['no-op', 'refused']) ?? usual.detachOther,
    attachSeveral: choice('attachSeveral', ['binds-all', 'refused']) ?? usual.attachSeveral,
    otherKeyTypes: choice('otherKeyTypes', ['malformed', 'accepted']) ?? usual.otherKeyTypes,
    samePublicKey: choice('samePublicKey', ['refused', 'accepted']) ?? usual.samePublicKey,
    associatedLagMs: number('associatedLagMs') ?? usual.associatedLagMs,
    powerChangeMs: number('powerChangeMs') ?? usual.powerChangeMs,
    maxKeyPairs: number('maxKeyPairs') ?? usual.maxKeyPairs,
  }
}

const readSeedKeyPair: Read<TencentSeedKeyPair> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['name', 'publicKey', 'description', 'tags', 'project']), path)
  return {
    name: field('name', readText),
    publicKey: field('publicKey', readOptional(readText)),
    description: field('description', readOptional(readText)),
    tags: field('tags', readOptional(readTexts)),
    project: field('project', readOptional(readNumber)),
  }
}

const readSeedInstance: Read<TencentSeedInstance> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['id', 'status', 'os', 'keyPairs']), path)
  return {
    id: field('id', readText),
    status: field('status', readOptional(readOneOf(tencentInstanceStates))),
    os: field('os', readOptional(readOneOf(['Linux', 'Windows']))),
    keyPairs: field('keyPairs', readOptional(readList(readText))),
  }
}

/** Reads a seed that came as JSON. Throws `TypeError` if it is none. */
export const readTencentSeed: Read<Seed<TencentSeedKeyPair, TencentSeedInstance>> = readSeedOf(
  readSeedKeyPair,
  readSeedInstance,
)

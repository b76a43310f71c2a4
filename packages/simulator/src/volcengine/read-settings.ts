import {
  fieldReader,
  readBoolean,
  readFields,
  readList,
  readNumber,
  readOneOf,
  readOptional,
  readText,
  type Read,
} from '../read-json.js'
import { readSeedOf, readTexts, type Seed } from '../seed.js'
import { instanceStatuses } from './region.js'
import { defaultVariants, type VolcengineVariants } from './variants.js'
import type { SeedInstance, SeedKeyPair } from './world.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readVariants: Read<VolcengineVariants> = (value, path) => {
  const field = fieldReader(readFields(value, path, Object.keys(defaultVariants)), path)
  const choice = <const T extends string>(name: keyof VolcengineVariants, choices: readonly T[]): T | undefined =>
    field(name, readOptional(readOneOf(choices)))
  const number = (name: keyof VolcengineVariants): number | undefined => field(name, readOptional(readNumber))
  const usual = defaultVariants
  return {
    detachOther: choice('detachOther', ['no-op', 'error', 'detaches']) ?? usual.detachOther,
    secondChange: choice('secondChange', ['wins', 'first-lost']) ?? usual.secondChange,
    tokenFailure: choice('tokenFailure', ['replayed', 'forgotten']) ?? usual.tokenFailure,
    tokenLifetime: number('tokenLifetime') ?? usual.tokenLifetime,
    createReplay: choice('createReplay', ['with-private-key', 'without-private-key']) ?? usual.createReplay,
    fingerprint: choice('fingerprint', ['md5', 'md5-of-spki', 'opaque']) ?? usual.fingerprint,
    inUseCode:
      choice('inUseCode', ['OperationDenied.KeyPairInUse', 'InvalidKeyPair.Bound', 'Refused']) ?? usual.inUseCode,
    fuzzyName: choice('fuzzyName', ['substring', 'prefix']) ?? usual.fuzzyName,
    instanceNameFilter: choice('instanceNameFilter', ['exact', 'fuzzy']) ?? usual.instanceNameFilter,
    boundAfterAttach: choice('boundAfterAttach', ['at-once', 'after-seconds']) ?? usual.boundAfterAttach,
    createCodes: choice('createCodes', ['suffixed', 'prefixed']) ?? usual.createCodes,
    detailOrder: choice('detailOrder', ['as-given', 'shuffled']) ?? usual.detailOrder,
    otherRegion: choice('otherRegion', ['empty', 'refused']) ?? usual.otherRegion,
    noStockCode: choice('noStockCode', ['OperationDenied.LackOfStock', 'Refused']) ?? usual.noStockCode,
    emptyTagFilter: choice('emptyTagFilter', ['that-value', 'nothing']) ?? usual.emptyTagFilter,
    defaultStoppedMode: choice('defaultStoppedMode', ['KeepCharging', 'StopCharging']) ?? usual.defaultStoppedMode,
    capacityGivenBack: choice('capacityGivenBack', ['there', 'gone']) ?? usual.capacityGivenBack,
    powerChangeMs: number('powerChangeMs') ?? usual.powerChangeMs,
    urlLimit: number('urlLimit') ?? usual.urlLimit,
  }
}

const readSeedKeyPair: Read<SeedKeyPair> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['name', 'publicKey', 'description', 'tags', 'group']), path)
  return {
    name: field('name', readText),
    publicKey: field('publicKey', readOptional(readText)),
    description: field('description', readOptional(readText)),
    tags: field('tags', readOptional(readTexts)),
    group: field('group', readOptional(readText)),
  }
}

const readSeedInstance: Read<SeedInstance> = (value, path) => {
  const known = ['id', 'status', 'osType', 'agent', 'keyPair', 'authorized', 'stock', 'stopHangs', 'denied']
  const field = fieldReader(readFields(value, path, known), path)
  return {
    id: field('id', readText),
    status: field('status', readOptional(readOneOf(instanceStatuses))),
    osType: field('osType', readOptional(readOneOf(['Linux', 'Windows']))),
    agent: field('agent', readOptional(readBoolean)),
    keyPair: field('keyPair', readOptional(readText)),
    authorized: field('authorized', readOptional(readList(readText))),
    stock: field('stock', readOptional(readBoolean)),
    stopHangs: field('stopHangs', readOptional(readBoolean)),
    denied: field('denied', readOptional(readBoolean)),
  }
}

/** Reads a seed that came as JSON. Throws `TypeError` if it is none. */
export const readSeed: Read<Seed<SeedKeyPair, SeedInstance>> = readSeedOf(readSeedKeyPair, readSeedInstance)

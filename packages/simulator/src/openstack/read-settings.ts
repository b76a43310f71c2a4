import { fieldReader, readFields, readNumber, readOneOf, readOptional, readText, type Read } from '../read-json.js'
import { readSeedOf, type Seed } from '../seed.js'
import { openStackServerStates } from './region.js'
import { defaultOpenStackVariants, type OpenStackVariants } from './variants.js'
import type { OpenStackSeedKeyPair, OpenStackSeedServer } from './world.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readOpenStackVariants: Read<OpenStackVariants> = (value, path) => {
  const usual = defaultOpenStackVariants
  const field = fieldReader(readFields(value, path, Object.keys(usual)), path)
  const number = (name: keyof OpenStackVariants): number | undefined => field(name, readOptional(readNumber))
  return {
    endpointForm: field('endpointForm', readOptional(readOneOf(['version', 'project']))) ?? usual.endpointForm,
    newest: number('newest') ?? usual.newest,
    oldest: number('oldest') ?? usual.oldest,
    seededKey: field('seededKey', readOptional(readOneOf(['bare', 'commented']))) ?? usual.seededKey,
    throttledStatus: number('throttledStatus') === 413 ? 413 : usual.throttledStatus,
    linkHost: field('linkHost', readOptional(readOneOf(['own', 'other']))) ?? usual.linkHost,
    maxKeyPairs: number('maxKeyPairs') ?? usual.maxKeyPairs,
    maxLimit: number('maxLimit') ?? usual.maxLimit,
    tokenMs: number('tokenMs') ?? usual.tokenMs,
  }
}

const readSeedKeyPair: Read<OpenStackSeedKeyPair> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['name', 'publicKey']), path)
  return { name: field('name', readText), publicKey: field('publicKey', readOptional(readText)) }
}

const readSeedServer: Read<OpenStackSeedServer> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['id', 'status', 'keyName', 'userId']), path)
  return {
    id: field('id', readText),
    status: field('status', readOptional(readOneOf(openStackServerStates))),
    keyName: field('keyName', readOptional(readText)),
    userId: field('userId', readOptional(readText)),
  }
}

/** Reads a seed that came as JSON. Throws `TypeError` if it is none. */
export const readOpenStackSeed: Read<Seed<OpenStackSeedKeyPair, OpenStackSeedServer>> = readSeedOf(
  readSeedKeyPair,
  readSeedServer,
)

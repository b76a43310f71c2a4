import {
  fieldReader,
  readBoolean,
  readFields,
  readList,
  readOneOf,
  readOptional,
  readText,
  type Read,
} from '../read-json.js'
import { readSeedOf, readTexts, type Seed } from '../seed.js'
import { alibabaInstanceStatuses } from './store.js'
import type { AlibabaSeedInstance, AlibabaSeedKeyPair } from './world.js'

const readSeedKeyPair: Read<AlibabaSeedKeyPair> = (value, path) => {
  const field = fieldReader(readFields(value, path, ['name', 'publicKey', 'tags', 'group']), path)
  return {
    name: field('name', readText),
    publicKey: field('publicKey', readOptional(readText)),
    tags: field('tags', readOptional(readTexts)),
    group: field('group', readOptional(readText)),
  }
}

const readSeedInstance: Read<AlibabaSeedInstance> = (value, path) => {
  const known = ['id', 'status', 'osType', 'keyPair', 'authorized', 'stock', 'stopHangs', 'denied']
  const field = fieldReader(readFields(value, path, known), path)
  return {
    id: field('id', readText),
    status: field('status', readOptional(readOneOf(alibabaInstanceStatuses))),
    osType: field('osType', readOptional(readOneOf(['Linux', 'Windows']))),
    keyPair: field('keyPair', readOptional(readText)),
    authorized: field('authorized', readOptional(readList(readText))),
    stock: field('stock', readOptional(readBoolean)),
    stopHangs: field('stopHangs', readOptional(readBoolean)),
    denied: field('denied', readOptional(readBoolean)),
  }
}

/** Reads a seed that came as JSON. Throws `TypeError` if it is none. */
export const readAlibabaSeed: Read<Seed<AlibabaSeedKeyPair, AlibabaSeedInstance>> = readSeedOf(
  readSeedKeyPair,
  readSeedInstance,
)

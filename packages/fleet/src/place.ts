import { createHash } from 'node:crypto'

/** A part of a cloud that is worked on as one: the key pairs and instances of an account in a region. */
export interface Place {
  /** The `provider` of its service. */
  readonly provider: string
  /** A name that tells accounts apart. */
  readonly account?: string | undefined
  readonly region?: string | undefined
}

/** A place with the instances that an attach changes. */
export interface AttachPlace extends Place {
  readonly instanceIds: readonly string[]
}

/** Returns the id of a place: a hash, as BullMQ refuses some characters in the id of a job. */
export function placeId({ provider, account = '', region = '' }: Place): string {
  return createHash('sha256')
    .update(JSON.stringify([provider, account, region]))
    .digest('hex')
    .slice(0, 24)
}

/** Returns a place as messages show it. */
export function placeText({ provider, account, region }: Place): string {
  return [provider, account, region].filter((part) => part !== undefined && part !== '').join(' ')
}

import { ok } from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'
import type { Action } from './gateway.js'
import { type Page, pageOf, type PageRequest } from './pages.js'
import type { KeyPairRecord, Region } from './region.js'

/** The filter of a list of key pairs. */
export interface DescribeKeyPairsBody extends PageRequest {
  /** Those and no others; a name or id that is not there is left out. */
  readonly only?: readonly KeyPairHandle[]
  /** The start of each name. */
  readonly namePrefix?: string
}

/** Lists key pairs. */
export function describeKeyPairs({ keyPairs }: Region): Action<DescribeKeyPairsBody, Page<KeyPairRecord>> {
  return {
    name: 'DescribeKeyPairs',
    mutating: false,
    limit: 'lookup',
    callOf: ({ only }) => (only === undefined ? 'list' : 'lookup'),
    itemsOf: ({ only = [] }) => only.map(textOf).map((text) => ({ key: text, label: text })),
    perform: ({ only, namePrefix = '', ...page }, moment) => {
      const wanted = new Set(only?.map((handle) => `${handle.by} ${textOf(handle)}`))
      const fits = ({ id, name }: KeyPairRecord): boolean =>
        only === undefined ? name.startsWith(namePrefix) : wanted.has(`id ${id}`) || wanted.has(`name ${name}`)
      return ok(pageOf(keyPairs.values(moment.seenAt).filter(fits), page, moment))
    },
  }
}

function textOf(handle: KeyPairHandle): string {
  return handle.by === 'id' ? handle.id : handle.name
}

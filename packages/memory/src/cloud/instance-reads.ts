import { ok, type PowerState } from '@cloud-keypair/core'
import type { Action } from './gateway.js'
import { type Page, pageOf, type PageRequest } from './pages.js'
import type { FailedChange, InstanceRecord, Region } from './region.js'

// With `boundAfterAttach: 'after-seconds'`, reads show the earlier key pair for so long.
const shownAfterMs = 10_000

/** The filter of a list of instances. */
export interface DescribeInstancesBody extends PageRequest {
  /** Those and no others; an id that is not there is left out. */
  readonly only?: readonly string[]
  /** The name of a key pair: those that have one of that name bound. */
  readonly keyPairName?: string
}

/** An instance as the cloud lists it. */
export interface ListedInstance {
  readonly id: string
  readonly serial: number
  readonly power: PowerState
  readonly isChanging?: true
  readonly failed?: FailedChange
  /** The bound key pairs. A name stays even if its key pair was deleted. */
  readonly keyPairs: readonly { readonly id: string; readonly name: string }[]
}

/** Lists instances. */
export function describeInstances(region: Region): Action<DescribeInstancesBody, Page<ListedInstance>> {
  const { traits, instances } = region
  const delayMs = traits.boundAfterAttach === 'after-seconds' ? shownAfterMs : 0
  return {
    name: 'DescribeInstances',
    mutating: false,
    limit: 'read',
    callOf: ({ only }) => (only === undefined ? 'list-instances' : 'read-instances'),
    itemsOf: ({ only = [] }) => only.map((id) => ({ key: id, label: id })),
    perform: ({ only, keyPairName, ...page }, moment) => {
      const { seenAt } = moment
      const listed = ({ id, serial, power, isChanging, failed }: InstanceRecord): ListedInstance => {
        const bound = instances.getAt(id, seenAt - delayMs)?.keys.bound ?? []
        const shown = { id, serial, power, ...(isChanging && { isChanging }), ...(failed && { failed }) }
        return { ...shown, keyPairs: bound.map((keyPairId) => ({ id: keyPairId, name: region.nameOf(keyPairId) })) }
      }
      const found =
        only === undefined ? instances.values(seenAt) : only.flatMap((id) => instances.getAt(id, seenAt) ?? [])
      const fits = ({ keyPairs }: ListedInstance): boolean =>
        keyPairName === undefined || keyPairs.some(({ name }) => name === keyPairName)
      return ok(pageOf(found.map(listed).filter(fits), page, moment))
    },
  }
}

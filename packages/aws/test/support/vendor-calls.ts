import { numbered } from '@cloud-keypair/conformance'
import type { FaultyCall, ReceivedCall } from '@cloud-keypair/core/testing'

/** A call of the cloud's interface. */
interface VendorCall {
  readonly action: string
  readonly query: Readonly<Record<string, string>>
  readonly mutating: boolean
}

/** The action of each call of the driver. */
export const actions: Readonly<Record<FaultyCall, string>> = {
  import: 'ImportKeyPair',
  create: 'CreateKeyPair',
  update: 'CreateTags',
  delete: 'DeleteKeyPair',
  attach: 'none',
  detach: 'none',
  stop: 'none',
  start: 'none',
  reboot: 'none',
  lookup: 'DescribeKeyPairs',
  list: 'DescribeKeyPairs',
  'read-instances': 'DescribeInstances',
  'list-instances': 'DescribeInstances',
}

/** Returns a call in the words of the suite. */
export function callOf({ action, query, mutating }: VendorCall): ReceivedCall {
  const byName = query['Filter.1.Name'] === 'key-name' || query['Filter.1.Name'] === 'key-pair-id'
  const values = numbered(query, 'Filter.1.Value')
  const exact = byName && !values.some((value) => /(^|[^\\])\*$/.test(value))
  const deleted = query['KeyPairId'] ?? query['KeyName']
  const items = action === 'DescribeKeyPairs' && exact ? values : action === 'DeleteKeyPair' && deleted ? [deleted] : []
  return { call: nameOf(action, items.length > 0), mutating, items }
}

function nameOf(action: string, exact: boolean): FaultyCall {
  switch (action) {
    case 'ImportKeyPair':
      return 'import'
    case 'CreateKeyPair':
      return 'create'
    case 'DeleteKeyPair':
      return 'delete'
    case 'DescribeKeyPairs':
      return exact ? 'lookup' : 'list'
    case 'DescribeInstances':
      return 'list-instances'
    default:
      return 'update'
  }
}

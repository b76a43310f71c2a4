import type { PlannedCall } from '@cloud-keypair/core'
import type { View } from '../output/view.js'

/** The calls of a plan, in order. */
export const plannedCallsView: View<PlannedCall> = {
  columns: {
    call: ({ call }) => call,
    'key-pair': ({ keyPair }) => keyPair,
    count: ({ instanceIds }) => instanceIds.length,
    instances: ({ instanceIds }) => instanceIds.join(',') || undefined,
  },
  usual: ['call', 'key-pair', 'count', 'instances'],
  wrapped: ['instances'],
  nameOf: ({ call }) => call,
}

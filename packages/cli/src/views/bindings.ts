import type { Binding, Usage } from '@cloud-keypair/core'
import type { View } from '../output/view.js'

/** Instances that have one key pair. */
export const usagesView: View<Usage> = {
  columns: {
    instance: ({ instanceId }) => instanceId,
    power: ({ power }) => power,
    'matched-by': ({ matchedBy }) => matchedBy,
  },
  usual: ['instance', 'power', 'matched-by'],
  nameOf: ({ instanceId }) => instanceId,
}

/** The key pair of each instance. */
export const bindingsView: View<Binding> = {
  columns: {
    instance: ({ instanceId }) => instanceId,
    status: ({ status }) => status,
    'key-pair': (binding) => (binding.status === 'bound' ? (binding.keyPair.name ?? binding.keyPair.id) : undefined),
    'key-pair-id': (binding) => (binding.status === 'bound' ? binding.keyPair.id : undefined),
    power: (binding) => (binding.status === 'not-found' ? undefined : binding.power),
  },
  usual: ['instance', 'status', 'key-pair', 'power'],
  nameOf: (binding) => (binding.status === 'bound' ? (binding.keyPair.name ?? binding.keyPair.id ?? '') : ''),
}

import type { DeleteItem, InstanceItem } from '@cloud-keypair/core'
import { adviceOn } from '../advice.js'
import type { Cell, View } from '../output/view.js'

type Item = InstanceItem | DeleteItem

const common = {
  status: ({ status }: Item): Cell => status,
  changed: (item: Item): Cell => (item.status === 'succeeded' ? yesOrNo(item.changed) : undefined),
  error: (item: Item): Cell => (item.status === 'succeeded' ? undefined : item.error.code),
  outcome: (item: Item): Cell => (item.status === 'succeeded' ? undefined : item.error.outcome),
  message: (item: Item): Cell => (item.status === 'succeeded' ? undefined : item.error.message),
  hint: (item: Item): Cell => (item.status === 'succeeded' ? undefined : adviceOn(item.error)),
}

/** Instances of an attach or a detach. */
export const instanceItemsView: View<InstanceItem> = {
  columns: {
    instance: ({ id }) => id,
    ...common,
    effect: (item) => (item.status === 'succeeded' ? item.effect : undefined),
    replaced: (item) => (item.status === 'succeeded' ? (item.replaced?.name ?? item.replaced?.id) : undefined),
  },
  wrapped: ['message', 'hint'],
  usual: ['instance', 'status', 'changed', 'effect', 'replaced', 'error'],
  nameOf: ({ id }) => id,
}

/** Key pairs of a delete. */
export const deleteItemsView: View<DeleteItem> = {
  columns: {
    'key-pair': ({ id }) => id,
    ...common,
    detached: (item) => (item.status === 'succeeded' ? item.detached?.map(({ id }) => id).join(',') : undefined),
  },
  wrapped: ['message', 'hint', 'detached'],
  usual: ['key-pair', 'status', 'changed', 'detached', 'error'],
  nameOf: ({ id }) => id,
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

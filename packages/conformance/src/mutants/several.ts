import { done } from './answers.js'
import { itemsOf, pages } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

const firstAlone = pages('doDescribeInstances', (page) => ({
  ...page,
  items: page.items.map(({ alsoBound: _, ...record }) => record),
}))

/** Ways to get instances with several key pairs wrong. */
export const severalMutants: readonly Mutant[] = [
  ...killedBy('KP-SEVERAL-01', 6, {
    'of several replaced key pairs one is named': itemsOf('attach', (item) => {
      if (item.status !== 'succeeded') return item
      const { alsoReplaced: _, ...told } = item
      return told
    }),
  }),
  ...killedBy('KP-SEVERAL-02', 6, {
    'a detach takes an instance with several key pairs for one with one': firstAlone,
    'a detach of one of several key pairs is a success': itemsOf('detach', ({ id }) => done(id)),
  }),
  ...killedBy('KP-SEVERAL-03', 12, { 'an instance shows one of its key pairs': firstAlone }),
  ...killedBy('KP-SEVERAL-04', 6, { 'a rotation replaces key pairs that it does not see': firstAlone }),
]

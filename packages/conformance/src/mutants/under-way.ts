import { done, inEffect, saying } from './answers.js'
import { ofInstances } from './break.js'
import { itemsOf, pages } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to get it wrong that a cloud goes on with a change after its answer. */
export const underWayMutants: readonly Mutant[] = [
  ...killedBy('KP-UNDERWAY-01', 4, {
    'an accepted change that is not shown counts as done': itemsOf('attach', (item) =>
      item.status === 'unknown' ? done(item.id) : item,
    ),
  }),
  ...killedBy('KP-UNDERWAY-03', 12, {
    'a change that failed later loses the reason of the cloud': itemsOf('attach', (item) =>
      item.status === 'failed' ? { ...item, error: saying(item.error, { code: 'timeout' }) } : item,
    ),
    'a change that failed later is reported as unknown': itemsOf('attach', (item) =>
      item.status === 'failed'
        ? { id: item.id, status: 'unknown', error: saying(item.error, { outcome: 'unknown' }) }
        : item,
    ),
  }),
  ...killedBy('KP-UNDERWAY-05', 12, ({ instances }) => instances !== false && !instances.confirms, {
    'an accepted attach does not tell its task': ofInstances('doAttachKeyPair', async (driver, request, context) =>
      (await driver.doAttachKeyPair(request, context)).map((verdicts) =>
        verdicts.map((verdict) => (verdict.ok ? { id: verdict.id, ok: true as const } : verdict)),
      ),
    ),
    'the record of an instance does not tell that its work failed': pages('doDescribeInstances', (page) => ({
      ...page,
      items: page.items.map(({ failedTask: _, ...item }) => item),
    })),
  }),
  ...killedBy('KP-UNDERWAY-04', 7, {
    'a restart that failed later is reported as in effect': itemsOf('attach', (item) =>
      item.status === 'failed' ? inEffect(done(item.id)) : item,
    ),
  }),
]

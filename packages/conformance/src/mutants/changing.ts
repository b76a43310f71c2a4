import { err, type NameCapabilities, ok } from '@cloud-keypair/core'
import { type ItemFailure, type KeyPairHandle, refusal } from '@cloud-keypair/core/driver'
import { widestCharacter } from '../names.js'
import {
  allDone,
  answering,
  batchIn,
  batchWith,
  deniedLike,
  done,
  firstPage,
  inEffect,
  matching,
  plainlyDone,
  saying,
} from './answers.js'
import { inInstances, ofDriver, ofInstances, ofService, withInstances } from './break.js'
import {
  attachOptions,
  batchOf,
  itemsOf,
  neverSent,
  powerUnasked,
  preceded,
  takenForDone,
  throws,
  pages,
} from './changes.js'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'

const stopsRunning: Fault['appliesTo'] = ({ instances }) => instances !== false && instances.power.includes('running')
const startsStopped: Fault['appliesTo'] = ({ instances }) => instances !== false && instances.power.includes('stopped')

const changesSeveral: Fault['appliesTo'] = ({ instances }) => instances !== false && instances.change.items > 1

/** Ways to get attaching and detaching wrong. */
export const changeMutants: readonly Mutant[] = [
  ...killedBy('KP-ATTACH-01', 4, {
    'an attach does nothing, and reports a success': neverSent('doAttachKeyPair'),
    'a change is reported as having reached the guest': itemsOf('attach', inEffect),
  }),
  ...killedBy('KP-ATTACH-03', 2, {
    'an empty list of instances is a request': preceded('attach', (service, keyPair) => service.get(keyPair)),
  }),
  ...killedBy('KP-ATTACH-04', 4, {
    'an unchanged instance is reported as changed': itemsOf('attach', plainlyDone),
  }),
  ...killedBy('KP-ATTACH-05', 6, ({ instances }) => instances !== false && instances.replaces === true, {
    'the replaced key pair is not named': itemsOf('attach', plainlyDone),
  }),
  ...killedBy('KP-ATTACH-06', 6, {
    'onlyIfVacant is ignored': attachOptions((options) => ({ ...options, onlyIfVacant: false })),
  }),
  ...killedBy('KP-ATTACH-06', 12, {
    'a conflict does not say with which key pair': itemsOf('attach', (item) =>
      item.status === 'failed' && item.error.code === 'conflict'
        ? { ...item, error: saying(item.error, { details: {} }) }
        : item,
    ),
  }),
  ...killedBy('KP-ATTACH-07', 2, {
    'the items of an attach come in another order': batchOf('attach', ({ items }) =>
      ok(batchWith(items.toSorted((a, b) => (a.id < b.id ? -1 : 1)))),
    ),
    'an id that is given twice gets one item': ofService('attach', (service, keyPair, ids, options) =>
      service.attach(keyPair, [...new Set(ids)], options),
    ),
    'an id is sent twice in one call': when(
      ({ instances }) => instances !== false && instances.change.items > 2,
      ofInstances('doAttachKeyPair', (driver, request, context) => {
        const { instanceIds } = request
        const twice = { ...request, instanceIds: [...instanceIds, ...instanceIds.slice(0, 1)] }
        return driver.doAttachKeyPair(twice, context)
      }),
    ),
  }),
  ...killedBy('KP-ATTACH-08', 4, {
    'an attach with a failed item is Ok': itemsOf('attach', ({ id }) => done(id)),
    'Ok comes with failed items': batchOf('attach', (batch) => ok(batch)),
  }),
  ...killedBy('KP-ATTACH-08', 2, {
    'an attach leaves out failed items': batchOf('attach', ({ succeeded }) => ok(batchWith(succeeded))),
  }),
  ...killedBy('KP-ATTACH-08', 6, {
    'a missing instance is sent anyway': when(withInstances, instancesInvented()),
  }),
  ...killedBy('KP-ATTACH-09', 4, {
    'an instance in an unfit power state is reported as done': itemsOf('attach', (item) =>
      item.status === 'failed' && item.error.code === 'instance-state' ? done(item.id) : item,
    ),
  }),
  ...killedBy('KP-ATTACH-15', 4, (_, { powerAtOnce = false }) => !powerAtOnce, {
    'an instance on its way is reported as one that cannot have a key pair': ofInstances(
      'doAttachKeyPair',
      async (driver, request, context) =>
        (await driver.doAttachKeyPair(request, context))
          .map((verdicts) => verdicts.map((one) => (one.ok ? one : { ...one, failure: asUnsupported(one.failure) })))
          .mapErr(asUnsupported),
    ),
  }),
  ...killedBy('KP-ATTACH-10', 1, {
    'an attach throws if it fails': throws('attach'),
  }),
  ...killedBy('KP-ATTACH-12', 10, {
    'an attach changes an instance that nobody named': ofInstances(
      'doAttachKeyPair',
      async (driver, request, context) => {
        const victim = { ...request, instanceIds: ['vacant-0000'] }
        await driver.doAttachKeyPair(victim, { ...context, token: `${context.token}-more` })
        return driver.doAttachKeyPair(request, context)
      },
    ),
  }),
  ...killedBy('KP-ATTACH-13', 7, {
    'an attach stops the instance and leaves it stopped': when(
      stopsRunning,
      ofInstances('doAttachKeyPair', async (driver, request, context) => {
        await powerUnasked(driver, 'doStopInstances', request.instanceIds, context)
        return driver.doAttachKeyPair(request, context)
      }),
    ),
    'an attach starts an instance that it did not stop': when(startsStopped, attachThen('doStartInstances')),
    'an attach reboots the instance unasked': when(stopsRunning, attachThen('doRebootInstances')),
  }),
  ...killedBy('KP-EVENT-01', 12, {
    'a call is made that is no event': ofInstances('doAttachKeyPair', async (driver, request, context) => {
      const { instanceIds } = request
      await driver.doDescribeInstances({ kind: 'exact', instanceIds, cursor: undefined }, { ...context, token: '' })
      return driver.doAttachKeyPair(request, context)
    }),
  }),
  ...killedBy('KP-LIMIT-01', 3, {
    'an attach reads the key pair twice': preceded('attach', (service, keyPair) => service.get(keyPair)),
    'instances are sent one by one': ofInstances('doAttachKeyPair', async (driver, request, context) => {
      for (const [index, id] of request.instanceIds.entries()) {
        const token = context.token && `${context.token}-${index}`
        const answer = await driver.doAttachKeyPair({ ...request, instanceIds: [id] }, { ...context, token })
        if (answer.isErr()) return answer
      }
      return ok(allDone(request.instanceIds))
    }),
  }),
  ...killedBy('KP-LIMIT-02', 3, {
    'a call carries one instance more than the limit': ofInstances('doAttachKeyPair', (driver, request, context) => {
      const { instances } = driver.capabilities
      const limit = instances === false ? 0 : instances.change.items
      const { instanceIds } = request
      const more = instanceIds.length === limit ? instanceIds.slice(0, 1) : []
      return driver.doAttachKeyPair({ ...request, instanceIds: [...instanceIds, ...more] }, context)
    }),
  }),
  ...killedBy('KP-LIMIT-03', 3, {
    'calls after a failed call are not sent, and reported as done': inInstances((driver) => {
      let failed = false
      return {
        doAttachKeyPair: async (request, context) => {
          if (failed) return ok(allDone(request.instanceIds))
          const answer = await driver.doAttachKeyPair(request, context)
          failed ||= answer.isErr()
          return answer
        },
      }
    }),
    'one failed call hides the others': batchOf('attach', ({ failed: [first] }, result) =>
      first === undefined ? result : err(deniedLike(first.error)),
    ),
  }),
  ...killedBy('KP-LIMIT-03', 4, {
    'the instances of a failed call are reported as done': takenForDone('doAttachKeyPair', () => true),
  }),
  ...killedBy('KP-LIMIT-06', 3, ({ name, delete: { bytes = Infinity } }) => bytes < Infinity && takesWide(name), {
    'the length of a call is counted in characters': ofDriver('bytesOf', (driver, call, item) =>
      driver.bytesOf(call, 'k'.repeat(item.length)),
    ),
  }),
  ...killedBy('KP-DETACH-08', 3, changesSeveral, {
    'an instance that lost its key pair refuses the detach of all': ofInstances(
      'doDetachKeyPair',
      async (driver, request, context) => {
        const read = { kind: 'exact', instanceIds: request.instanceIds, cursor: undefined } as const
        const page = await driver.doDescribeInstances(read, context)
        const isVacant = page.isOk() && page.value.items.some(({ keyPair }) => keyPair === undefined)
        return isVacant ? err(refusal('conflict', 'not attached')) : driver.doDetachKeyPair(request, context)
      },
    ),
  }),
  ...killedBy('KP-DETACH-01', 4, { 'a detach does nothing, and says that it did': neverSent('doDetachKeyPair') }),
  ...killedBy('KP-DETACH-03', 6, {
    'a detach names another key pair than the one given': ofInstances(
      'doDetachKeyPair',
      async (driver, request, context) => {
        const handles = (await firstPage(driver, context)).items.map(({ id, name }): KeyPairHandle =>
          id === undefined ? { by: 'name', name } : { by: 'id', id },
        )
        const another = handles.find((handle) => JSON.stringify(handle) !== JSON.stringify(request.keyPair))
        return driver.doDetachKeyPair({ ...request, keyPair: another ?? request.keyPair }, context)
      },
    ),
    'a detach removes another key pair than the given one': ofService('detach', (service, keyPair, ids, options) =>
      answering(service.detach(keyPair, ids, options), async (result) => {
        const batch = batchIn(result)
        if (batch === undefined) return result
        for (const { id, error } of batch.failed) {
          const actual = error.code === 'conflict' ? error.details.actual : undefined
          for (const there of await matching(service))
            if (there.name === actual || there.id === actual) await service.detach(there, [id])
        }
        return ok(batchWith(batch.items.map((item) => done(item.id))))
      }),
    ),
    'a detach of another key pair is a success without a change': itemsOf('detach', (item) =>
      item.status === 'failed' ? { ...done(item.id), changed: false } : item,
    ),
  }),
]

function takesWide(name: NameCapabilities): boolean {
  return Buffer.byteLength(widestCharacter(name)) > 1
}

/** Takes an instance that is on its way for one that cannot have a key pair. */
function asUnsupported<F extends ItemFailure>(failure: F): F {
  const isOnItsWay = failure.code === 'instance-state' || failure.code === 'busy'
  return isOnItsWay ? { ...failure, code: 'instance-unsupported', transient: false } : failure
}

function attachThen(call: 'doStartInstances' | 'doRebootInstances'): Fault {
  return ofInstances('doAttachKeyPair', async (driver, request, context) => {
    const answer = await driver.doAttachKeyPair(request, context)
    await powerUnasked(driver, call, request.instanceIds, context)
    return answer
  })
}

function instancesInvented(): Fault {
  return pages('doDescribeInstances', (page, request) => {
    if (request.kind !== 'exact') return page
    const seen = new Set(page.items.map(({ id }) => id))
    const power = page.items[0]?.power ?? 'running'
    const invented = request.instanceIds.filter((id) => !seen.has(id)).map((id) => ({ id, power }))
    return { ...page, items: [...page.items, ...invented] }
  })
}

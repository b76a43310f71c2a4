import { ok } from '@cloud-keypair/core'
import { allDone, batchWith, inEffect, operation, saying } from './answers.js'
import { inInstances, ofService } from './break.js'
import { attachOptions, forgets, itemsOf, neverSent, powerUnasked, beginsAnew, failures } from './changes.js'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'

const stops: Fault['appliesTo'] = ({ instances }) =>
  instances !== false && (instances.restart === 'stop-and-start' || !instances.power.includes('running'))

/** Ways to get restarts and checkpoints wrong. */
export const nowMutants: readonly Mutant[] = [
  ...killedBy('KP-NOW-01', 7, {
    'stopped instances are not started again, and reported as running': when(
      stops,
      inInstances((driver) => {
        const shown = new Set<string>()
        return {
          doStartInstances: async ({ instanceIds }) => {
            for (const id of instanceIds) shown.add(id)
            return ok(allDone(instanceIds))
          },
          doDescribeInstances: async (request, context) =>
            (await driver.doDescribeInstances(request, context)).map((page) => ({
              ...page,
              items: page.items.map((item) => (shown.has(item.id) ? { ...item, power: 'running' } : item)),
            })),
        }
      }),
    ),
    'an instance that was already stopped is started too': inInstances((driver) => {
      const owed = new Set<string>()
      return {
        doStopInstances: (request, context) => {
          for (const id of request.instanceIds) owed.add(id)
          return driver.doStopInstances(request, context)
        },
        doAttachKeyPair: async (request, context) => {
          const answer = await driver.doAttachKeyPair(request, context)
          for (const id of request.instanceIds)
            if (!owed.has(id)) await powerUnasked(driver, 'doStartInstances', [id], context)
          return answer
        },
      }
    }),
    'a change that waits for a restart is reported as in effect': ofService(
      'attach',
      (service, keyPair, ids, { signal } = {}) =>
        service.attach(keyPair, ids, { signal }).map(({ items }) => batchWith(items.map(inEffect))),
    ),
  }),
  ...killedBy('KP-NOW-02', 7, {
    'maxUnavailable is ignored': attachOptions((options, ids) => ({ ...options, maxUnavailable: ids.length })),
  }),
  ...killedBy('KP-NOW-03', 7, {
    'a refused attach leaves the instance stopped': inInstances((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        const token = context.token && `${context.token}-stop`
        if (answer.isErr()) await driver.doStopInstances({ ...request, force: false }, { ...context, token })
        return answer
      },
      doStartInstances: async ({ instanceIds }) => ok(allDone(instanceIds)),
    })),
  }),
  ...killedBy('KP-NOW-04', 7, stops, { 'what was left stopped is not named': itemsOf('attach', (item) => item) }),
  ...killedBy('KP-NOW-05', 8, stops, { 'a start is said to be made that never was': neverSent('doStartInstances') }),
  ...killedBy('KP-NOW-06', 7, { 'a check is not asked': forgets('attach', 'check') }),
  ...killedBy('KP-NOW-07', 7, {
    'checkpoints are saved only at the end': ofService(
      'attach',
      (service, keyPair, ids, { onCheckpoint = noCheckpoint, ...options } = {}) =>
        operation(async () => {
          const kept: Parameters<typeof onCheckpoint>[] = []
          const keep: typeof onCheckpoint = async (...checkpoint) => void kept.push(checkpoint)
          const result = await service.attach(keyPair, ids, { ...options, onCheckpoint: keep })
          for (const checkpoint of kept) await onCheckpoint(...checkpoint)
          return result
        }),
    ),
    'a checkpoint is not awaited': attachOptions(({ onCheckpoint = noCheckpoint, ...options }) => ({
      ...options,
      onCheckpoint: async (...checkpoint) => void onCheckpoint(...checkpoint).catch(() => {}),
    })),
  }),
  ...killedBy('KP-NOW-08', 7, stops, { 'a checkpoint is not heeded': beginsAnew }),
  ...killedBy('KP-NOW-09', 7, { 'a checkpoint of another key pair is taken': beginsAnew }),
  ...killedBy('KP-NOW-10', 7, {
    'a check that is cut off is taken for an approval': attachOptions(({ check, signal, ...options }) => ({
      ...options,
      ...(check === undefined
        ? { signal }
        : { check: async (id, own) => Promise.race([check(id, own), whenAborted(signal)]) }),
    })),
  }),
  ...killedBy('KP-NOW-11', 7, {
    'an instance is stopped by force unasked': inInstances((driver) => ({
      doStopInstances: (request, context) => driver.doStopInstances({ ...request, force: true }, context),
      doRebootInstances: (request, context) => driver.doRebootInstances({ ...request, force: true }, context),
    })),
  }),
  ...killedBy('KP-NOW-13', 7, {
    'a resume may leave out instances in progress': attachOptions(({ resume, ...options }, ids) => {
      const instances = resume?.instances.filter(({ id }) => ids.includes(id)) ?? []
      return { ...options, ...(resume && { resume: { ...resume, instances } }) }
    }),
  }),
  ...killedBy('KP-NOW-14', 7, {
    'a checkpoint that could not be saved is ignored': attachOptions(({ onCheckpoint = noCheckpoint, ...options }) => ({
      ...options,
      onCheckpoint: (...checkpoint) => onCheckpoint(...checkpoint).catch(() => {}),
    })),
  }),
  ...killedBy('KP-EVENT-02', 12, {
    'progress is not reported': forgets('attach', 'onProgress'),
  }),

  ...killedBy('KP-NOW-17', 4, {
    'an unanswered stop is reported as refused': when(
      stops,
      failures('doStopInstances', (failure) => ({ ...failure, outcome: 'none', transient: false })),
    ),
  }),
  ...killedBy('KP-NOW-18', 12, {
    'a start without stock is reported as a time-out': when(
      stops,
      itemsOf('attach', (item) =>
        item.status !== 'succeeded' && item.error.code === 'capacity'
          ? { ...item, error: saying(item.error, { code: 'timeout', details: {} }) }
          : item,
      ),
    ),
  }),
]

const noCheckpoint = async (): Promise<void> => {}

function whenAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve())
  })
}

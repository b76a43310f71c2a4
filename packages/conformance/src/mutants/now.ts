import { type Checkpoint, err, type InstanceItem, ok } from '@cloud-keypair/core'
import {
  allDone,
  answering,
  batchIn,
  batchWith,
  incompleteWith,
  inInstanceDriver,
  inService,
  operation,
  powerUnasked,
  withInstances,
} from './break.js'
import type { Mutant } from './mutant.js'

const stops: Mutant['appliesTo'] = ({ instances }) =>
  instances !== false && (instances.restart === 'stop-and-start' || !instances.power.includes('running'))

/** Ways to get restarts, checkpoints, rotations and plans wrong. */
export const nowMutants: readonly Mutant[] = [
  {
    name: 'what was stopped is not started again, and shown as running',
    breaks: 7,
    killedBy: 'KP-NOW-01',
    appliesTo: stops,
    driver: inInstanceDriver((driver) => {
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
  },
  {
    name: 'an instance that was stopped before is started with the others',
    breaks: 7,
    killedBy: 'KP-NOW-01',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => {
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
  },
  {
    name: 'a change is said to be in effect that waits for a restart',
    breaks: 7,
    killedBy: 'KP-NOW-01',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        service
          .attach(keyPair, ids, { signal: options?.signal })
          .map((batch) => ({ ...batch, ...batchWith(batch.items.map(inEffect)) })),
    })),
  },
  {
    name: 'maxUnavailable is not heeded',
    breaks: 7,
    killedBy: 'KP-NOW-02',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, options) => service.attach(keyPair, ids, { ...options, maxUnavailable: ids.length }),
    })),
  },
  {
    name: 'a refused attach leaves the instance stopped',
    breaks: 7,
    killedBy: 'KP-NOW-03',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        if (answer.isErr())
          await driver.doStopInstances(
            { ...request, force: false },
            { ...context, token: context.token && `${context.token}-stop` },
          )
        return answer
      },
      doStartInstances: async ({ instanceIds }) => ok(allDone(instanceIds)),
    })),
  },
  {
    name: 'what was left stopped is not named',
    breaks: 7,
    killedBy: 'KP-NOW-04',
    appliesTo: stops,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          if (batch === undefined || result.isOk()) return result
          return err(incompleteWith(result.error, batchWith(batch.items)))
        }),
    })),
  },
  {
    name: 'an instance is taken down by force unasked',
    breaks: 7,
    killedBy: 'KP-NOW-11',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doStopInstances: (request, context) => driver.doStopInstances({ ...request, force: true }, context),
      doRebootInstances: (request, context) => driver.doRebootInstances({ ...request, force: true }, context),
    })),
  },
  {
    name: 'a start is said to be made that never was',
    breaks: 8,
    killedBy: 'KP-NOW-05',
    appliesTo: stops,
    driver: inInstanceDriver(() => ({ doStartInstances: async ({ instanceIds }) => ok(allDone(instanceIds)) })),
  },
  {
    name: 'a check is not asked',
    breaks: 7,
    killedBy: 'KP-NOW-06',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { check: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
  {
    name: 'checkpoints are kept when all is over',
    breaks: 7,
    killedBy: 'KP-NOW-07',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { onCheckpoint = noCheckpoint, ...options } = {}) =>
        operation(async () => {
          const checkpoints: Checkpoint[] = []
          const keep = async (checkpoint: Checkpoint): Promise<void> => void checkpoints.push(checkpoint)
          const result = await service.attach(keyPair, ids, { ...options, onCheckpoint: keep })
          for (const checkpoint of checkpoints) await onCheckpoint(checkpoint)
          return result
        }),
    })),
  },
  {
    name: 'a checkpoint is not waited for',
    breaks: 7,
    killedBy: 'KP-NOW-07',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { onCheckpoint = noCheckpoint, ...options } = {}) => {
        const passOn = async (checkpoint: Checkpoint): Promise<void> => void onCheckpoint(checkpoint).catch(() => {})
        return service.attach(keyPair, ids, { ...options, onCheckpoint: passOn })
      },
    })),
  },
  {
    name: 'a checkpoint is not heeded',
    breaks: 7,
    killedBy: 'KP-NOW-08',
    appliesTo: stops,
    service: inService((service) => ({
      attach: (keyPair, ids, { resume: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
  {
    name: 'a checkpoint of another key pair is taken',
    breaks: 7,
    killedBy: 'KP-NOW-09',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { resume: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
  {
    name: 'a check that is cut off is taken for an approval',
    breaks: 7,
    killedBy: 'KP-NOW-10',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { check, signal, ...options } = {}) =>
        service.attach(keyPair, ids, {
          ...options,
          ...(check === undefined
            ? { signal }
            : { check: async (id, own) => Promise.race([check(id, own), whenAborted(signal)]) }),
        }),
    })),
  },
  {
    name: 'a checkpoint that could not be saved is passed over',
    breaks: 7,
    killedBy: 'KP-NOW-14',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { onCheckpoint = noCheckpoint, ...options } = {}) => {
        const tryTo = (checkpoint: Checkpoint): Promise<void> => onCheckpoint(checkpoint).catch(() => {})
        return service.attach(keyPair, ids, { ...options, onCheckpoint: tryTo })
      },
    })),
  },
  {
    name: 'a resume may leave out instances that were begun with',
    breaks: 7,
    killedBy: 'KP-NOW-13',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { resume, ...options } = {}) => {
        const instances = resume?.instances.filter(({ id }) => ids.includes(id)) ?? []
        return service.attach(keyPair, ids, { ...options, ...(resume && { resume: { ...resume, instances } }) })
      },
    })),
  },
  {
    name: 'no progress is told to who asked for it',
    breaks: 12,
    killedBy: 'KP-EVENT-02',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { onProgress: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
]

function whenAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve())
  })
}

const noCheckpoint = async (): Promise<void> => {}

function inEffect(item: InstanceItem): InstanceItem {
  return item.status === 'succeeded' ? { ...item, effect: 'now' } : item
}

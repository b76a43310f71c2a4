import {
  collect,
  err,
  type InstanceBatch,
  keyPairError,
  type KeyPairError,
  ok,
  type Result,
  type Rotation,
} from '@cloud-keypair/core'
import { allDone, answering, deniedLike, inInstanceDriver, inService, operation, withInstances } from './break.js'
import type { Mutant } from './mutant.js'

/** Rotations that lock out, or end too early or too late. */
export const rotatingMutants: readonly Mutant[] = [
  {
    name: 'an attach is said to be done that was never made, and the guest keeps its key',
    breaks: 4,
    killedBy: 'KP-ROTATE-01',
    appliesTo: withInstances,
    driver: inInstanceDriver(() => ({ doAttachKeyPair: async ({ instanceIds }) => ok(allDone(instanceIds)) })),
  },
  {
    name: 'a rotation keeps the key that its check rejected',
    breaks: 7,
    killedBy: 'KP-ROTATE-02',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, { check, ...options }) =>
        service.rotate(replaced, {
          ...options,
          check: async (id, signal) => check?.(id, signal).catch(() => {}),
        }),
    })),
  },
  {
    name: 'a rotation removes the replaced key pair while a guest goes by it',
    breaks: 7,
    killedBy: 'KP-ROTATE-03',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, options) =>
        service.rotate(replaced, options).andThen((rotation) =>
          operation(async () => {
            await service.delete(replaced)
            return ok({ ...rotation, removed: true })
          }),
        ),
    })),
  },
  {
    name: 'a rotation that could not remove the replaced key pair says that nothing was changed',
    breaks: 4,
    killedBy: 'KP-ROTATE-05',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, options) =>
        service.rotate(replaced, options).mapErr((error) => {
          const { code, message, provider, operation: made } = error
          return code === 'permission-denied'
            ? keyPairError({ code, message, outcome: 'none', retry: 'never', provider, operation: made, details: {} })
            : error
        }),
    })),
  },
  {
    name: 'a rotation changes several at once before one has been tried',
    breaks: 7,
    killedBy: 'KP-ROTATE-01',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, { name, publicKey = '', maxUnavailable, check }) =>
        operation(async (): Promise<Result<Rotation, KeyPairError<InstanceBatch>>> => {
          const keyPair = await service.ensure({ name, publicKey })
          if (keyPair.isErr()) return err(deniedLike(keyPair.error))
          const users = (await collect(service.usages(replaced), { max: 100 })).unwrapOr([])
          const ids = users.map(({ instanceId }) => instanceId)
          const batch = await service.attach(keyPair.value, ids, { takeEffect: 'now', maxUnavailable, check })
          if (batch.isErr()) return err(batch.error)
          const found = await service.get(replaced)
          const removed = await service.delete(replaced)
          return ok({
            keyPair: keyPair.value,
            ...(found.isOk() && { replaced: found.value }),
            removed: removed.isOk(),
            pendingRestart: [],
            batch: batch.value,
            notLookedAt: ['launch templates', 'scaling groups'] as const,
          })
        }),
    })),
  },
  {
    name: 'a rotation goes on though the first instance failed',
    breaks: 7,
    killedBy: 'KP-ROTATE-04',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, options) =>
        answering(service.rotate(replaced, options), async (result) => {
          const next = (await collect(service.list({ namePattern: options.name }), { max: 1 })).unwrapOr([])[0]
          if (result.isErr() && result.error.code === 'incomplete' && next !== undefined) {
            const rest = result.error.details.batch.items.slice(1).map(({ id }) => id)
            await service.attach(next, rest, { takeEffect: 'now' })
          }
          return result
        }),
    })),
  },
  {
    name: 'a rotation that is run again takes everybody for restarted',
    breaks: 7,
    killedBy: 'KP-ROTATE-06',
    appliesTo: (capabilities, { comparable }) => withInstances(capabilities) && comparable !== false,
    service: inService((service) => {
      let runs = 0
      return {
        rotate: (replaced, options) =>
          answering(service.rotate(replaced, options), async (result) => {
            runs += 1
            if (runs === 1 || result.isErr()) return result
            await service.delete(replaced)
            return ok({ ...result.value, removed: true, pendingRestart: [] })
          }),
      }
    }),
  },
  {
    name: 'the tags of a rotation are dropped',
    breaks: 4,
    killedBy: 'KP-ROTATE-07',
    appliesTo: (capabilities) => withInstances(capabilities) && capabilities.tags !== 'none',
    service: inService((service) => ({
      rotate: (replaced, { tags: _, ...options }) => service.rotate(replaced, options),
    })),
  },
  {
    name: 'a rotation begins anew where the checkpoint is that of another',
    breaks: 7,
    killedBy: 'KP-ROTATE-08',
    appliesTo: withInstances,
    service: inService((service) => ({
      rotate: (replaced, { resume, ...options }) =>
        service
          .rotate(replaced, { ...options, resume })
          .orElse((error) => (error.code === 'conflict' ? service.rotate(replaced, options) : err(error))),
    })),
  },
]

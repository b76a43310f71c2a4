import {
  collect,
  err,
  type InstanceBatch,
  type KeyPairError,
  ok,
  type Result,
  type Rotation,
} from '@cloud-keypair/core'
import { keyPairError } from '@cloud-keypair/core/driver'
import { answering, deniedLike, matching, operation } from './answers.js'
import { inService, ofService } from './break.js'
import { forgets, neverSent } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Rotations that lock out, or end too early or too late. */
export const rotatingMutants: readonly Mutant[] = [
  ...killedBy('KP-ROTATE-01', 4, {
    'an attach that was never made is reported as done': neverSent('doAttachKeyPair'),
  }),
  ...killedBy('KP-ROTATE-01', 7, {
    'a rotation changes several instances before one succeeded': ofService(
      'rotate',
      (service, replaced, { name, publicKey = '', maxUnavailable, check }) =>
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
    ),
  }),
  ...killedBy('KP-ROTATE-02', 7, {
    'a rotation keeps the key of a rejected check': ofService('rotate', (service, replaced, { check, ...options }) =>
      service.rotate(replaced, { ...options, check: async (id, signal) => check?.(id, signal).catch(() => {}) }),
    ),
  }),
  ...killedBy('KP-ROTATE-03', 7, {
    'a rotation deletes the replaced key pair while a guest accepts it': ofService(
      'rotate',
      (service, replaced, options) =>
        answering(service.rotate(replaced, options), async (result) => {
          if (result.isOk()) await service.delete(replaced)
          return result.map((rotation) => ({ ...rotation, removed: true }))
        }),
    ),
  }),
  ...killedBy('KP-ROTATE-04', 7, {
    'a rotation continues although the first instance failed': ofService('rotate', (service, replaced, options) =>
      answering(service.rotate(replaced, options), async (result) => {
        const [next] = await matching(service, options.name)
        if (result.isErr() && result.error.code === 'incomplete' && next !== undefined) {
          const rest = result.error.details.batch.items.slice(1).map(({ id }) => id)
          await service.attach(next, rest, { takeEffect: 'now' })
        }
        return result
      }),
    ),
  }),
  ...killedBy('KP-ROTATE-05', 4, {
    'a rotation that could not delete the replaced key pair has outcome none': ofService(
      'rotate',
      (service, replaced, options) =>
        service.rotate(replaced, options).mapErr((error) => {
          const { code, message, provider, operation: made } = error
          return code === 'permission-denied'
            ? keyPairError({ code, message, outcome: 'none', retry: 'never', provider, operation: made, details: {} })
            : error
        }),
    ),
  }),
  ...killedBy('KP-ROTATE-06', 7, (_, { comparable }) => comparable !== false, {
    'a repeated rotation takes all instances for restarted': inService((service) => {
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
  }),
  ...killedBy('KP-ROTATE-07', 4, ({ tags }) => tags !== 'none', {
    'the tags of a rotation are dropped': forgets('rotate', 'tags'),
  }),
  ...killedBy('KP-ROTATE-08', 7, {
    'a rotation starts anew if the checkpoint is of another rotation': ofService(
      'rotate',
      (service, replaced, { resume, ...options }) =>
        service
          .rotate(replaced, { ...options, resume })
          .orElse((error) => (error.code === 'conflict' ? service.rotate(replaced, options) : err(error))),
    ),
  }),
]

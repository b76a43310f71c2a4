import { err, ok } from '@cloud-keypair/core'
import {
  answering,
  batchIn,
  batchWith,
  incompleteWith,
  inDriver,
  inFailedAttach,
  inInstanceDriver,
  inService,
  inStore,
  operation,
  saying,
  withInstances,
} from './break.js'
import { everyKeyPair } from './keeping.js'
import type { Mutant } from './mutant.js'

const withTokens: Mutant['appliesTo'] = ({ idempotencyToken, instances }) => idempotencyToken && instances !== false

/** Ways to answer a fault of the cloud or of the network with another. */
export const faultMutants: readonly Mutant[] = [
  {
    name: 'a repeated call comes without its token',
    breaks: 4,
    killedBy: 'KP-FAULT-05',
    appliesTo: withTokens,
    driver: inInstanceDriver((driver) => {
      const sent = new Set<string>()
      return {
        doAttachKeyPair: (request, context) => {
          const token = sent.has(context.token) ? '' : context.token
          sent.add(context.token)
          return driver.doAttachKeyPair(request, { ...context, token })
        },
      }
    }),
  },
  {
    name: 'a repeated call comes with a new token',
    breaks: 4,
    killedBy: 'KP-FAULT-05',
    appliesTo: withTokens,
    driver: inInstanceDriver((driver) => {
      let calls = 0
      return {
        doAttachKeyPair: (request, context) => {
          calls += 1
          return driver.doAttachKeyPair(request, { ...context, token: `${context.token}-${calls}` })
        },
      }
    }),
  },
  {
    name: 'a call after a refusal comes with the token that was refused',
    breaks: 4,
    killedBy: 'KP-FAULT-05',
    appliesTo: withTokens,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: (request, context) => driver.doAttachKeyPair(request, { ...context, token: 'one-for-all' }),
    })),
  },
  {
    name: 'a refusal for good is tried again',
    breaks: 8,
    killedBy: 'KP-FAULT-10',
    appliesTo: withInstances,
    driver: inFailedAttach((failure) => ({ ...failure, transient: true })),
  },
  {
    name: "the cloud's hint how long to wait is ignored",
    breaks: 8,
    killedBy: 'KP-BOUND-02',
    appliesTo: withInstances,
    driver: inFailedAttach(({ retryAfterMs: _, ...failure }) => failure),
  },
  {
    name: 'a throttled call is tried again without end',
    breaks: 8,
    killedBy: 'KP-BOUND-01',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        let answer = await driver.doAttachKeyPair(request, context)
        for (let again = 0; again < 50 && answer.isErr(); again += 1)
          answer = await driver.doAttachKeyPair(request, context)
        return answer
      },
    })),
  },
  {
    name: 'a read that failed for a transient reason is not tried again',
    breaks: 4,
    killedBy: 'KP-FAULT-09',
    appliesTo: withInstances,
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) =>
        (await driver.doDescribeInstances(request, context)).mapErr((failure) => ({ ...failure, transient: false })),
    })),
  },
  {
    name: 'a read that failed is an empty one',
    breaks: 4,
    killedBy: 'KP-FAULT-09',
    appliesTo: withInstances,
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) =>
        (await driver.doDescribeInstances(request, context)).orElse(() => ok({ items: [] })),
    })),
  },
  {
    name: 'a list that failed is an empty one',
    breaks: 4,
    killedBy: 'KP-LIST-03',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).orElse(() => ok({ items: [] })),
    })),
  },
  {
    name: 'the signal of a call is ignored by the service',
    breaks: 8,
    killedBy: 'KP-BOUND-10',
    service: inStore((service) => ({
      get: (keyPair, { signal: _, ...options } = {}) => service.get(keyPair, options),
      delete: (keyPair, { signal: _, ...options } = {}) => service.delete(keyPair, options),
    })),
  },
  {
    name: 'the signal of an attach is ignored by the service',
    breaks: 8,
    killedBy: 'KP-BOUND-03',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { signal: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
  {
    name: 'the signal of a request is ignored by the driver',
    breaks: 8,
    killedBy: 'KP-DRIVER-03',
    driver: inDriver((driver) => ({
      doImportKeyPair: (request, context) =>
        driver.doImportKeyPair(request, { ...context, signal: new AbortController().signal }),
    })),
  },
  {
    name: 'the calls of a batch are all made at once',
    breaks: 8,
    killedBy: 'KP-BOUND-11',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        operation(async () => {
          const half = Math.ceil(ids.length / 2)
          const parts = [ids.slice(0, half), ids.slice(half)].filter(({ length }) => length > 0)
          const results = await Promise.all(parts.map((part) => service.attach(keyPair, part, options)))
          return ok(batchWith(results.flatMap((result) => batchIn(result)?.items ?? [])))
        }),
    })),
  },
  {
    name: 'a deadline is ignored',
    breaks: 8,
    killedBy: 'KP-BOUND-05',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, { deadlineMs: _, ...options } = {}) => service.attach(keyPair, ids, options),
    })),
  },
  {
    name: 'what the vendor said is lost',
    breaks: 12,
    killedBy: 'KP-DRIVER-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).mapErr(({ vendor: _, ...failure }) => failure),
    })),
  },
  {
    name: 'the request id is lost',
    breaks: 12,
    killedBy: 'KP-DRIVER-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).mapErr((failure) => {
          const { requestId: _, ...vendor } = failure.vendor ?? {}
          return { ...failure, vendor }
        }),
    })),
  },
  {
    name: 'a throttled call is not a transient failure',
    breaks: 4,
    killedBy: 'KP-DRIVER-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).mapErr((failure) => ({ ...failure, transient: false })),
    })),
  },
  {
    name: 'the action of a request is not told',
    breaks: 12,
    killedBy: 'KP-DRIVER-05',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: (request, context) => driver.doDescribeKeyPairs(request, { ...context, trace: () => {} }),
    })),
  },
  {
    name: 'whether to try again is said the wrong way round',
    breaks: 4,
    killedBy: 'KP-FAULT-10',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          if (batch === undefined || result.isOk()) return result
          const items = batch.items.map((item) =>
            item.status === 'succeeded'
              ? item
              : { ...item, error: saying(item.error, { retry: item.error.retry === 'never' ? 'safe' : 'never' }) },
          )
          return err(incompleteWith(result.error, batchWith(items)))
        }),
    })),
  },
  {
    name: 'a call that was not answered is said not to have been sent',
    breaks: 4,
    killedBy: 'KP-DRIVER-02',
    driver: inDriver((driver) => ({
      doImportKeyPair: async (request, context) =>
        (await driver.doImportKeyPair(request, context)).mapErr((failure) => ({ ...failure, outcome: 'none' })),
    })),
  },
  {
    name: 'an instance of unknown outcome is said to have failed',
    breaks: 4,
    killedBy: 'KP-BOUND-07',
    appliesTo: withInstances,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          if (batch === undefined || result.isOk()) return result
          const items = batch.items.map((item) =>
            item.status === 'unknown'
              ? ({ id: item.id, status: 'failed', error: saying(item.error, { outcome: 'none' }) } as const)
              : item,
          )
          return err(incompleteWith(result.error, batchWith(items)))
        }),
    })),
  },
  {
    name: 'an unanswered attach is taken for done',
    breaks: 4,
    killedBy: 'KP-BOUND-07',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        if (answer.isOk() || answer.error.outcome === 'none') return answer
        return ok(request.instanceIds.map((id) => ({ id, ok: true })))
      },
    })),
  },
  {
    name: 'an unanswered detach is taken for done',
    breaks: 4,
    killedBy: 'KP-FAULT-02',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doDetachKeyPair: async (request, context) => {
        const answer = await driver.doDetachKeyPair(request, context)
        if (answer.isOk() || answer.error.outcome === 'none') return answer
        return ok(request.instanceIds.map((id) => ({ id, ok: true })))
      },
    })),
  },
  {
    name: 'an unanswered delete is taken for done',
    breaks: 4,
    killedBy: 'KP-FAULT-04',
    driver: inDriver((driver) => ({
      doDeleteKeyPairs: async (keyPairs, context) => {
        const answer = await driver.doDeleteKeyPairs(keyPairs, context)
        if (answer.isOk() || answer.error.outcome === 'none') return answer
        return ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true })))
      },
    })),
  },
  {
    name: 'a failed item of a call is taken for done',
    breaks: 4,
    killedBy: 'KP-FAULT-07',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        const refusedItems = answer.isErr() && answer.error.scope === 'items'
        return answer.isOk() || refusedItems ? ok(request.instanceIds.map((id) => ({ id, ok: true }))) : answer
      },
    })),
  },
  {
    name: 'two lists are read where one was asked for',
    breaks: 12,
    killedBy: 'KP-DRIVER-06',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) => {
        await driver.doDescribeKeyPairs({ ...everyKeyPair, pageSize: driver.capabilities.pageSize }, context)
        return driver.doDescribeKeyPairs(request, context)
      },
    })),
  },
]

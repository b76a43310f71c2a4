import { err, ok, type PowerState, Result } from '@cloud-keypair/core'
import { type CallFailure, type ItemFailure, type ItemVerdict, refusal } from '@cloud-keypair/core/driver'
import { allDeleted, allDone, firstPage, saying } from './answers.js'
import { inInstances, inStore, ofDriver, ofInstances, withInstances } from './break.js'
import { emptyIfFailed, failures, forgets, itemsOf, takenForDone, unanswered, pages } from './changes.js'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'

const withTokens: Fault['appliesTo'] = ({ idempotencyToken }) => idempotencyToken

const judgesPower: Fault['appliesTo'] = ({ instances }) =>
  instances !== false && instances.perItemVerdicts && instances.powerChange.items > 1

const unknownAsFailed: Fault = itemsOf('attach', (item) =>
  item.status === 'unknown' ? { id: item.id, status: 'failed', error: saying(item.error, { outcome: 'none' }) } : item,
)

/** Ways to answer a fault of the cloud or of the network with another. */
export const faultMutants: readonly Mutant[] = [
  ...killedBy('KP-FAULT-05', 4, withTokens, {
    'a repeated call comes without its token': inInstances((driver) => {
      const sent = new Set<string>()
      return {
        doAttachKeyPair: (request, context) => {
          const token = sent.has(context.token) ? '' : context.token
          sent.add(context.token)
          return driver.doAttachKeyPair(request, { ...context, token })
        },
      }
    }),
    'a repeated call comes with a new token': inInstances((driver) => {
      let calls = 0
      return {
        doAttachKeyPair: (request, context) => {
          calls += 1
          return driver.doAttachKeyPair(request, { ...context, token: `${context.token}-${calls}` })
        },
      }
    }),
    'a call after a refusal comes with the refused token': ofInstances('doAttachKeyPair', (driver, request, context) =>
      driver.doAttachKeyPair(request, { ...context, token: 'one-for-all' }),
    ),
  }),
  ...killedBy('KP-FAULT-16', 4, {
    'a read with a malformed answer is not retried': ofDriver('doDescribeKeyPairs', async (driver, request, context) =>
      (await driver.doDescribeKeyPairs(request, context)).mapErr((failure) =>
        failure.code === 'invalid-response' ? { ...failure, transient: false } : failure,
      ),
    ),
  }),
  ...killedBy('KP-FAULT-17', 4, {
    'a call whose session has ended is not made again': ofDriver(
      'doDescribeKeyPairs',
      async (driver, request, context) => {
        let sent = 0
        const trace: typeof context.trace = (entry) => {
          if (entry.requestId !== undefined) sent += 1
          context.trace(entry)
        }
        const answer = await driver.doDescribeKeyPairs(request, { ...context, trace })
        return sent > 1 ? err(refusal('unauthenticated', 'the session has ended')) : answer
      },
    ),
  }),
  ...killedBy('KP-FAULT-10', 8, {
    'a permanent refusal is retried': failures('doAttachKeyPair', (failure) => ({ ...failure, transient: true })),
  }),
  ...killedBy('KP-FAULT-10', 4, {
    '`retry` is inverted': itemsOf('attach', (item) =>
      item.status === 'succeeded'
        ? item
        : { ...item, error: saying(item.error, { retry: item.error.retry === 'never' ? 'safe' : 'never' }) },
    ),
  }),
  ...killedBy('KP-BOUND-02', 8, {
    "the cloud's hint how long to wait is ignored": failures(
      'doAttachKeyPair',
      ({ retryAfterMs: _, ...failure }) => failure,
    ),
  }),
  ...killedBy('KP-BOUND-01', 8, {
    'a throttled call is retried without end': ofInstances('doAttachKeyPair', async (driver, request, context) => {
      let answer = await driver.doAttachKeyPair(request, context)
      for (let again = 0; again < 50 && answer.isErr(); again += 1)
        answer = await driver.doAttachKeyPair(request, context)
      return answer
    }),
  }),
  ...killedBy('KP-FAULT-09', 4, withInstances, {
    'a read that failed for a transient reason is not retried': failures('doDescribeInstances', (failure) => ({
      ...failure,
      transient: false,
    })),
    'a failed read is an empty one': emptyIfFailed('doDescribeInstances'),
  }),
  ...killedBy('KP-BOUND-10', 8, {
    'the signal of a call is ignored by the service': inStore((service) => ({
      get: (keyPair, { signal: _, ...options } = {}) => service.get(keyPair, options),
      delete: (keyPair, { signal: _, ...options } = {}) => service.delete(keyPair, options),
    })),
  }),
  ...killedBy('KP-BOUND-03', 8, {
    'the signal of an attach is ignored by the service': forgets('attach', 'signal'),
  }),
  ...killedBy('KP-DRIVER-03', 8, {
    'the signal of a request is ignored by the driver': ofDriver('doImportKeyPair', (driver, request, context) =>
      driver.doImportKeyPair(request, { ...context, signal: new AbortController().signal }),
    ),
  }),
  ...killedBy('KP-BOUND-11', 8, {
    // Three calls and no more: a transport that queues requests would hold the virtual clock.
    'the instances of a batch are sent in three calls at once': ofInstances(
      'doAttachKeyPair',
      async (driver, request, context) => {
        const { instanceIds } = request
        const parts = [0, 1, 2].map((part) => instanceIds.filter((_, index) => index % 3 === part))
        const answers = parts
          .filter((part) => part.length > 0)
          .map((part, index) =>
            driver.doAttachKeyPair(
              { ...request, instanceIds: part },
              { ...context, token: `${context.token.slice(0, 50)}-${index}` },
            ),
          )
        return Result.combine(await Promise.all(answers)).map((verdicts) => verdicts.flat())
      },
    ),
  }),
  ...killedBy('KP-BOUND-05', 8, {
    'a deadline is ignored': forgets('attach', 'deadlineMs'),
  }),
  ...killedBy('KP-BOUND-07', 4, {
    'an instance of unknown outcome is reported as failed': unknownAsFailed,
    'an unanswered attach is taken for done': takenForDone('doAttachKeyPair', unanswered),
  }),
  ...killedBy('KP-FAULT-02', 4, {
    'an unanswered detach is taken for done': takenForDone('doDetachKeyPair', unanswered),
  }),
  // Of a cloud that does not confirm a delete, core reads the key pairs again: a false success changes nothing.
  ...killedBy('KP-FAULT-04', 4, ({ delete: { confirms } }) => confirms, {
    'an unanswered delete is taken for done': ofDriver('doDeleteKeyPairs', async (driver, keyPairs, context) => {
      const answer = await driver.doDeleteKeyPairs(keyPairs, context)
      return unanswered(answer) ? ok(allDeleted(keyPairs)) : answer
    }),
  }),
  ...killedBy('KP-FAULT-07', 4, {
    'a failed item of a call is taken for done': takenForDone(
      'doAttachKeyPair',
      (answer) => answer.isOk() || answer.error.scope === 'items',
    ),
  }),
  ...killedBy('KP-DRIVER-01', 12, {
    'the message of the vendor is lost': failures('doDescribeKeyPairs', ({ vendor: _, ...failure }) => failure),
    'the request id is lost': failures(
      'doDescribeKeyPairs',
      ({ vendor: { requestId: _, ...vendor } = {}, ...failure }) => ({ ...failure, vendor }),
    ),
  }),
  ...killedBy('KP-DRIVER-01', 4, {
    'a throttled call is not a transient failure': failures('doDescribeKeyPairs', (failure) => ({
      ...failure,
      transient: false,
    })),
  }),
  ...killedBy('KP-DRIVER-02', 4, {
    'an unanswered call is reported as not sent': failures('doImportKeyPair', (failure) => ({
      ...failure,
      outcome: 'none',
    })),
  }),
  ...killedBy('KP-DRIVER-05', 12, {
    'the action of a request is missing': ofDriver('doDescribeKeyPairs', (driver, request, context) =>
      driver.doDescribeKeyPairs(request, { ...context, trace: () => {} }),
    ),
  }),
  ...killedBy('KP-DRIVER-06', 12, {
    'two lists are read in place of one': ofDriver('doDescribeKeyPairs', async (driver, request, context) => {
      await firstPage(driver, context)
      return driver.doDescribeKeyPairs(request, context)
    }),
  }),

  ...killedBy('KP-DRIVER-07', 4, {
    'an item of an internal error of the cloud has outcome none': ofInstances(
      'doAttachKeyPair',
      async (driver, request, context) => failingAs(notDone, await driver.doAttachKeyPair(request, context)),
    ),
    'a change of tags at which the cloud failed has outcome none': when(
      (_, { judgesTags = false }) => judgesTags,
      ofDriver('doUpdateKeyPair', async (driver, request, context) =>
        (await driver.doUpdateKeyPair(request, context)).mapErr((failure) => ({
          ...failure,
          outcome: 'none' as const,
        })),
      ),
    ),
  }),
  ...killedBy('KP-DRIVER-08', 12, {
    'a start without stock is a time-out': ofInstances('doStartInstances', async (driver, request, context) =>
      failingAs(tooLate, await driver.doStartInstances(request, context)),
    ),
  }),
  ...killedBy('KP-DRIVER-09', 12, {
    'the creation time of a key pair is lost': when(
      (_, { dated = true }) => dated,
      pages('doDescribeKeyPairs', (page) => ({
        ...page,
        items: page.items.map(({ createdAt: _, ...keyPair }) => keyPair),
      })),
    ),
    'the creation time of a key pair is told as that of its latest change': when(
      (_, { datesChanges = false }) => datesChanges,
      pages('doDescribeKeyPairs', (page) => ({
        ...page,
        items: page.items.map((keyPair) => ({
          ...keyPair,
          ...(keyPair.createdAt && { updatedAt: keyPair.createdAt }),
        })),
      })),
    ),
  }),
  ...killedBy('KP-DRIVER-10', 7, {
    'a stop gives the capacity of an instance back': inInstances((driver) => {
      const stopped = new Set<string>()
      return {
        doStopInstances: (request, context) => {
          for (const id of request.instanceIds) stopped.add(id)
          return driver.doStopInstances(request, context)
        },
        doStartInstances: async (request, context) => {
          const failure = { code: 'capacity', message: 'sold out', transient: false } as const
          return request.instanceIds.some((id) => stopped.has(id))
            ? ok(request.instanceIds.map((id) => ({ id, ok: false, failure })))
            : driver.doStartInstances(request, context)
        },
      }
    }),
  }),
  ...killedBy('KP-DRIVER-11', 7, (capabilities, facts) => withInstances(capabilities) && facts.powerAtOnce !== true, {
    'an instance that is rebooted or started is shown as running': shownPower({
      rebooting: 'running',
      starting: 'running',
    }),
    'an instance that is being stopped is shown as stopped': shownPower({ stopping: 'stopped' }),
  }),
  ...killedBy('KP-DRIVER-12', 4, withTokens, {
    'a change of power comes without its token': inInstances((driver) => ({
      doStopInstances: (request, context) => driver.doStopInstances(request, { ...context, token: '' }),
      doStartInstances: (request, context) => driver.doStartInstances(request, { ...context, token: '' }),
      doRebootInstances: (request, context) => driver.doRebootInstances(request, { ...context, token: '' }),
    })),
    'a delete comes without its token': ofDriver('doDeleteKeyPairs', (driver, keyPairs, context) =>
      driver.doDeleteKeyPairs(keyPairs, { ...context, token: '' }),
    ),
  }),
  ...killedBy('KP-DRIVER-13', 7, {
    'a stop that is to be forced asks the guest': ofInstances('doStopInstances', (driver, request, context) =>
      driver.doStopInstances({ ...request, force: false }, context),
    ),
    'every stop is by force': ofInstances('doStopInstances', (driver, request, context) =>
      driver.doStopInstances({ ...request, force: true }, context),
    ),
  }),
  ...killedBy('KP-DRIVER-14', 4, ({ instances }) => instances !== false && !instances.confirms, {
    'a change that is under way is not shown as one': pages('doDescribeInstances', (page) => ({
      ...page,
      items: page.items.map(({ isChanging: _, ...item }) => item),
    })),
  }),
  ...killedBy('KP-DRIVER-15', 4, {
    'a verdict that contradicts itself counts as a refusal': judging((verdicts) =>
      verdicts.flatMap((verdict) => (verdict.ok ? [] : [{ ...verdict, failure: notDone(verdict.failure) }])),
    ),
    'a verdict that contradicts itself counts as a success': judging((verdicts) =>
      allDone(verdicts.map(({ id }) => id)),
    ),
  }),
  ...killedBy('KP-DRIVER-16', 7, judgesPower, {
    'one refused instance undoes the start of all': ofInstances(
      'doStartInstances',
      async (driver, request, context) => {
        const answer = await driver.doStartInstances(request, context)
        const refused = answer.unwrapOr([]).find((verdict) => !verdict.ok)
        if (refused === undefined || refused.ok) return answer
        return err({ outcome: 'none' as const, ...refused.failure, scope: 'call' as const })
      },
    ),
    'a refused stop counts as made': ofInstances('doStopInstances', async (driver, request, context) =>
      (await driver.doStopInstances(request, context)).map(() => allDone(request.instanceIds)),
    ),
  }),
  ...killedBy('KP-DRIVER-17', 4, withTokens, {
    'a repeat while the cloud is at the first of its token is reported as not done': failures(
      'doAttachKeyPair',
      (failure) => (failure.code === 'busy' ? { ...failure, outcome: 'none' } : failure),
    ),
  }),
  ...killedBy('KP-DRIVER-18', 12, {
    'a full quota is a lack of permission': failures('doImportKeyPair', (failure) =>
      failure.code === 'quota-exceeded' ? { ...failure, code: 'permission-denied' } : failure,
    ),
  }),
  ...killedBy('KP-DRIVER-19', 4, {
    'an instance that is not ready yet is in the wrong state': ofInstances(
      'doStopInstances',
      async (driver, request, context) => failingAs(notReady, await driver.doStopInstances(request, context)),
    ),
  }),
  ...killedBy('KP-FAULT-14', 4, {
    'a repeated detach comes with a new token': when(
      withTokens,
      inInstances((driver) => {
        let calls = 0
        return {
          doDetachKeyPair: (request, context) => {
            calls += 1
            return driver.doDetachKeyPair(request, { ...context, token: `${context.token}-${calls}` })
          },
        }
      }),
    ),
  }),
  ...killedBy('KP-FAULT-15', 4, { 'an attach that may have been done is said to have failed': unknownAsFailed }),
]

/** Shows instances in another power state than theirs. */
function shownPower(shown: Readonly<Partial<Record<PowerState, PowerState>>>): Fault {
  return pages('doDescribeInstances', (page) => ({
    ...page,
    items: page.items.map((item) => ({ ...item, power: shown[item.power] ?? item.power })),
  }))
}

type Answer = Result<readonly ItemVerdict[], CallFailure>
/** Changes the verdicts on an attach. */
function judging(change: (verdicts: readonly ItemVerdict[]) => readonly ItemVerdict[]): Fault {
  return ofInstances('doAttachKeyPair', async (driver, request, context) =>
    (await driver.doAttachKeyPair(request, context)).map(change),
  )
}

type AnyFailure = <F extends CallFailure | ItemFailure>(failure: F) => F

/** Changes what is said of items and of a whole call that failed. */
function failingAs(change: AnyFailure, answer: Answer): Answer {
  return answer
    .map((verdicts) =>
      verdicts.map((verdict) => (verdict.ok ? verdict : { ...verdict, failure: change(verdict.failure) })),
    )
    .mapErr(change)
}

const notDone: AnyFailure = (failure) => ({ ...failure, outcome: 'none' })
const notReady: AnyFailure = (failure) =>
  failure.code === 'busy' ? { ...failure, code: 'instance-state', transient: false } : failure
const tooLate: AnyFailure = (failure) => (failure.code === 'capacity' ? { ...failure, code: 'timeout' } : failure)

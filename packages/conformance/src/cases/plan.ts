import assert from 'node:assert/strict'
import type {
  ChangeOptions,
  Checkpoint,
  InstanceBatch,
  KeyPairError,
  KeyPairService,
  Plan,
  PlannedCall,
  PlanRequest,
  ResultAsync,
  RotateOptions,
} from '@cloud-keypair/core'
import type { ReceivedCall } from '@cloud-keypair/core/testing'
import { type Case, type InstanceCaseContext, onInstances } from '../case-context.js'
import { batchOf, errOf, firstKey, given, givenInstances, mutatingCalls, okOf, secondKey } from '../expect.js'
import { must } from '../must.js'
import { givenRunning, kept, maxDown, plainly } from './power.js'

export const planCases: readonly Case[] = [
  onInstances('KP-PLAN-01', 7, 'an attach that is planned is carried out call by call', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = plainly(await given(context, { name: 'deploy' }))
    const running = refusesUntold(context)
      ? await givenInstances(context, 2, { power: 'running', prefix: 'running' })
      : await givenRunning(context, 'old')
    const stopped = await givenInstances(context, 1, { power: 'stopped', prefix: 'stopped' })
    const instanceIds = [...running, ...stopped, 'i-missing']
    const plan = await planOf(context, { operation: 'attach', keyPair, instanceIds, maxUnavailable: 2 })
    assert.deepEqual(plan.refused, [{ id: 'i-missing', code: 'not-found' }])
    const checked: string[] = []
    const checkpoints: Checkpoint[] = []
    const check = async (id: string): Promise<void> => void checked.push(id)
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void checkpoints.push(checkpoint)
    const steps = new Set<string>()
    const onProgress = ({ step }: { readonly step: string }): void => void steps.add(step)
    const batch = batchOf(await carryOut(context.service, plan, { check, onCheckpoint, onProgress }))
    assert.deepEqual(
      batch.failed.map(({ id }) => id),
      ['i-missing'],
    )
    const received = await mutatingCalls(context)
    assert.deepEqual(inRuns(received.map(asReceived)), inRuns(plan.calls.map(planned)))
    assert.equal(maxDown(received), 2)
    assert.deepEqual(checked.toSorted(), running.toSorted(), 'what was restarted is checked')
    must(checkpoints.length > 0)
    must(steps.has('attaching') && steps.has('finished'), 'progress is told')
  }),

  onInstances('KP-PLAN-02', 7, 'a rotation that is planned is carried out call by call', async (context) => {
    const replaced = plainly(await given(context, { name: 'old' }))
    // A plan cannot know of refusals that the cloud does not document.
    if (!refusesUntold(context)) await givenRunning(context, 'old')
    const publicKey = firstKey(context).publicKey.line
    const plan = await planOf(context, { operation: 'rotate', replaced, name: 'next', publicKey, maxUnavailable: 2 })
    const options = { name: 'next', publicKey, maxUnavailable: 2, expect: plan }
    assert.equal(okOf(await context.service.rotate(replaced, options)).removed, true)
    assert.deepEqual(inRuns((await mutatingCalls(context)).map(asReceived)), inRuns(plan.calls.map(planned)))
  }),

  onInstances('KP-PLAN-03', 7, 'a plan is a conflict in a changed world', async (context) => {
    const old = await given(context, { name: 'old' })
    const keyPair = plainly(await given(context, { name: 'deploy' }))
    const ids = await givenInstances(context, 2, { power: 'stopped', keyPair: 'old' })
    const toAttach = await planOf(context, { operation: 'attach', keyPair, instanceIds: ids })
    const publicKey = firstKey(context).publicKey.line
    const toRotate = await planOf(context, { operation: 'rotate', replaced: plainly(old), name: 'next', publicKey })
    okOf(await context.service.detach(old, ids.slice(0, 1)))
    await context.world.settle()
    await context.clock.sleep(60_000, new AbortController().signal)
    await context.world.forgetCalls()
    for (const plan of [toAttach, toRotate]) {
      const error = errOf(await carryOut(context.service, plan), 'conflict')
      assert.equal(error.outcome, 'none')
      assert.equal(error.details.expected, plan.digest)
    }
    assert.deepEqual(await mutatingCalls(context), [])
  }),

  onInstances('KP-PLAN-04', 1, 'a plan is refused if it was edited or is of another request', async (context) => {
    const keyPair = plainly(await given(context, { name: 'deploy' }))
    const instanceIds = await givenInstances(context, 2, { power: 'running' })
    const plan = await planOf(context, { operation: 'attach', keyPair, instanceIds })
    const refused = instanceIds.map((id) => ({ id, code: 'conflict' as const }))
    for (const edit of [{ calls: plan.calls.slice(1) }, { refused }]) {
      errOf(await carryOut(context.service, { ...plan, ...edit }), 'invalid-argument')
    }
    const others = [{ maxUnavailable: 2 }, { force: true }, { onlyIfVacant: true }, { restartUnchanged: false }]
    for (const other of others) {
      const options = { takeEffect: 'now', expect: plan, ...other } as const
      errOf(await context.service.attach(keyPair, instanceIds, options), 'invalid-argument')
    }
    assert.deepEqual(await mutatingCalls(context), [])
  }),

  onInstances(
    'KP-PLAN-05',
    7,
    'a plan of a rotation is refused for a rotation with another option',
    async (context) => {
      const { capabilities, facts, service } = context
      const replaced = plainly(await given(context, { name: 'old' }))
      const options = { name: 'next', publicKey: firstKey(context).publicKey.line }
      const expect = await planOf(context, { operation: 'rotate', replaced, ...options })
      const planned = { ...options, expect }
      const others: readonly RotateOptions[] = [
        { ...planned, name: 'another' },
        { ...planned, publicKey: secondKey(context).publicKey.line },
        { ...planned, maxUnavailable: 2 },
        { ...planned, force: true },
        ...(capabilities.description === 'none' ? [] : [{ ...planned, description: 'another' }]),
        ...(capabilities.tags === 'none' ? [] : [{ ...planned, tags: { team: 'a' } }]),
        ...(capabilities.group === 'none' ? [] : [{ ...planned, group: facts.group }]),
      ]
      for (const other of others) errOf(await service.rotate(replaced, other), 'invalid-argument')
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),
]

/** Makes the call that a plan is of, and expects the plan. */
export function carryOut(
  service: KeyPairService,
  plan: Plan,
  options: Pick<ChangeOptions, 'check' | 'onCheckpoint' | 'onProgress'> = {},
): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>> {
  const { request } = plan
  const { maxUnavailable, force } = request
  const common = { maxUnavailable, force, expect: plan, ...options }
  if (request.operation === 'rotate') {
    const { replaced, name, description, tags, group, publicKey = '' } = request
    const metadata = { name, description, tags, group }
    return service.rotate(replaced, { ...common, ...metadata, publicKey }).map(({ batch }) => batch)
  }
  const { operation, keyPair, instanceIds, restartUnchanged, onlyIfVacant } = request
  const change = { ...common, restartUnchanged, takeEffect: 'now' } as const
  return operation === 'attach'
    ? service.attach(keyPair, instanceIds, { ...change, onlyIfVacant })
    : service.detach(keyPair, instanceIds, change)
}

/** Makes a plan, and returns its copy through JSON. Verifies that planning changes nothing. */
async function planOf(context: InstanceCaseContext, request: PlanRequest): Promise<Plan> {
  const plan = okOf(await context.service.plan(request))
  assert.deepEqual(await mutatingCalls(context), [], 'a plan changes nothing')
  return kept(plan)
}

/** True if this world refuses an attach over another key pair, and nothing says so beforehand. */
function refusesUntold({ instances, facts }: InstanceCaseContext): boolean {
  return instances.replaces !== false && !facts.replaces
}

function asReceived({ call, items }: ReceivedCall): string {
  return asText(call, items)
}

function planned({ call, instanceIds }: PlannedCall): string {
  return asText(call, instanceIds)
}

/**
 * Returns a call as text. Key pairs of an import or a delete are left out: they have a name in one call and an id in
 * another.
 */
function asText(call: string, items: readonly string[]): string {
  return call === 'import' || call === 'delete' ? call : [call, ...items.toSorted()].join(' ')
}

/**
 * Returns the calls in order, with equal neighbours as one group: they are sent at once. A delete that is refused for a
 * while is repeated.
 */
function inRuns(calls: readonly string[]): readonly (readonly string[])[] {
  const runs: string[][] = []
  for (const call of calls) {
    const run = runs.at(-1)
    if (run === undefined || run[0]?.split(' ')[0] !== call.split(' ')[0]) runs.push([call])
    else if (call !== 'delete') run.push(call)
  }
  return runs.map((run) => run.toSorted())
}

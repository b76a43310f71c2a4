import { type KeyChange, keyChange } from '../attachment/key-change.js'
import type { TargetKeyPair } from '../attachment/target-key-pair.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, InstanceRecord, ItemVerdict, KeyPairDriver, KeyPairHandle } from '../contract/driver.js'
import { type BatchCall, type ItemResult, sendInBatches } from '../engine/batch-call.js'
import type { Operation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import type { Result } from '../result.js'
import { type Course, type Courses, underWay, update } from './instance-state.js'
import { type Goal, pollMs, type Step } from './next-step.js'
import { powerChange } from './power-calls.js'
import type { TellProgress } from './progress.js'

/** What a change with restarts works with. */
export interface Undertaking {
  readonly driver: KeyPairDriver
  readonly instances: InstanceCapabilities
  readonly target: TargetKeyPair
  readonly rules: KeyChange
  readonly goal: Goal
  readonly force: boolean
  readonly tell: TellProgress
}

/** What is done with instances. */
export type Doing = Exclude<Step['kind'], 'fail' | 'wait' | 'end'>

/** Does one thing with some instances of a wave, and notes how far it came. */
export async function perform(
  operation: Operation,
  undertaking: Undertaking,
  courses: Courses,
  doing: Doing,
  ids: readonly string[],
): Promise<void> {
  const { driver, instances, target, rules, force, tell } = undertaking
  const power = (call: 'stop' | 'start' | 'reboot'): BatchCall => powerChange(operation, driver, instances, call, force)
  switch (doing) {
    case 'stop':
      tell('stopping', ids)
      await ask(operation, courses, ids, 'stop', power('stop'))
      await operation.sleep(pollMs)
      return
    case 'reboot':
      tell('rebooting', ids)
      await ask(operation, courses, ids, 'restart', power('reboot'))
      await operation.sleep(pollMs)
      return
    case 'start':
      tell('starting', ids)
      await ask(operation, courses, ids, 'restart', power('start'), 'owed')
      await operation.sleep(pollMs)
      return
    case 'change': {
      tell(rules.call === 'attach' ? 'attaching' : 'detaching', ids)
      // Where a refusal of one may be a refusal of all, those that are tried out go by themselves.
      const tried = ids.filter((id) => isTriedOver(courses.get(id)))
      for (const own of [tried, ids.filter((id) => !tried.includes(id))]) {
        const change = keyChange(operation, driver, instances, target, recordsOf(courses, own), rules)
        await ask(operation, courses, own, 'change', change)
      }
      return
    }
    case 'detach':
      tell('detaching', ids)
      for (const [handle, own] of byFormer(courses, ids)) {
        await ask(operation, courses, own, 'detach', formerChange(operation, undertaking, handle, 'detach'))
      }
      return
    case 'put-back':
      tell('putting-back', ids)
      for (const [handle, own] of byFormer(courses, ids)) {
        const change = formerChange(operation, undertaking, handle, 'attach')
        await ask(operation, courses, own, 'putBack', change, 'owed')
      }
      return
  }
}

/** Makes a change of some instances, and notes how far it came with each. What is owed may be tried again. */
async function ask(
  operation: Operation,
  courses: Courses,
  ids: readonly string[],
  what: 'stop' | 'detach' | 'change' | 'putBack' | 'restart',
  change: BatchCall,
  duty: 'wanted' | 'owed' = 'wanted',
): Promise<void> {
  const doubted = new Set<string>()
  const ends = await sendInBatches(operation, ids, {
    ...change,
    send: async (sent, context) => {
      const before = sent.filter((id) => !doubted.has(id))
      for (const id of sent) doubted.add(id)
      const result = await change.send(sent, context)
      for (const id of before) if (isAnswered(id, result)) doubted.delete(id)
      return result
    },
  })
  const now = operation.context.clock.now()
  for (const [id, end] of ends) {
    update(courses, id, (course): Course => {
      const isRisky = doubted.has(id) && (what === 'stop' || what === 'detach' || change.call === 'reboot')
      const noted = isRisky ? { ...course, doubtedAt: now } : course
      if (end.kind === 'done') {
        const taken = what === 'putBack' ? ({ change: 'no' } as const) : {}
        return { ...noted, ...underWay(noted, change.call), ...taken, [what]: 'accepted', askedAt: now }
      }
      if (what === 'change' && isRefusedOver(course, end)) return { ...noted, triesOver: false }
      if (duty === 'owed') return { ...noted, notHome: end.failure }
      return { ...noted, failure: end.failure, ...(end.kind === 'unknown' && { [what]: 'doubtful', askedAt: now }) }
    })
  }
}

/** Whether a send was definitely answered for an item. */
function isAnswered(id: string, result: Result<readonly ItemVerdict[], CallFailure>): boolean {
  return result.match(
    (verdicts) => {
      const own = verdicts.filter((verdict) => verdict.id === id)
      return own.length > 0 && own.every((verdict) => verdict.ok || verdict.failure.outcome !== 'unknown')
    },
    ({ outcome }) => outcome === 'none',
  )
}

function isTriedOver(course: Course | undefined): boolean {
  return course?.former !== undefined && course.triesOver && course.detach === 'no'
}

/**
 * Whether an attach over another key pair was refused, by a code that may mean just that. Where it is not sure that it
 * was refused, a second try, after the detach, does no harm.
 */
function isRefusedOver(course: Course, end: ItemResult): boolean {
  if (!isTriedOver(course) || end.kind === 'done') return false
  return end.failure.code === 'conflict' || end.failure.code === 'unknown'
}

/** Detaches the key pair that is in the way, or attaches it again. */
function formerChange(
  operation: Operation,
  { driver, instances }: Undertaking,
  keyPair: KeyPairHandle,
  call: 'detach' | 'attach',
): BatchCall {
  return {
    call,
    limit: instances.change,
    bytesOf: (id) => driver.bytesOf(call, id),
    readBackBeforeResend: false,
    send: (instanceIds, context) =>
      call === 'attach'
        ? driver.doAttachKeyPair({ keyPair, instanceIds }, context)
        : driver.doDetachKeyPair({ keyPair, instanceIds }, context),
    readBack: async (ids) => {
      const seen = await readInstances(operation, driver, instances.read, ids)
      const done = [...seen.unwrapOr(new Map<string, InstanceRecord>())].filter(
        ([, record]) => (record.keyPair === undefined) === (call === 'detach'),
      )
      return new Map(done.map(([id]) => [id, { kind: 'done', changed: true }]))
    },
    explainRefusal: async (_id, failure) => ({ kind: 'failed', failure }),
  }
}

function byFormer(courses: Courses, ids: readonly string[]): ReadonlyMap<KeyPairHandle, readonly string[]> {
  const groups = new Map<string, [KeyPairHandle, string[]]>()
  for (const id of ids) {
    const former = courses.get(id)?.former
    if (former === undefined) continue
    const key = JSON.stringify(former)
    const group = groups.get(key) ?? [former, []]
    group[1].push(id)
    groups.set(key, group)
  }
  return new Map(groups.values())
}

function recordsOf(courses: Courses, ids: readonly string[]): Map<string, InstanceRecord> {
  const records = new Map<string, InstanceRecord>()
  for (const id of ids) {
    const record = courses.get(id)?.record
    if (record !== undefined) records.set(id, record)
  }
  return records
}

import { notListed } from '../attachment/key-change.js'
import type { CloudFailure } from '../engine/batch-call.js'
import { endedFailure } from '../engine/failures.js'
import type { Operation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { type Course, type Courses, fail, observed, update } from './instance-state.js'
import { isMeddledWith, meddled, nextStep, nextStepHome, type Step } from './next-step.js'
import { type Doing, perform, type Undertaking } from './perform-step.js'

const retryMs = 15_000

// What comes earlier is done first, for all: so the instances of a wave go in as few calls as the limits allow.
const wayOut: readonly (Doing | 'wait')[] = ['stop', 'wait', 'detach', 'change', 'reboot']
const wayHome: readonly (Doing | 'wait')[] = ['put-back', 'start', 'wait']

/** Takes instances to where their key is changed and they are ready to be started, or restarted already. */
export async function goOut(operation: Operation, undertaking: Undertaking, courses: Courses): Promise<void> {
  const { driver, instances, goal } = undertaking
  for (;;) {
    const steps = stepsOf(courses, (course) => nextStep(course, goal, operation.context.clock.now()))
    const stop = operation.ended()
    if (stop !== undefined) return interrupt(courses, steps, stop)
    const doing = wayOut.find((kind) => kindsOf(steps).includes(kind))
    if (doing === undefined) return
    const under = [...courses.values()].filter(({ id }) => steps.get(id)?.kind !== 'end')
    if (doing === 'wait') await rest(operation, steps)
    else await perform(operation, undertaking, courses, doing, idsAt(steps, doing))
    const read = await readInstances(operation, driver, instances.read, idsOf(under))
    if (read.isErr() && operation.ended() !== undefined) continue
    for (const { id } of under) {
      const record = read.isOk() ? read.value.get(id) : undefined
      if (record !== undefined) {
        update(courses, id, (course) => observed(course, record))
        const end = courses.get(id)?.change === 'no' ? undertaking.rules.resultWithoutCall(record) : undefined
        if (end?.kind === 'failed') fail(courses, id, end.failure)
      } else fail(courses, id, read.isErr() ? read.error : notListed.failure)
    }
  }
}

/** Gives what is owed, under an operation of its own that nothing shortens. Each is read again before it is started. */
export async function goHome(operation: Operation, undertaking: Undertaking, courses: Courses): Promise<void> {
  const { driver, instances, goal } = undertaking
  while (operation.ended() === undefined) {
    operation.expectCalls(courses.size)
    const read = await readInstances(operation, driver, instances.read, [...courses.keys()])
    for (const id of courses.keys()) {
      const record = read.isOk() ? read.value.get(id) : undefined
      update(courses, id, (course) => (read.isErr() ? unread(course) : observed(course, record ?? course.record)))
    }
    const steps = stepsOf(courses, (course) => nextStepHome(course, goal, operation.context.clock.now()))
    const doing = wayHome.find((kind) => kindsOf(steps).includes(kind))
    if (doing === undefined) return
    if (doing === 'wait') {
      await rest(operation, steps)
      continue
    }
    const ids = idsAt(steps, doing)
    for (const id of ids) {
      if (doing === 'put-back') fail(courses, id, undone)
      if (doing !== 'start') continue
      update(courses, id, (course) =>
        course.failure === undefined && isMeddledWith(course, goal)
          ? { ...course, failure: meddled(course.record) }
          : course,
      )
    }
    await perform(operation, undertaking, courses, doing, ids)
    if (ids.some((id) => hasFailed(courses.get(id), doing))) await operation.sleep(retryMs)
  }
}

const undone: CloudFailure = {
  code: 'conflict',
  message: 'a detach that was not answered was done after the attach',
  transient: false,
  hint: 'Do it again.',
}

type Steps = ReadonlyMap<string, Exclude<Step, { readonly kind: 'fail' }>>

function stepsOf(courses: Courses, next: (course: Course) => Step): Steps {
  const steps = new Map<string, Exclude<Step, { readonly kind: 'fail' }>>()
  for (const course of courses.values()) {
    const step = next(course)
    if (step.kind === 'fail') fail(courses, course.id, step.failure)
    steps.set(course.id, step.kind === 'fail' ? { kind: 'end' } : step)
  }
  return steps
}

/** Waits until the first of those that wait may have come further. */
async function rest(operation: Operation, steps: Steps): Promise<void> {
  const waits = [...steps.values()].flatMap((step) => (step.kind === 'wait' ? [step.ms] : []))
  operation.expectCalls(1)
  await operation.sleep(Math.min(...waits))
}

/** What is not at its end when the operation is stopped has failed, but for what waits only for its start. */
function interrupt(courses: Courses, steps: Steps, stop: NonNullable<ReturnType<Operation['ended']>>): void {
  for (const course of courses.values()) {
    const isReady = course.change === 'accepted' && course.record.power === 'stopped'
    if (steps.get(course.id)?.kind !== 'end' && !isReady) fail(courses, course.id, endedFailure(stop, 'none'))
  }
}

/** Where instances cannot be read, one that was told to stop is taken to be stopped: a start does no harm. */
function unread(course: Course): Course {
  const isDown = course.stop !== 'no' && course.restart !== 'accepted'
  return isDown ? { ...course, record: { ...course.record, power: 'stopped' } } : course
}

function hasFailed(course: Course | undefined, doing: Doing): boolean {
  return (
    (doing === 'start' && course?.restart !== 'accepted') || (doing === 'put-back' && course?.putBack !== 'accepted')
  )
}

function kindsOf(steps: Steps): readonly Step['kind'][] {
  return [...steps.values()].map(({ kind }) => kind)
}

function idsAt(steps: Steps, doing: Doing): string[] {
  return [...steps].filter(([, { kind }]) => kind === doing).map(([id]) => id)
}

function idsOf(courses: readonly Course[]): string[] {
  return courses.map(({ id }) => id)
}

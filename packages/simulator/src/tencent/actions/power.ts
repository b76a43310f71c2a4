import { type Answer, accept, missing, type Refusal, refuse, tooMany } from '../answer.js'
import { type Action, type ActionContext, inProgress, itemRefusal, namedInstances, wrongState } from '../action.js'
import type { InstanceRecord, TencentInstanceState } from '../region.js'

/** StopInstances. The instance keeps its charges unless it is told otherwise. */
export const stopInstances: Action = {
  mutating: true,
  parameters: { InstanceIds: 'texts', StopType: 'text', StoppedMode: 'text', ForceStop: 'flag' },
  perform: (context) => {
    const stoppedMode = context.parameters.text('StoppedMode') ?? 'KEEP_CHARGING'
    if (stoppedMode !== 'KEEP_CHARGING' && stoppedMode !== 'STOP_CHARGING') {
      return refuse('InvalidParameterValue', 'The StoppedMode is not valid.')
    }
    const stopped = (instance: InstanceRecord): InstanceRecord => ({ ...instance, status: 'STOPPED', stoppedMode })
    return (
      stopTypeProblem(context) ?? change(context, { name: 'StopInstances', from: 'RUNNING', via: 'STOPPING' }, stopped)
    )
  },
}

/** StartInstances. The guest gets the bound key pairs. */
export const startInstances: Action = {
  mutating: true,
  parameters: { InstanceIds: 'texts' },
  perform: (context) => change(context, { name: 'StartInstances', from: 'STOPPED', via: 'STARTING' }, started),
}

/** RebootInstances. The guest gets the bound key pairs. */
export const rebootInstances: Action = {
  mutating: true,
  parameters: { InstanceIds: 'texts', StopType: 'text' },
  perform: (context) =>
    stopTypeProblem(context) ??
    change(context, { name: 'RebootInstances', from: 'RUNNING', via: 'REBOOTING' }, started),
}

function stopTypeProblem({ parameters }: ActionContext): Refusal | undefined {
  const type = parameters.text('StopType') ?? 'SOFT'
  if (parameters.names.includes('ForceStop') && parameters.names.includes('StopType')) {
    return refuse('InvalidParameter', 'ForceStop and StopType exclude each other.')
  }
  return ['SOFT', 'SOFT_FIRST', 'HARD'].includes(type)
    ? undefined
    : refuse('InvalidParameterValue', 'The StopType is not valid.')
}

function started(instance: InstanceRecord): InstanceRecord {
  const { bound, authorized, dropping } = instance
  const kept = authorized.filter((id) => !bound.includes(id) && !dropping.includes(id))
  return { ...instance, status: 'RUNNING', stoppedMode: undefined, authorized: [...kept, ...bound], dropping: [] }
}

interface PowerChange {
  readonly name: string
  readonly from: TencentInstanceState
  readonly via: TencentInstanceState
}

/** Changes the power of all instances of a call, or refuses it. */
function change(
  context: ActionContext,
  { name, from, via }: PowerChange,
  end: (instance: InstanceRecord) => InstanceRecord,
): Answer {
  const { region, parameters, variants, requestId, now, failsLate = false } = context
  const ids = parameters.texts('InstanceIds')
  if (ids.length === 0) return missing('InstanceIds')
  if (ids.length > 100) return tooMany('InstanceIds')
  const instances = namedInstances(context, ids)
  if ('error' in instances) return instances
  const obstacle = itemRefusal(context, ids)
  if (obstacle !== undefined) return obstacle
  for (const instance of instances) {
    if (instance.status !== from) return wrongState(instance)
    if (instance.latest?.state === 'OPERATING') return inProgress(instance)
  }
  for (const instance of instances) {
    const { id } = instance
    region.instances.set(id, { ...instance, status: via, latest: { name, requestId, state: 'OPERATING' } }, now)
    region.schedule.add(now + variants.powerChangeMs, (at) => {
      const current = region.instances.get(id)
      if (current?.latest?.requestId !== requestId) return
      const errorMessage = 'The guest did not answer.'
      const after: InstanceRecord = failsLate
        ? { ...current, status: from, latest: { name, requestId, state: 'FAILED', errorMessage } }
        : { ...end(current), latest: { name, requestId, state: 'SUCCESS' } }
      region.instances.set(id, after, at)
    })
  }
  return accept()
}

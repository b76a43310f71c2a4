import type { ErrorBody } from '../../circumstances.js'
import { refuse, type Answer, type Refusal } from '../answer.js'
import {
  forEachItem,
  missing,
  noSuchInstance,
  requestForbidden,
  tooMany,
  wrongStatus,
  type Action,
  type ActionContext,
} from '../action.js'
import { restarted } from '../../guest-keys.js'
import { passThrough } from '../../passing-state.js'
import { given } from '../../parameters.js'
import { malformed } from '../parameters.js'
import type { InstanceRecord } from '../region.js'

/** StopInstances (volcengine.com/docs/6396/101067). A forced stop also ends one that hangs. */
export const stopInstances: Action = {
  mutating: true,
  parameters: ['InstanceIds', 'StoppedMode', 'ForceStop'],
  perform: (context) => {
    const force = readForce(context)
    if (typeof force !== 'boolean') return force
    const stoppedMode = given(context.parameters, 'StoppedMode') ?? context.variants.defaultStoppedMode
    if (stoppedMode !== 'KeepCharging' && stoppedMode !== 'StopCharging') {
      return refuse(400, 'InvalidStoppedMode.Malformed', 'The specified StoppedMode is malformed.')
    }
    return forEachInstance(context, (instance) => {
      if (instance.status !== 'RUNNING' && !(force && instance.status === 'STOPPING')) return wrongStatus
      const during: InstanceRecord = { ...instance, status: 'STOPPING', stoppedMode }
      pass(context, during, force, (then) => ({ ...then, status: 'STOPPED' }))
      return undefined
    })
  },
}

/** StartInstances (volcengine.com/docs/6396/101068). The guest gets what waited for it. */
export const startInstances: Action = {
  mutating: true,
  parameters: ['InstanceIds'],
  perform: (context) =>
    forEachInstance(context, (instance) => {
      if (instance.status !== 'STOPPED') return wrongStatus
      const isGone = instance.stoppedMode === 'StopCharging' && context.variants.capacityGivenBack === 'gone'
      if (!instance.stock || isGone) {
        return { code: context.variants.noStockCode, message: 'The resources of the instance are sold out.' }
      }
      pass(context, { ...instance, status: 'STARTING', stoppedMode: undefined }, true, running)
      return undefined
    }),
}

/** RebootInstances (docs.byteplus.com/en/docs/ecs/RebootInstances). The guest gets what waited for it. */
export const rebootInstances: Action = {
  mutating: true,
  parameters: ['InstanceIds', 'ForceStop'],
  perform: (context) => {
    const force = readForce(context)
    if (typeof force !== 'boolean') return force
    return forEachInstance(context, (instance) => {
      if (instance.status !== 'RUNNING' && !(force && instance.status === 'REBOOTING')) return wrongStatus
      pass(context, { ...instance, status: 'REBOOTING' }, force, running)
      return undefined
    })
  },
}

function running(instance: InstanceRecord): InstanceRecord {
  return { ...instance, status: 'RUNNING', keys: restarted(instance.keys) }
}

function readForce({ parameters }: ActionContext): boolean | Refusal {
  const text = given(parameters, 'ForceStop') ?? 'false'
  return text === 'true' || text === 'false' ? text === 'true' : malformed('ForceStop must be true or false.')
}

function forEachInstance(context: ActionContext, perform: (instance: InstanceRecord) => ErrorBody | undefined): Answer {
  const ids = context.parameters.list('InstanceIds')
  if (ids.length === 0) return missing('InstanceIds')
  if (ids.length > 100) return tooMany('InstanceIds')
  return forEachItem(context, 'InstanceId', ids, (id) => {
    const instance = context.region.instances.get(id)
    if (instance === undefined) return noSuchInstance
    return instance.denied ? requestForbidden : perform(instance)
  })
}

/** Enters a passing state, and leaves it later, unless the instance hangs in it. */
function pass(
  { region, variants, now }: ActionContext,
  during: InstanceRecord,
  certain: boolean,
  leave: (instance: InstanceRecord) => InstanceRecord,
): void {
  if (during.stopHangs && !certain) return region.instances.set(during.id, during, now)
  passThrough(region, during, { now, ms: variants.powerChangeMs, leave })
}

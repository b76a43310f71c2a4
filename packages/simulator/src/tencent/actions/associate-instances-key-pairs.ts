import { type Answer, accept, missing, type Refusal, refuse, tooMany } from '../answer.js'
import { type Action, type ActionContext, inProgress, itemRefusal, namedInstances, wrongState } from '../action.js'
import type { InstanceRecord } from '../region.js'

const parameters = { InstanceIds: 'texts', KeyIds: 'texts', ForceStop: 'flag' } as const

/** AssociateInstancesKeyPairs: "a key bound before becomes invalid". */
export const associateInstancesKeyPairs: Action = {
  mutating: true,
  parameters,
  perform: (context) => change(context, 'AssociateInstancesKeyPairs', (_instance, keyIds) => keyIds),
}

/** DisassociateInstancesKeyPairs. */
export const disassociateInstancesKeyPairs: Action = {
  mutating: true,
  parameters,
  perform: (context) =>
    change(context, 'DisassociateInstancesKeyPairs', ({ id, bound }, keyIds) => {
      const other = keyIds.find((keyId) => !bound.includes(keyId))
      if (other !== undefined && context.variants.detachOther === 'refused') {
        return refuse('InvalidParameterValue', `The instance \`${id}\` does not have the key pair \`${other}\`.`)
      }
      return bound.filter((keyId) => !keyIds.includes(keyId))
    }),
}

type Decide = (instance: InstanceRecord, keyIds: readonly string[]) => readonly string[] | Refusal

/** Changes all instances of a call, or refuses it. */
function change(context: ActionContext, name: string, decide: Decide): Answer {
  const { region, variants } = context
  const ids = context.parameters.texts('InstanceIds')
  const keyIds = context.parameters.texts('KeyIds')
  if (ids.length === 0) return missing('InstanceIds')
  if (keyIds.length === 0) return missing('KeyIds')
  if (ids.length > 100) return tooMany('InstanceIds')
  if (keyIds.length > 100) return tooMany('KeyIds')
  // ForceStop cuts the power and starts the instance again, which no adapter here may ask for.
  if (context.parameters.flag('ForceStop')) return refuse('UnsupportedOperation', 'This simulator knows no ForceStop.')
  if (keyIds.length > 1 && variants.attachSeveral === 'refused') {
    return refuse('InvalidParameterValue', 'An instance takes one key pair.')
  }
  const absent = keyIds.find((id) => region.keyPairs.get(id) === undefined)
  if (absent !== undefined) return refuse('InvalidKeyPairId.NotFound', `The key pair \`${absent}\` does not exist.`)
  const instances = namedInstances(context, ids)
  if ('error' in instances) return instances
  const obstacle = itemRefusal(context, ids) ?? instances.map(obstacleOf).find((refusal) => refusal !== undefined)
  if (obstacle !== undefined) return obstacle
  const changes: (() => void)[] = []
  for (const instance of instances) {
    const to = decide(instance, keyIds)
    if ('error' in to) return to
    changes.push(() => bind(context, name, instance, to))
  }
  for (const one of changes) one()
  return accept()
}

function obstacleOf(instance: InstanceRecord): Refusal | undefined {
  if (instance.os === 'Windows') {
    return refuse('UnsupportedOperation.InstanceOsWindows', `The instance \`${instance.id}\` runs Windows.`)
  }
  if (instance.status !== 'STOPPED') return wrongState(instance)
  if (instance.stoppedMode === 'STOP_CHARGING') {
    const message = `The instance \`${instance.id}\` was stopped without charges.`
    return refuse('UnsupportedOperation.StoppedModeStopCharging', message)
  }
  return instance.latest?.state === 'OPERATING' ? inProgress(instance) : undefined
}

function bind(
  { region, variants, requestId, now, failsLate = variants.change === 'fails-later' }: ActionContext,
  name: string,
  instance: InstanceRecord,
  to: readonly string[],
): void {
  const { id } = instance
  const latest = { name, requestId } as const
  const bound = (current: InstanceRecord, at: number): void => {
    const dropped = current.bound.filter((keyId) => !to.includes(keyId))
    const dropping = [...current.dropping, ...dropped]
    region.instances.set(
      id,
      { ...current, bound: to, dropping, binding: [], latest: { ...latest, state: 'SUCCESS' } },
      at,
    )
  }
  if (variants.change === 'at-once' && !failsLate) return bound(instance, now)
  region.instances.set(id, { ...instance, binding: to, latest: { ...latest, state: 'OPERATING' } }, now)
  region.schedule.add(now + variants.changeMs, (at) => {
    const current = region.instances.get(id)
    if (current?.latest?.requestId !== requestId) return
    if (!failsLate) return bound(current, at)
    const errorMessage = 'The guest did not answer.'
    region.instances.set(id, { ...current, binding: [], latest: { ...latest, state: 'FAILED', errorMessage } }, at)
  })
}

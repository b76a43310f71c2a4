import { given } from '../../../parameters.js'
import { invalid, missing, readFlag } from '../../action.js'
import { accept, refuse, type Answer, type Refusal } from '../../answer.js'
import { asWritten, faultOf } from '../../batch.js'
import { reboot, setOff, start, stop, type PowerChange } from '../../power.js'
import type { InstanceRecord } from '../../store.js'
import { forbidden, noSuchInstance, regional, type EcsAction, type EcsContext } from '../ecs-action.js'

const parameters = ['InstanceId', 'BatchOptimization', 'DryRun']

/** StopInstances (help.aliyun.com, api-ecs-2014-05-26-stopinstances). */
export const stopInstances: EcsAction = regional({
  mutating: true,
  parameters: [...parameters, 'ForceStop', 'StoppedMode'],
  perform: (context) => {
    const mode = given(context.parameters, 'StoppedMode') ?? context.variants.defaultStoppedMode
    if (mode !== 'KeepCharging' && mode !== 'StopCharging') return invalid('StoppedMode')
    return changePower(context, stop, {
      forceName: 'ForceStop',
      before: (instance) => ({ ...instance, stoppedMode: mode }),
    })
  },
})

/** StartInstances (help.aliyun.com, api-ecs-2014-05-26-startinstances). The guest gets what waited for it. */
export const startInstances: EcsAction = regional({
  mutating: true,
  parameters,
  perform: (context) => changePower(context, start, {}),
})

/** RebootInstances (help.aliyun.com, api-ecs-2014-05-26-rebootinstances). The guest gets what waited for it. */
export const rebootInstances: EcsAction = regional({
  mutating: true,
  parameters: [...parameters, 'ForceReboot'],
  perform: (context) => changePower(context, reboot, { forceName: 'ForceReboot' }),
})

interface Particulars {
  readonly forceName?: string
  readonly before?: (instance: InstanceRecord) => InstanceRecord
}

type Judged = { readonly id: string } & ({ readonly instance: InstanceRecord } | { readonly refusal: Refusal })

function changePower(context: EcsContext, change: PowerChange, { forceName, before }: Particulars): Answer {
  const { store, parameters: asked, variants, now } = context
  const mode = given(asked, 'BatchOptimization') ?? 'AllTogether'
  if (mode !== 'AllTogether' && mode !== 'SuccessFirst') return invalid('BatchOptimization')
  const force = forceName === undefined ? false : readFlag(asked, forceName)
  if (typeof force !== 'boolean') return force
  const dryRun = readFlag(asked, 'DryRun')
  if (typeof dryRun !== 'boolean') return dryRun
  const ids = asked.list('InstanceId')
  if (ids.length === 0) return missing('InstanceId')
  if (ids.length > 100) return tooManyIds
  const judged = ids.map((id) => judge(context, id, change))
  const [refused] = judged.flatMap((item) => ('refusal' in item ? item.refusal : []))
  // With SuccessFirst a dry run answers nothing but DRYRUN.SUCCESS, by the SDK's text.
  if (dryRun) return mode === 'AllTogether' && refused !== undefined ? refused : dryRunSuccess
  if (mode === 'AllTogether' && refused !== undefined) return refused
  for (const item of judged) {
    if ('refusal' in item) continue
    setOff(store, before?.(item.instance) ?? item.instance, change, { now, ms: variants.powerChangeMs, force })
  }
  const responses = judged.map((item) => asWritten(responseOf(item, change), variants))
  return accept({ InstanceResponses: { InstanceResponse: responses } })
}

function judge(context: EcsContext, id: string, change: PowerChange): Judged {
  const fault = faultOf(context, id)
  if (fault !== undefined) return { id, refusal: fault }
  const instance = context.store.instances.get(id)
  if (instance === undefined) return { id, refusal: noSuchInstance }
  if (instance.denied) return { id, refusal: forbidden }
  if (instance.status !== change.from) return { id, refusal: wrongStatus }
  return change === start && !hasCapacity(context, instance) ? { id, refusal: noStock } : { id, instance }
}

function hasCapacity({ variants }: EcsContext, { stock, stoppedMode }: InstanceRecord): boolean {
  return stock && !(stoppedMode === 'StopCharging' && variants.capacityGivenBack === 'gone')
}

function responseOf(item: Judged, { from, through }: PowerChange): { readonly [key: string]: string | number } {
  if ('refusal' in item)
    return { InstanceId: item.id, Code: item.refusal.error.code, Message: item.refusal.error.message }
  return { InstanceId: item.id, Code: 200, Message: 'success', PreviousStatus: from, CurrentStatus: through }
}

const tooManyIds = refuse(403, 'InvalidParameter.TooManyInstanceIds', 'The number of instance ids exceeds 100.')
const wrongStatus = refuse(
  403,
  'IncorrectInstanceStatus',
  'The current status of the resource does not support this operation.',
)
const noStock = refuse(
  403,
  'OperationDenied.NoStock',
  'The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.',
)
const dryRunSuccess = refuse(400, 'DRYRUN.SUCCESS', 'All the preceding checks are passed.')

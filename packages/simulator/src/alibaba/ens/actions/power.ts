import { given } from '../../../parameters.js'
import { missing, readFlag } from '../../action.js'
import { accept, refuse, type Answer } from '../../answer.js'
import { faultOf } from '../../batch.js'
import { reboot, setOff, start, stop, type PowerChange } from '../../power.js'
import { noPermission, type EnsAction, type EnsContext } from '../ens-action.js'

/** StopInstance (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-stopinstance): one alone. */
export const stopInstance: EnsAction = {
  mutating: true,
  parameters: ['InstanceId', 'ForceStop'],
  perform: (context) => changePower(context, stop, 'InstanceIdNotFound'),
}

/** StartInstance (help.aliyun.com/document_detail/109622.html). The guest gets what waited for it. */
export const startInstance: EnsAction = {
  mutating: true,
  parameters: ['InstanceId'],
  perform: (context) => changePower(context, start, 'InstanceNotFound'),
}

/** RebootInstance (help.aliyun.com/document_detail/109658.htm). The guest gets what waited for it. */
export const rebootInstance: EnsAction = {
  mutating: true,
  parameters: ['InstanceId', 'ForceStop'],
  perform: (context) => changePower(context, reboot, 'InstanceIdNotFound'),
}

/** The pages have one code for an unknown instance in StartInstance, and another in the two others. */
type NotFoundCode = 'InstanceIdNotFound' | 'InstanceNotFound'

function changePower(context: EnsContext, change: PowerChange, notFound: NotFoundCode): Answer {
  const { store, parameters, variants, now } = context
  const id = given(parameters, 'InstanceId')
  if (id === undefined) return missing('InstanceId')
  const force = readFlag(parameters, 'ForceStop')
  if (typeof force !== 'boolean') return force
  const fault = faultOf(context, id)
  if (fault !== undefined) return fault
  const instance = store.instances.get(id)
  if (instance === undefined) return refuse(400, notFound, 'The input parameter instancdId that is not found.')
  if (instance.denied) return noPermission
  if (instance.status !== change.from) return wrongStatus
  if (change === start && !instance.stock) return refuse(400, variants.noStockCode, 'The resources are insufficient.')
  setOff(store, instance, change, { now, ms: variants.powerChangeMs, force })
  return accept({ Code: 0 })
}

const wrongStatus = refuse(
  400,
  'IncorrectInstanceStatus',
  'The current status of the instance does not support this operation.',
)

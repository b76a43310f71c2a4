import { given } from '../../../parameters.js'
import type { JsonObject } from '../../../json.js'
import { invalid, parseTexts } from '../../action.js'
import { accept } from '../../answer.js'
import { cutNumberedPage } from '../../numbered-page.js'
import { boundName, type InstanceRecord } from '../../store.js'
import type { EnsAction, EnsContext } from '../ens-action.js'

/**
 * DescribeInstances (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describeinstances): no
 * filter by key pair, and no KeyPairId.
 */
export const describeInstances: EnsAction = {
  mutating: false,
  parameters: ['InstanceIds', 'Status', 'PageNumber', 'PageSize'],
  perform: (context) => {
    const { store, parameters, variants, readAt, pageItems } = context
    const json = given(parameters, 'InstanceIds')
    const ids = json === undefined ? undefined : parseTexts(json)
    if (json !== undefined && (ids === undefined || ids.length > 100)) return invalid('InstanceIds')
    const wantedIds = ids && new Set(ids)
    const status = given(parameters, 'Status')
    const wanted = store.instances.values(readAt, wantedIds).filter(({ status: its }) => its === (status ?? its))
    const page = cutNumberedPage(wanted, parameters, { maximum: 100, beyond: variants.pageSizeBeyond, pageItems })
    if ('error' in page) return page
    const instances = page.items.map((instance) => element(instance, context))
    return accept({ Code: 0, ...page.numbers, Instances: { Instance: instances } })
  },
}

function element(instance: InstanceRecord, { store, variants }: EnsContext): JsonObject {
  const name = boundName(store, instance) ?? (variants.unboundName === 'empty' ? '' : undefined)
  return {
    InstanceId: instance.id,
    InstanceName: instance.id,
    Status: instance.status,
    OSName: instance.osType === 'Windows' ? 'windows_2022_x64' : 'debian_12_x64',
    EnsRegionId: 'cn-beijing-cmcc',
    ...(name === undefined ? {} : { KeyPairName: name }),
  }
}

import { accept, type Answer } from '../answer.js'
import { tooMany, type Action, type ActionContext } from '../action.js'
import { cutPage } from '../paging.js'
import { given } from '../../parameters.js'
import type { InstanceRecord, Region } from '../region.js'
import type { JsonObject } from '../../json.js'

/** DescribeInstances (docs.byteplus.com/en/docs/ecs/DescribeInstances), with the filters that matter to key pairs. */
export const describeInstances: Action = {
  mutating: false,
  parameters: ['InstanceIds', 'KeyPairName', 'Status', 'MaxResults', 'NextToken'],
  perform: describe,
}

function describe({ region, parameters, variants, readAt, pageItems }: ActionContext): Answer {
  const ids = new Set(parameters.list('InstanceIds'))
  if (parameters.list('InstanceIds').length > 100) return tooMany('InstanceIds')
  const keyPairName = given(parameters, 'KeyPairName')
  const status = given(parameters, 'Status')
  const hasKeyPair = (instance: InstanceRecord, wanted: string): boolean => {
    const shown = shownName(region, instance)
    return variants.instanceNameFilter === 'exact' ? shown === wanted : shown.includes(wanted)
  }
  const wanted = region.instances
    .values(readAt, ids.size === 0 ? undefined : ids)
    .filter(
      (instance) =>
        (keyPairName === undefined || hasKeyPair(instance, keyPairName)) &&
        (status === undefined || instance.status === status),
    )
  const page = cutPage(wanted, parameters, { maximum: 100, pageItems })
  if ('error' in page) return page
  const instances = page.items.map((instance) => element(region, instance))
  return accept({ NextToken: page.nextToken, TotalCount: wanted.length, Instances: instances })
}

function shownName(region: Region, { shown }: InstanceRecord): string {
  return shown === undefined ? '' : (region.names.get(shown) ?? '')
}

function element(region: Region, instance: InstanceRecord): JsonObject {
  return {
    InstanceId: instance.id,
    InstanceName: instance.id,
    Status: instance.status,
    OsType: instance.osType,
    OsName: instance.osType === 'Windows' ? 'Windows Server 2022' : 'Debian 12',
    KeyPairName: shownName(region, instance),
    KeyPairId: instance.shown ?? '',
    StoppedMode: instance.stoppedMode ?? '',
    InstanceChargeType: 'PostPaid',
    ProjectName: 'default',
    ZoneId: `${region.name}-a`,
  }
}

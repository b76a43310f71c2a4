import { given } from '../../../parameters.js'
import type { JsonObject } from '../../../json.js'
import { invalid, parseTexts } from '../../action.js'
import { accept, refuse, type Refusal } from '../../answer.js'
import { cutNumberedPage } from '../../numbered-page.js'
import { boundName, type InstanceRecord } from '../../store.js'
import { regional, type EcsAction, type EcsContext } from '../ecs-action.js'

/** DescribeInstances (help.aliyun.com, api-ecs-2014-05-26-describeinstances), with the filters that matter here. */
export const describeInstances: EcsAction = regional({
  mutating: false,
  parameters: ['InstanceIds', 'KeyPairName', 'Status', 'MaxResults', 'NextToken', 'PageNumber', 'PageSize'],
  perform: (context) => {
    const { store, parameters, variants, readAt, pageItems } = context
    const json = given(parameters, 'InstanceIds')
    const ids = json === undefined ? undefined : parseTexts(json)
    if (json !== undefined && (ids === undefined || ids.length > 100)) return notInstanceIds
    const wantedIds = ids && new Set(ids)
    const name = given(parameters, 'KeyPairName')
    const status = given(parameters, 'Status')
    const wanted = store.instances
      .values(readAt, wantedIds)
      .filter(
        (instance) =>
          (name === undefined || boundName(store, instance) === name) &&
          (status === undefined || instance.status === status),
      )
    const byToken = ['MaxResults', 'NextToken'].some((key) => given(parameters, key) !== undefined)
    const page = byToken
      ? cutTokenPage(wanted, context)
      : cutNumberedPage(wanted, parameters, { maximum: 100, beyond: variants.pageSizeBeyond, pageItems })
    if ('error' in page) return page
    const instances = page.items.map((instance) => element(instance, context))
    return accept({ NextToken: '', ...page.numbers, Instances: { Instance: instances } })
  },
})

/** DescribeInstanceStatus (help.aliyun.com, api-ecs-2014-05-26-describeinstancestatus): 100 ids, but 50 to a page. */
export const describeInstanceStatus: EcsAction = regional({
  mutating: false,
  parameters: ['InstanceId', 'PageNumber', 'PageSize'],
  perform: ({ store, parameters, variants, readAt, pageItems }) => {
    const ids = parameters.list('InstanceId')
    if (ids.length > 100) return tooManyIds
    const wanted = store.instances.values(readAt).filter(({ id }) => ids.length === 0 || ids.includes(id))
    const page = cutNumberedPage(wanted, parameters, { maximum: 50, beyond: variants.pageSizeBeyond, pageItems })
    if ('error' in page) return page
    const statuses = page.items.map(({ id, status }) => ({ Status: status, InstanceId: id }))
    return accept({ ...page.numbers, InstanceStatuses: { InstanceStatus: statuses } })
  },
})

const notInstanceIds = refuse(
  400,
  'InvalidInstanceIds.ValueNotSupported',
  'The specified parameter "InstanceIds" is not valid.',
)

const tooManyIds = refuse(403, 'InvalidParameter.TooManyInstanceIds', 'The number of instance ids exceeds 100.')

/**
 * Returns the page that MaxResults and NextToken ask for: fewer than 10 count as 10, more than 100 as 100. By the SDK's
 * text, TotalCount then means nothing.
 */
function cutTokenPage(
  all: readonly InstanceRecord[],
  { parameters, pageItems = Infinity }: Pick<EcsContext, 'parameters' | 'pageItems'>,
): { readonly items: readonly InstanceRecord[]; readonly numbers: JsonObject } | Refusal {
  const asked = Number(given(parameters, 'MaxResults') ?? '10')
  if (!Number.isInteger(asked)) return invalid('MaxResults')
  const size = Math.min(Math.max(asked, 10), 100)
  const token = given(parameters, 'NextToken')
  const [, serial] = token === undefined ? ['', '0'] : (/^after-(\d+)$/.exec(decode(token)) ?? [])
  if (serial === undefined) return invalid('NextToken')
  const rest = all.filter((instance) => instance.serial > Number(serial))
  const items = rest.slice(0, Math.min(size, pageItems))
  const last = items.at(-1)
  const next = last === undefined || rest.length === items.length ? '' : encode(`after-${last.serial}`)
  return { items, numbers: { NextToken: next, TotalCount: 0, PageNumber: 1, PageSize: size } }
}

function encode(text: string): string {
  return Buffer.from(text).toString('hex')
}

function decode(hex: string): string {
  return Buffer.from(hex, 'hex').toString()
}

/** Returns the entry of an instance. Without a key pair there is no KeyPairName, as in answers that users recorded. */
function element(instance: InstanceRecord, { store, region }: EcsContext): JsonObject {
  const name = boundName(store, instance)
  const windows = instance.osType === 'Windows'
  return {
    InstanceId: instance.id,
    InstanceName: instance.id,
    Status: instance.status,
    OSType: windows ? 'windows' : 'linux',
    OSName: windows ? 'Windows Server 2022' : 'Debian 12',
    StoppedMode: instance.stoppedMode ?? 'Not-applicable',
    InstanceChargeType: 'PostPaid',
    RegionId: region,
    ZoneId: `${region}-a`,
    ResourceGroupId: '',
    ...(name === undefined ? {} : { KeyPairName: name }),
  }
}

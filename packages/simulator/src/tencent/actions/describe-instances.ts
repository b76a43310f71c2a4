import type { JsonObject } from '../../json.js'
import { type Answer, accept, refuse, tooMany } from '../answer.js'
import type { Action, ActionContext } from '../action.js'
import { cutPage, readFilters } from '../page.js'
import type { InstanceRecord } from '../region.js'

/** DescribeInstances, with two of its filters. None is by key pair. */
export const describeInstances: Action = {
  mutating: false,
  parameters: { InstanceIds: 'texts', Filters: 'structures', Offset: 'number', Limit: 'number' },
  perform: describe,
}

function describe(context: ActionContext): Answer {
  const { region, parameters, readAt } = context
  const ids = new Set(parameters.texts('InstanceIds'))
  const filters = readFilters(parameters)
  if ('error' in filters) return filters
  if (ids.size > 0 && filters.length > 0) {
    return refuse('InvalidParameter', 'InstanceIds and Filters exclude each other.')
  }
  if (ids.size > 100) return tooMany('InstanceIds')
  const unknown = filters.find(({ name }) => name !== 'instance-id' && name !== 'instance-state')
  if (unknown !== undefined) return refuse('InvalidFilter', `The filter \`${unknown.name}\` is not valid.`)
  const found = region.instances
    .values(readAt)
    .filter(
      ({ id, status }) =>
        (ids.size === 0 || ids.has(id)) &&
        filters.every(({ name, values }) => values.includes(name === 'instance-id' ? id : status)),
    )
  const page = cutPage(found, context)
  return 'error' in page ? page : accept({ TotalCount: found.length, InstanceSet: page.map(element) })
}

function element({ id, status, os, stoppedMode, bound, latest }: InstanceRecord): JsonObject {
  return {
    InstanceId: id,
    InstanceState: status,
    OsName: os === 'Windows' ? 'Windows Server 2022 DataCenter 64bit CN' : 'TencentOS Server 4',
    RestrictState: 'NORMAL',
    StopChargingMode: stoppedMode ?? 'NOT_APPLICABLE',
    LoginSettings: { KeyIds: bound.length === 0 ? null : bound },
    LatestOperation: latest?.name ?? null,
    LatestOperationState: latest?.state ?? null,
    LatestOperationRequestId: latest?.requestId ?? null,
    LatestOperationErrorMsg: latest?.errorMessage ?? null,
  }
}

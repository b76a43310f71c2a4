import type { KeyPairService } from '@cloud-keypair/core'
import type { InstanceRecord } from '@cloud-keypair/core/driver'
import { attaches, type InstanceCaseContext } from './case-context.js'
import { must } from './must.js'
import { overriding } from './overriding.js'

/**
 * Makes a service whose first read of instances shows some of them as they were before: what the cloud does between a read
 * and the change that follows.
 */
export function serviceAfterRead(
  { driver, serviceOver }: InstanceCaseContext,
  before: (item: InstanceRecord, items: readonly InstanceRecord[]) => InstanceRecord,
): KeyPairService {
  let reads = 0
  const service = serviceOver(
    overriding(driver, {
      doDescribeInstances: async (request, call) => {
        reads += 1
        const isFirst = reads === 1
        const page = await driver.doDescribeInstances(request, call)
        return page.map((shown) =>
          isFirst ? { ...shown, items: shown.items.map((item) => before(item, shown.items)) } : shown,
        )
      },
    }),
  )
  must(attaches(service))
  return service
}

import type { InstanceRecord, ItemFailure } from '../contract/key-pair-driver.js'

/** Returns the reason why a task failed, if the record of its instance tells that this task failed. */
export function failureOfTask(record: InstanceRecord | undefined, task: string | undefined): ItemFailure | undefined {
  return task !== undefined && record?.failedTask?.id === task ? record.failedTask.failure : undefined
}

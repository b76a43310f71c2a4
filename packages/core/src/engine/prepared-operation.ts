import type { InstanceBatch } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, KeyPairDriver } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { Result } from '../result.js'
import type { InstanceLocks } from '../scheduling/instance-locks.js'
import type { Operation } from './operation.js'

/** An operation on instances, its input checked, that can be run over the cloud or over a dry run of it. */
export interface PreparedOperation<T> {
  readonly operation: string
  readonly about: string
  /** The default deadline. */
  readonly deadlineMs: number
  readonly input: Result<OperationBody<T>, CallFailure>
}

export type OperationBody<T> = (
  operation: Operation,
  parts: ServiceParts,
) => Promise<Result<T, KeyPairError<InstanceBatch>>>

/** The parts of a service that changes instances. */
export interface ServiceParts {
  readonly driver: KeyPairDriver
  readonly locks: InstanceLocks
}

/** The parts that a change of instances uses. */
export interface InstanceParts extends ServiceParts {
  readonly instances: InstanceCapabilities
}

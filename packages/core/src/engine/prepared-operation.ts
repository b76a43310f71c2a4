import type { InstanceBatch } from '../contract/batch.js'
import type { KeyPairError } from '../contract/error.js'
import type { Failure } from '../errors/failures.js'
import type { Result } from '../result.js'
import type { ServiceOperation } from './operation.js'
import type { CheckedOperation } from './start-operation.js'

/** An operation on instances, its input checked, that can be run over the cloud or over a dry run of it. */
export type PreparedOperation<T> = CheckedOperation<OperationBody<T>>

export type OperationBody<T> = (
  operation: ServiceOperation,
) => Promise<Result<T, Failure | KeyPairError<InstanceBatch>>>

import type { InstanceBatch } from '../contract/batch.js'
import type { AnyBatch, KeyPairError } from '../contract/error.js'
import type { OperationOptions } from '../contract/options.js'
import { errAsync, type Result, ResultAsync } from '../result.js'
import { Gate, type Operation, runOperation, type ServiceContext, type ServiceOperation } from './operation.js'
import { type Failure, endedFailure, type Subject } from '../errors/failures.js'
import { traceOperation } from './events.js'
import { operationError } from '../errors/to-error.js'
import { mustBeDuration, mustBeFunction, mustBeSignal } from '../errors/type-checks.js'

/** An operation, its input checked. */
interface CheckedOperation<Input> {
  readonly operation: string
  /** The thing that the operation is about, as messages show it. */
  readonly about: string
  /** The default deadline. */
  readonly deadlineMs: number
  readonly input: Result<Input, Failure>
}

/** An operation on instances: its `input` is the body to run, over the cloud or a dry run of it, or the refusal. */
export type PreparedOperation<T> = CheckedOperation<OperationBody<T>>

export type OperationBody<T> = (
  operation: ServiceOperation,
) => Promise<Result<T, Failure | KeyPairError<InstanceBatch>>>

/** Runs an operation on input that was checked; what the check refused is its error, and nothing is sent. */
export function startOperation<Input, T, B extends AnyBatch = never>(
  context: ServiceContext,
  { operation, about, deadlineMs: defaultMs, input }: CheckedOperation<Input>,
  options: OperationOptions | undefined,
  body: (operation: Operation, input: Input) => Promise<Result<T, Failure | KeyPairError<B>>>,
): ResultAsync<T, KeyPairError<B>> {
  mustBeSignal(options?.signal)
  mustBeDuration(options?.deadlineMs, 'deadlineMs')
  mustBeFunction(options?.mayCall, 'mayCall')
  const subject: Subject = { provider: context.driver.provider, operation, about }
  if (input.isErr()) return errAsync(operationError(subject, input.error))
  const { closing } = context.life
  if (closing.aborted) return errAsync(operationError(subject, endedFailure('closed', 'none')))
  const deadlineMs = options?.deadlineMs ?? defaultMs
  const gate = options?.mayCall && new Gate(options.mayCall)
  const limits = { signal: options?.signal, closing, deadlineMs, gate }
  const run = () => runOperation(context, subject, limits, (running) => body(running, input.value))
  return new ResultAsync(traceOperation(context, subject, run))
}

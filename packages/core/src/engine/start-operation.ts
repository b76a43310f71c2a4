import { mustBe } from './type-checks.js'
import type { CallFailure } from '../contract/driver.js'
import type { AnyBatch, KeyPairError } from '../contract/error.js'
import { errorOf, type Subject } from './to-error.js'
import { type Operation, runOperation, type ServiceContext } from './operation.js'
import { errAsync, type Result, ResultAsync } from '../result.js'
import type { OperationOptions } from '../contract/store.js'

/** How long an operation may take unless its caller says otherwise: one call, a batch of many, one that restarts instances. */
export const defaultDeadlineMs = { call: 60_000, batch: 300_000, now: 1_800_000 } as const

export function mustBeSignal(signal: AbortSignal | undefined): void {
  mustBe(signal === undefined || signal instanceof AbortSignal, 'signal must be an AbortSignal')
}

export function mustBeDuration(ms: number | undefined, what: string): void {
  mustBe(ms === undefined || (typeof ms === 'number' && ms > 0), `${what} must be a number of milliseconds above 0`)
}

/** Runs an operation on input that was checked; what the check refused is its error, and nothing is sent. */
export function run<Input, T, B extends AnyBatch>(
  context: ServiceContext,
  { operation, about }: { readonly operation: string; readonly about: string },
  options: OperationOptions | undefined,
  defaultDeadline: number,
  checked: Result<Input, CallFailure>,
  body: (operation: Operation, input: Input) => Promise<Result<T, KeyPairError<B>>>,
): ResultAsync<T, KeyPairError<B>> {
  mustBeSignal(options?.signal)
  mustBeDuration(options?.deadlineMs, 'deadlineMs')
  const subject: Subject = { provider: context.driver.provider, operation, about }
  if (checked.isErr()) return errAsync(errorOf(subject, checked.error, { outcome: 'none' }))
  const limits = { signal: options?.signal, deadlineMs: options?.deadlineMs ?? defaultDeadline }
  return new ResultAsync(runOperation(context, subject, limits, (running) => body(running, checked.value)))
}

/**
 * The one place that names neverthrow: two versions of it in one tree do not mix,
 * so every package and every application takes these from here.
 */
export {
  Err,
  err,
  errAsync,
  fromAsyncThrowable,
  fromPromise,
  fromSafePromise,
  fromThrowable,
  Ok,
  ok,
  okAsync,
  Result,
  ResultAsync,
  safeTry,
} from 'neverthrow'

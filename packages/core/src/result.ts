/**
 * The one place that names neverthrow: two versions of it in one tree do not mix,
 * so every package and every application takes these from here.
 */
export { err, errAsync, ok, okAsync, Result, ResultAsync } from 'neverthrow'

// Every time that an operation waits, or is bound by. The delay before a retry is in scheduling/backoff.ts.

/** Default deadlines: of one call, of a batch, and of an operation that restarts instances. */
export const defaultDeadlineMs = { call: 60_000, batch: 300_000, now: 1_800_000 } as const
/** The default deadline of one page of a list. */
export const pageDeadlineMs = 60_000
/** The default deadline of a repair, which nothing else shortens: instances may be stopped. */
export const defaultRepairMs = 300_000

/** The time after which a vendor call counts as unanswered, unless the service was given another. */
export const defaultAttemptMs = 20_000
/** The time that an aborted driver has to report whether its request was sent. */
export const graceMs = 20

// A record is what a read of the cloud shows of an instance or a key pair.

/** The time between two reads while waiting. */
export const pollMs = 3_000
/** After a change, records may show the earlier state for this long. A new key pair may be listed this late. */
export const shownWithinMs = 30_000
/** After an unanswered call, the cloud may still carry out the call for this long. */
export const doneWithinMs = 60_000
/** After an accepted start, the record may still say "stopped" for this long. */
export const startedWithinMs = 60_000
/** The longest time for a stop, a restart, or another change that the cloud says is under way. */
export const changedWithinMs = 600_000
/** The time before a failed step of a repair is tried again. */
export const repairRetryMs = 15_000
/** The longest time between a look at the instances and a delete that rests on it. */
export const freshForMs = 3_000
/** Some clouds tell to the second when a key pair was created. Of two in one second the younger may come first by its id. */
export const clockTickMs = 1_000
/** The largest difference expected between the clocks of the cloud and of this machine. */
export const clockSkewMs = 10_000

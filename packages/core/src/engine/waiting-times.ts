// The times for which an operation waits for a cloud. A record is what a read of the cloud shows of an instance or a key pair.

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

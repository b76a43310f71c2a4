/** Default deadlines: of one call, of a batch, and of an operation that restarts instances. */
export const defaultDeadlineMs = { call: 60_000, batch: 300_000, now: 1_800_000 } as const

export const pageDeadlineMs = 60_000

export const defaultRepairMs = 300_000

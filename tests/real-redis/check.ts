/** A check of a fleet on a real Redis, with its name. */
export type Check = readonly [name: string, run: () => Promise<void>]

/** A check of a fleet on a real Redis, with its name. One that reads the warnings of the process runs alone. */
export type Check = readonly [name: string, run: () => Promise<void>, needs?: 'no other check']

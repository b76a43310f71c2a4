/** The circumstances of one call. */
export interface Circumstances {
  /** The time of the call, in milliseconds by the simulator's clock. */
  readonly now: number
  /** The time of the world that lists show: `now`, or a little earlier. */
  readonly readAt: number
  /** Items that are to fail, by their id or name. */
  readonly itemErrors: ReadonlyMap<string, ErrorBody>
  /** The most items of a page, whatever the call asks for. */
  readonly pageItems?: number
  /** True if the work of the call is given up later. */
  readonly failsLate?: boolean
}

/** An error, of a call or of an item. */
export interface ErrorBody {
  readonly code: string
  readonly message: string
}

/** An answer. `committed` is true if this call was carried out. */
export interface Outcome<Answer> {
  readonly answer: Answer
  readonly committed: boolean
}

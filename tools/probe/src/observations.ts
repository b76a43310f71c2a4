import type { Reply } from './wire.js'

/** The duration of a change of power: more than the first and at most the second number, in milliseconds. */
export interface Timing {
  readonly change: 'stop' | 'start'
  readonly above: number
  readonly upTo: number
  readonly reply: Reply
}

/** Observations of one question that answer others too. */
export interface Notes {
  readonly replies: Reply[]
  readonly timings: Timing[]
  /** The changes that were not definitely answered: they may still be carried out. */
  readonly unanswered: string[]
  /** Replies that more than one question goes by. */
  readonly kept: Map<string, Reply>
}

export function createNotes(): Notes {
  return { replies: [], timings: [], unanswered: [], kept: new Map() }
}

import type { Reply } from './wire.js'

/** How long a change of power took: more than the one and at most the other, in milliseconds. */
export interface Timing {
  readonly change: 'stop' | 'start'
  readonly above: number
  readonly upTo: number
  readonly reply: Reply
}

/** What was seen on the way, and answers more than the question that it was asked for. */
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

// Open calls at once: at the start, and at most.
const minAtOnce = 4
export const maxAtOnce = 64

const minPerSecond = 0.5
const latencyWeight = 0.2

// A refusal keeps this part of the rate, and less if many of the latest calls were refused.
const kept = 0.8
const minKept = 0.5
const refusedWeight = 0.1
// Above this share of refused calls, the rate does not return to its earlier value.
const overloadedShare = 0.3
const aboveLowered = 1.1

// The time until the rate returns to the refused one, if calls are sent without a pause.
const recoveryMs = 3_500
// Beyond that the rate rises this many times as fast, and by at least `minRise` calls a second each second.
const fasterBeyond = 20
const minRise = 0.1

// A late timer is made up for by at most this. A shorter latency counts as this.
const minMs = 50

/** A call that was sent, for the answer to it. */
interface SentCall {
  readonly at: number
}

/**
 * The rate of one action, learned from the cloud's answers. Until a call is refused for its rate, only the number of open
 * calls is limited: 4 at first, and one more after each admitted round. A refusal lowers the rate. Admitted calls raise it
 * again along a cubic curve (RFC 9438): fast at first, flat near the refused rate, then faster and faster. From then on rate
 * and latency decide the number of open calls. Times are in milliseconds.
 */
export class Pace {
  /** The rate that was refused last, in calls a second; Infinity before the first refusal. */
  #refusedRate = Infinity
  #loweredRate = Infinity
  #loweredAt = -Infinity
  /** The time for which calls were admitted since, without pauses. */
  #admittedMs = 0
  #answeredAt = -Infinity
  /** The share of refused calls among the latest. */
  #refusedShare = 0
  #atOnce = minAtOnce
  #admittedWhileFull = 0
  #open = 0
  #latencyMs = 0
  #nextAt = -Infinity
  #pausedUntil = -Infinity

  /** Returns the earliest time of the next call, or undefined if another call has to end first. */
  nextAt(): number | undefined {
    if (this.#open >= this.#maxOpen()) return undefined
    return Math.max(this.#nextAt, this.#pausedUntil)
  }

  send(now: number): SentCall {
    this.#open += 1
    this.#nextAt = Math.max(this.#nextAt, now - minMs) + 1000 / this.#rate()
    return { at: now }
  }

  /** Records a call without an answer. */
  lose(): void {
    this.#open -= 1
  }

  admit(call: SentCall, now: number): void {
    const isFull = this.#open >= this.#maxOpen()
    this.#open -= 1
    this.#latencyMs += (now - call.at - this.#latencyMs) * (this.#latencyMs === 0 ? 1 : latencyWeight)
    this.#refusedShare *= 1 - refusedWeight
    if (this.#refusedRate === Infinity) {
      if (isFull) this.#admittedWhileFull += 1
      if (this.#admittedWhileFull < this.#atOnce) return
      this.#atOnce = Math.min(maxAtOnce, this.#atOnce + 1)
      this.#admittedWhileFull = 0
      return
    }
    // A pause tells nothing of the rate.
    this.#admittedMs += Math.min(now - this.#answeredAt, Math.max(2_000, 2_000 / this.#rate()))
    this.#answeredAt = now
  }

  refuse(call: SentCall, now: number): void {
    this.#open -= 1
    this.#refusedShare += (1 - this.#refusedShare) * refusedWeight
    // Calls that were open when the rate was lowered tell nothing of the lower rate.
    if (call.at <= this.#loweredAt) return
    const rate = this.#refusedRate === Infinity ? this.#firstRate() : this.#rate()
    const lowered = rate * Math.max(minKept, kept * (1 - this.#refusedShare))
    this.#loweredRate = Math.max(minPerSecond, lowered)
    this.#refusedRate = this.#refusedShare > overloadedShare ? this.#loweredRate * aboveLowered : rate
    this.#loweredAt = now
    this.#admittedMs = 0
    this.#answeredAt = now
    this.#nextAt = Math.max(this.#nextAt, now + 1000 / this.#rate())
  }

  /** Lets no call begin before a time. */
  pauseUntil(time: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, time)
  }

  #rate(): number {
    if (this.#refusedRate === Infinity) return Infinity
    const past = this.#admittedMs / recoveryMs - 1
    const curve = (this.#refusedRate - this.#loweredRate) * past ** 3
    const rise = (minRise * this.#admittedMs) / 1000
    return this.#refusedRate + (past > 0 ? curve * fasterBeyond : curve) + rise
  }

  /** Returns half of the rate before the first refusal. */
  #firstRate(): number {
    return (this.#atOnce * 500) / Math.max(this.#latencyMs, minMs)
  }

  #maxOpen(): number {
    if (this.#refusedRate === Infinity) return this.#atOnce
    const needed = Math.ceil((2 * this.#rate() * this.#latencyMs) / 1000)
    return Math.min(maxAtOnce, Math.max(minAtOnce, needed))
  }
}

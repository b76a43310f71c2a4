import type { Result } from '@cloud-keypair/core'
import type { FleetError } from './fleet-error.js'
import type { Place } from './place.js'
import type { PlaceOutcome, RunReport, RunRequest, RunState } from './run.js'

/** A run, as the store keeps it. */
export interface RunRecord {
  readonly id: string
  readonly state: RunState
  readonly reason?: string | undefined
  readonly request: RunRequest
  readonly placesAtOnce: number
  readonly failedPlaces: number
  readonly total: number
}

/** The answer to a claim. `wait`: other places come first. `held`: its owner may still be at work. */
export type Claim =
  | {
      readonly kind: 'claimed'
      /** Grows with each claim of the place. Whoever has a lower one is refused. */
      readonly fence: number
      readonly starts: number
      readonly state: RunState
      readonly place: Place
      /** The lines of the checkpoint, from the whole one on. */
      readonly checkpoint: readonly string[]
    }
  | { readonly kind: 'ended' | 'gone' | 'paused' | 'wait' | 'held' }

/** The answer to a beat or a save: the state of the run, `lost` if somebody else has the place, or `gone`. */
export type Held = RunState | 'lost' | 'gone'

/** The place of a run that a worker has claimed. */
export interface Holding {
  readonly run: string
  readonly place: string
  readonly fence: number
}

/** A numbered event of a run. */
export interface StoredEvent {
  readonly cursor: string
  readonly number: number
  readonly value: unknown
}

/**
 * The records of a fleet: runs, the fence of each place, checkpoints, outcomes and events. Each method that changes
 * something compares and writes in one step, on the server. Rejects if the server does not answer in time.
 */
export interface FleetStore {
  /** Writes a run in the state `submitting`, unless there is one of this id, and returns the run that is there. */
  create(run: Omit<RunRecord, 'state'>): Promise<RunRecord>
  /** Gives places to a run: all or, if another run has one, none. Returns that run and place. */
  reserve(run: string, places: readonly Place[]): Promise<{ readonly run: string; readonly place: string } | undefined>
  /** Opens a run to workers. */
  open(run: string): Promise<void>
  read(run: string): Promise<RunRecord | undefined>
  report(run: string): Promise<Result<RunReport, FleetError>>
  /** Returns the runs that workers look at. */
  live(): Promise<readonly string[]>
  claim(run: string, place: string, leaseMs: number): Promise<Claim>
  beat(holding: Holding, leaseMs: number): Promise<Held>
  /** Adds a line to the checkpoint of a place, or replaces the checkpoint by a whole one. */
  save(
    holding: Holding,
    line: string,
    isWhole: boolean,
    progress: { readonly done: number; readonly total: number },
  ): Promise<Held>
  /** Writes the outcome of a place once, and frees the place. Returns the state of the run after it. */
  settle(holding: Holding, outcome: PlaceOutcome): Promise<Held>
  /** Ends the lease of a place, so that another worker may claim it at once. */
  giveBack(holding: Holding): Promise<void>
  /** Moves a run to a state, if that is allowed. Returns the state before, or undefined if there is no such run. */
  move(
    run: string,
    to: 'running' | 'paused' | 'cancelled',
    reason: string,
    unbegun: PlaceOutcome,
  ): Promise<RunState | undefined>
  /** Returns the run that has a place. */
  holderOf(place: Place): Promise<string | undefined>
  checkpointOf(run: string, place: Place): Promise<readonly string[]>
  /** Takes a place from a run, unless a worker holds it. The run has this outcome for it. */
  release(run: string, place: Place, outcome: PlaceOutcome): Promise<'free' | 'held'>
  /** Returns the latest event's place in the order of events. */
  cursor(run: string): Promise<Pick<StoredEvent, 'cursor' | 'number'>>
  /** Returns the events after a cursor. Waits a little for the first. */
  events(run: string, cursor: string): Promise<readonly StoredEvent[]>
  /** Returns the time to wait until a call of an action may be sent, in milliseconds. The turn is then taken. */
  reserveTurn(action: string): Promise<number>
  /** Lowers the rate of an action after a refusal, and stops it for the time that the cloud asks for. */
  slowDown(action: string, retryAfterMs: number, wasRefused: boolean): Promise<void>
  /** Returns the reasons for which the server may lose what it acknowledged. Some servers do not tell. */
  durability(): Promise<{ readonly isChecked: boolean; readonly risks: readonly string[] }>
  /** Returns the reason that there is no connection to the server; undefined while there is one. */
  connectionProblem(): string | undefined
  close(): Promise<void>
}

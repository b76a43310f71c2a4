import { err, ok, type Result } from '@cloud-keypair/core'
import { answering } from './answering.js'
import type { FleetError } from './fleet-error.js'
import type { FleetStore, StoredEvent } from './fleet-store.js'
import { parseOutcome, parseState } from './parse-records.js'
import { type Place, placeId } from './place.js'
import type { FleetEvent, RunReport } from './run.js'

/** Yields a report, then events as they come, until the run is over or the signal is aborted. */
export async function* watchRun(
  store: FleetStore,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<Result<FleetEvent, FleetError>, void, undefined> {
  const latest = await answering(store, async () => ok(await store.cursor(id)))
  if (latest.isErr()) {
    yield err(latest.error)
    return
  }
  let last: Pick<StoredEvent, 'cursor' | 'number'> = latest.value
  let report = await answering(store, () => store.report(id))
  if (report.isErr()) {
    yield err(report.error)
    return
  }
  yield ok({ kind: 'report', report: report.value })
  const places = placesById(report.value)
  while (!isOver(report.value) && signal?.aborted !== true) {
    const { cursor, number } = last
    const events = await answering(store, async () => ok(await store.events(id, cursor)))
    if (events.isErr()) {
      yield err(events.error)
      return
    }
    const isGap = events.value[0] !== undefined && events.value[0].number !== number + 1
    for (const event of events.value) {
      last = event
      const shown = isGap ? undefined : eventOf(event.value, places)
      if (shown !== undefined) yield ok(shown)
    }
    if (events.value.length > 0 && !isGap) continue
    report = await answering(store, () => store.report(id))
    if (report.isErr()) {
      yield err(report.error)
      return
    }
    if (isGap || isOver(report.value)) yield ok({ kind: 'report', report: report.value })
  }
}

/** True if each place has an outcome. */
function isOver({ total, succeeded, failed, cancelled }: RunReport): boolean {
  return succeeded + failed + cancelled >= total
}

function placesById({ places }: RunReport): ReadonlyMap<string, Place> {
  return new Map(places.map(({ place }) => [placeId(place), place]))
}

function eventOf(value: unknown, places: ReadonlyMap<string, Place>): FleetEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const {
    kind,
    place: id,
    starts,
    done,
    total,
    outcome,
    state,
    reason,
  } = Object.fromEntries<unknown>(Object.entries(value))
  if (kind === 'state') return { kind, state: parseState(state), reason: String(reason) }
  const place = places.get(String(id))
  if (place === undefined) return undefined
  if (kind === 'begun') return { kind, place, starts: Number(starts) }
  if (kind === 'progress') return { kind, place, done: Number(done), total: Number(total) }
  return kind === 'ended' ? { kind, place, outcome: parseOutcome(outcome) } : undefined
}

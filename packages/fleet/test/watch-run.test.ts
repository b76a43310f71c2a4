import { ok } from '@cloud-keypair/core'
import { expect, it } from 'vitest'
import type { StoredEvent } from '../src/fleet-store.js'
import { placeId } from '../src/place.js'
import type { RunReport } from '../src/run.js'
import { watchRun } from '../src/watch-run.js'
import { unusedStore } from './unused-store.js'

const place = { provider: 'aws' }
const outcome = { status: 'succeeded', changed: 1, pendingRestart: [] } as const

function reportOf(succeeded: number): RunReport {
  const counts = { total: 1, succeeded, failed: 0, cancelled: 0 }
  return { id: 'run', state: 'running', request: { operation: 'audit' }, ...counts, places: [{ place, starts: 1 }] }
}

/** A store whose reports and events come in this order. */
function storeOf(reports: RunReport[], events: (readonly StoredEvent[])[]) {
  return {
    ...unusedStore,
    cursor: async () => ({ cursor: '1-0', number: 1 }),
    report: async () => ok(reports.shift() ?? reportOf(1)),
    events: async () => events.shift() ?? [],
  }
}

async function kindsOf(store: ReturnType<typeof storeOf>): Promise<readonly string[]> {
  const kinds: string[] = []
  for await (const event of watchRun(store, 'run')) kinds.push(event._unsafeUnwrap().kind)
  return kinds
}

const ended = { kind: 'ended', place: placeId(place), outcome: JSON.stringify(outcome) }

it('a watch yields a report, then events, then the last report', async () => {
  const store = storeOf([reportOf(0)], [[{ cursor: '2-0', number: 2, value: ended }]])
  expect(await kindsOf(store)).toEqual(['report', 'ended', 'report'])
})

it('a watch yields a report in place of events after a gap', async () => {
  const store = storeOf([reportOf(0), reportOf(0)], [[{ cursor: '9-0', number: 9, value: ended }]])
  expect(await kindsOf(store)).toEqual(['report', 'report', 'report'])
})

it('a watch ends after its signal was aborted, although the run goes on', async () => {
  const aborting = new AbortController()
  const store = { ...storeOf([reportOf(0), reportOf(0)], []), events: async () => (aborting.abort(), []) }
  const kinds: string[] = []
  for await (const event of watchRun(store, 'run', aborting.signal)) kinds.push(event._unsafeUnwrap().kind)
  expect(kinds).toEqual(['report'])
})

it('an event that no fleet wrote is left out', async () => {
  const store = storeOf([reportOf(0)], [[{ cursor: '2-0', number: 2, value: 'garbage' }]])
  expect(await kindsOf(store)).toEqual(['report', 'report'])
})

it.each([
  ['connect ECONNREFUSED 127.0.0.1:6379', 'Redis could not be reached: connect ECONNREFUSED 127.0.0.1:6379'],
  [undefined, 'Redis could not be used: Command timed out'],
])('a watch whose Redis does not answer ends with the reason: %s', async (problem, message) => {
  const cursor = () => Promise.reject(new Error('Command timed out'))
  const told = []
  for await (const event of watchRun({ ...unusedStore, cursor, connectionProblem: () => problem }, 'run')) {
    const { code, message } = event._unsafeUnwrapErr()
    told.push({ code, message })
  }
  expect(told).toEqual([{ code: 'storage', message }])
})

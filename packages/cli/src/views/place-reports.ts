import type { PlaceOutcome, PlaceReport } from '@cloud-keypair/fleet'
import type { Cell, View } from '../output/view.js'

type Ended = Extract<PlaceOutcome, { status: 'failed' | 'cancelled' }>
type Succeeded = Extract<PlaceOutcome, { status: 'succeeded' }>

/** The places of a run of a fleet. */
export const placeReportsView: View<PlaceReport> = {
  columns: {
    provider: ({ place }) => place.provider,
    account: ({ place }) => place.account,
    region: ({ place }) => place.region,
    status: ({ outcome, starts }) => outcome?.status ?? (starts > 0 ? 'begun' : 'waiting'),
    starts: ({ starts }) => starts,
    changed: ifSucceeded(({ changed }) => changed),
    findings: ifSucceeded(({ audit }) => audit?.findings.length),
    'pending-restart': ifSucceeded(({ pendingRestart }) => pendingRestart.join(',') || undefined),
    error: ifNot(({ code }) => code),
    message: ifNot(({ message }) => message),
    'left-stopped': ifNot(({ leftStopped }) => leftStopped.join(',') || undefined),
  },
  usual: ['provider', 'account', 'region', 'status', 'starts', 'changed', 'error', 'left-stopped'],
  wrapped: ['message', 'pending-restart', 'left-stopped'],
  nameOf: ({ place }) => placeName(place),
}

/** Returns the name of a place, as one word. */
export function placeName({ provider, account, region }: PlaceReport['place']): string {
  return [provider, account, region].filter((part) => part !== undefined && part !== '').join('/')
}

function ifSucceeded(of: (outcome: Succeeded) => Cell): (report: PlaceReport) => Cell {
  return ({ outcome }) => (outcome?.status === 'succeeded' ? of(outcome) : undefined)
}

function ifNot(of: (outcome: Ended) => Cell): (report: PlaceReport) => Cell {
  return ({ outcome }) => (outcome === undefined || outcome.status === 'succeeded' ? undefined : of(outcome))
}

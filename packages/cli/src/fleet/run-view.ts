import type { FleetEvent, PlaceOutcome } from '@cloud-keypair/fleet'
import { barOf } from '../output/bar.js'
import type { Output } from '../output/output.js'
import { visible } from '../output/visible.js'
import { placeName } from '../views/place-reports.js'

/** Shows how a run goes on: lines in place on a terminal, else a line an event. */
export interface RunView extends AsyncDisposable {
  show(event: FleetEvent): Promise<void>
}

const longest = 12

/** Makes the view of a run. */
export function createRunView(output: Output): RunView {
  if (!output.isWatched || output.isJson) {
    return { show: (event) => output.progress(event, lineOf(event)), [Symbol.asyncDispose]: async () => undefined }
  }
  const state = new RunProgress()
  return {
    show: (event) => {
      state.take(event)
      return output.draw(state.lines())
    },
    [Symbol.asyncDispose]: () => output.draw([]),
  }
}

/** Progress of a run, as its events tell. */
class RunProgress {
  #total = 0
  #ended = 0
  #failed = 0
  #state = ''
  readonly #underWay = new Map<string, string>()

  take(event: FleetEvent): void {
    switch (event.kind) {
      case 'report': {
        const { total, succeeded, failed, cancelled, state, places } = event.report
        this.#total = total
        this.#failed = failed
        this.#ended = succeeded + failed + cancelled
        this.#state = state
        this.#underWay.clear()
        for (const { place, outcome, starts } of places) {
          if (outcome === undefined && starts > 0) this.#underWay.set(placeName(place), '')
        }
        break
      }
      case 'begun':
        this.#underWay.set(placeName(event.place), '')
        break
      case 'progress':
        this.#underWay.set(placeName(event.place), `${event.done} of ${event.total} instances`)
        break
      case 'ended':
        this.#underWay.delete(placeName(event.place))
        this.#ended += 1
        if (event.outcome.status === 'failed') this.#failed += 1
        break
      case 'state':
        this.#state = event.state
    }
  }

  lines(): readonly string[] {
    const shown = [...this.#underWay].slice(0, longest)
    const rest = this.#underWay.size - shown.length
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} failed`
    return [
      `${barOf(this.#ended, this.#total)} ${this.#ended} of ${this.#total} places ended${failed}: ${this.#state}`,
      ...shown.map(([name, progress]) => `  ${visible(name)}  ${progress}`.trimEnd()),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ]
  }
}

function lineOf(event: FleetEvent): string {
  switch (event.kind) {
    case 'report': {
      const { state, total, succeeded, failed, cancelled } = event.report
      return `[${succeeded + failed + cancelled}/${total}] ${state}`
    }
    case 'begun':
      return `begun ${placeName(event.place)}${event.starts > 1 ? ` (start ${event.starts})` : ''}`
    case 'progress':
      return `[${event.done}/${event.total}] ${placeName(event.place)}`
    case 'ended':
      return `ended ${placeName(event.place)} ${endOf(event.outcome)}`
    case 'state':
      return `the run is ${event.state}${event.reason ? `: ${event.reason}` : ''}`
  }
}

function endOf(outcome: PlaceOutcome): string {
  return outcome.status === 'succeeded' ? 'succeeded' : `${outcome.status}: ${outcome.code}: ${outcome.message}`
}

import { type Clock, type ProgressEvent, systemClock } from '@cloud-keypair/core'
import { barOf } from '../output/bar.js'
import type { Output } from '../output/output.js'
import { visible } from '../output/visible.js'
import type { Surroundings } from '../surroundings.js'
import type { Progress, ProgressTracker } from './progress.js'

/** Shows how an operation goes on: lines in place on a terminal, else a line an event. */
export interface LiveView extends AsyncDisposable {
  show(event: ProgressEvent): void
}

const longest = 12

export function createLiveView(output: Output, tracker: ProgressTracker, surroundings: Surroundings): LiveView {
  const { clock = systemClock } = surroundings
  if (!output.isWatched || output.isJson) {
    const show = (event: ProgressEvent): void => void output.progress(event, lineOf(event))
    return { show, [Symbol.asyncDispose]: async () => undefined }
  }
  const ended = new AbortController()
  const draw = (): void => void output.draw(linesOf(tracker.now(), clock.now(), output))
  const ticking = tick(clock, ended.signal, draw)
  return {
    show: draw,
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await ticking
      await output.draw([])
    },
  }
}

async function tick(clock: Clock, signal: AbortSignal, draw: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(1_000, signal)
    if (!signal.aborted) draw()
  }
}

function linesOf({ finished, total, underWay }: Progress, now: number, { paint }: Output): readonly string[] {
  const bar = barOf(finished, total)
  const shown = [...underWay].slice(0, longest)
  const rest = underWay.size - shown.length
  return [
    `${bar} ${finished} of ${total} finished`,
    ...shown.map(([id, { step, since, waitMs }]) => {
      const time = `${secondsOf(now - since)} s${reasonToWait(waitMs)}`
      return `  ${step.padEnd(12)} ${visible(id)} ${paint('dim', time)}`
    }),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}

function lineOf({ step, instanceIds, finished, total, waitMs }: ProgressEvent): string {
  return `[${finished}/${total}] ${step} ${instanceIds.join(', ')}${reasonToWait(waitMs)}`
}

function reasonToWait(waitMs: number | undefined): string {
  if (waitMs === undefined) return ''
  return `: the cloud may still carry out an earlier call within ${secondsOf(waitMs)} s`
}

function secondsOf(ms: number): number {
  return Math.max(0, Math.round(ms / 1000))
}

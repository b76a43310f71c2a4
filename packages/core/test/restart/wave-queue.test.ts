import { expect, test } from 'vitest'
import { nextWave, type WaveQueue } from '../../src/restart/wave-queue.js'

test('the worked example of the waves is as it is written', () => {
  const queue: WaveQueue = { inProgress: [], running: ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'], stopped: ['i-6'] }
  const waves = [0, 1, 1, 1, 1, 1].map((down) => nextWave(queue, 2, down))
  expect(waves).toEqual([['i-1', 'i-2'], ['i-3'], ['i-4'], ['i-5'], ['i-6'], []])
})

test('all instances in progress go first, and none that runs while as many are down as may be', () => {
  const queue: WaveQueue = { inProgress: ['i-1', 'i-2', 'i-3'], running: ['i-4'], stopped: ['i-5'] }
  expect(nextWave(queue, 2, 0)).toEqual(['i-1', 'i-2', 'i-3'])
  expect(nextWave(queue, 2, 2)).toEqual([])
  expect(queue).toEqual({ inProgress: [], running: ['i-4'], stopped: ['i-5'] })
})

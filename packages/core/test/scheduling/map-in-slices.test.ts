import { expect, test } from 'vitest'
import { mapInSlices } from '../../src/scheduling/map-in-slices.js'

test('the event loop turns after every 500 items at the latest', async () => {
  let turns = 0
  let isDone = false
  const countTurns = (): void => {
    turns += 1
    if (!isDone) setImmediate(countTurns)
  }
  setImmediate(countTurns)
  const itemsByTurn = new Map<number, number>()
  const numbers = Array.from({ length: 20_000 }, (_, index) => index)
  const mapped = await mapInSlices(numbers, (number) => {
    itemsByTurn.set(turns, (itemsByTurn.get(turns) ?? 0) + 1)
    return number + 1
  })
  isDone = true
  expect(mapped).toEqual(numbers.map((number) => number + 1))
  expect(Math.max(...itemsByTurn.values())).toBeLessThanOrEqual(500)
})

test('few items are mapped without a turn', async () => {
  let turned = false
  setImmediate(() => (turned = true))
  expect(await mapInSlices([1, 2, 3], String)).toEqual(['1', '2', '3'])
  expect(turned).toBe(false)
})

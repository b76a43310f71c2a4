import { expect, it } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, shown, smallCloud } from '../small-cloud.js'

// The cloud answers at once, so only core lets the event loop turn.
it.each([
  ['by a reboot', {}],
  ['by a stop and a start', { power: ['stopped'] }],
] as const)('the event loop turns while one wave restarts many instances %s', async (_, traits) => {
  const limits = { change: { items: 2_000 }, powerChange: { items: 2_000 }, read: { items: 2_000 } }
  const ids = Array.from({ length: 2_000 }, (_none, index) => `i-${index}`)
  const seeds = Object.fromEntries(ids.map((id) => [id, { keyPair: shown('old') }]))
  const service = createKeyPairService(smallCloud(seeds, { ...limits, ...traits }).driver)
  let turns = 0
  let next: NodeJS.Immediate | undefined
  const turn = (): void => {
    turns += 1
    next = setImmediate(turn)
  }
  turn()
  const options = { takeEffect: 'now', maxUnavailable: ids.length } as const
  const batch = batchOf(await service.attach({ name: 'new' }, ids, options))
  clearImmediate(next)
  expect(batch.succeeded).toHaveLength(ids.length)
  // Each part of the wave looks at every instance: its read, its state, its next step, its answer, its checkpoint, its item.
  expect(turns).toBeGreaterThanOrEqual((ids.length / 500) * 8)
})

import { createKeyPairService } from '@cloud-keypair/core/driver'
import { VirtualClock } from '@cloud-keypair/conformance'
import { createMemoryCloud, type MemoryWorld } from '@cloud-keypair/memory'
import { expect, it, vi } from 'vitest'
import type { FleetStore, Held } from '../src/fleet-store.js'
import { NotOver, runPlace } from '../src/place-run.js'
import type { PlaceOutcome, RunState } from '../src/run.js'
import { unusedStore } from './unused-store.js'

const place = { provider: 'memory', instanceIds: ['i-0'] }
const request = { operation: 'attach', keyPair: 'next', takeEffect: 'now', maxUnavailable: 1 } as const

/** The state of the run, the checkpoint at the claim, and the answer to a save. */
interface Setting {
  readonly state: RunState
  readonly checkpoint: readonly string[]
  save(passTime: (ms: number) => void): Held
}

const usual: Setting = { state: 'running', checkpoint: [], save: () => 'running' }

/** Runs a place over a cloud in memory. Returns its end, the outcomes that were written, and the changing calls. */
async function runOver({ state, checkpoint, save }: Setting) {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock })
  await world.seedKeyPairs([{ name: 'old' }, { name: 'next' }])
  await world.seedInstances([{ id: 'i-0', keyPair: 'old' }])
  const written: PlaceOutcome[] = []
  let wallMs = 0
  const store: FleetStore = {
    ...unusedStore,
    claim: async () => ({ kind: 'claimed', fence: 1, starts: 1, state, place, checkpoint }),
    read: async () => ({ id: 'run', state, request, placesAtOnce: 1, failedPlaces: 0, total: 1 }),
    save: async () => save((ms) => void (wallMs += ms)),
    settle: async (_, outcome) => {
      written.push(outcome)
      return 'finished'
    },
  }
  const settings = {
    store,
    connection: '',
    prefix: '',
    services: () => createKeyPairService(driver, { testing: { clock } }),
    acceptLoss: false,
    leaseMs: 60_000,
    callMs: 20_000,
    maxStarts: 1,
    clock: { monotonicMs: () => 0, wallMs: () => wallMs },
    check: undefined,
    closing: new AbortController().signal,
  }
  const end: unknown = await runPlace(settings, 'run', 'id', async () => undefined).catch((thrown: unknown) => thrown)
  return { end, written, changes: await changesIn(world) }
}

async function changesIn(world: MemoryWorld): Promise<readonly string[]> {
  return (await world.calls()).filter(({ mutating }) => mutating).map(({ call }) => call)
}

it('a worker that holds its place changes the instances and writes the outcome', async () => {
  const { end, written, changes } = await runOver(usual)
  expect(end).toBe('over')
  expect(written).toMatchObject([{ status: 'succeeded', changed: 1 }])
  expect(changes.length).toBeGreaterThan(0)
})

it('a worker whose lease runs out during a save changes nothing and writes no outcome', async () => {
  const save = (passTime: (ms: number) => void): Held => {
    passTime(40_000)
    return 'running'
  }
  const { end, written, changes } = await runOver({ ...usual, save })
  expect(end).toBeInstanceOf(NotOver)
  expect([written, changes]).toEqual([[], []])
})

it('a worker whose save is refused changes nothing and writes no outcome', async () => {
  const { end, written, changes } = await runOver({ ...usual, save: () => 'lost' })
  expect(end).toBeInstanceOf(NotOver)
  expect([written, changes]).toEqual([[], []])
})

it('a place that was begun, and whose run is cancelled while no instance is in progress, is not changed', async () => {
  const { end, written, changes } = await runOver({ ...usual, state: 'cancelled' })
  expect(end).toBe('over')
  expect(written).toMatchObject([
    { status: 'cancelled', message: 'the run was cancelled while no worker had this place' },
  ])
  expect(changes).toEqual([])
})

it('a place whose checkpoint is damaged is not changed', async () => {
  const { written, changes } = await runOver({ ...usual, checkpoint: ['{"version":1}\n'] })
  expect(written).toMatchObject([{ status: 'failed', code: 'storage' }])
  expect(changes).toEqual([])
})

it('a worker whose records are gone changes nothing, warns once and writes no outcome', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const { end, written, changes } = await runOver({ ...usual, save: () => 'gone' })
  expect(end).toBe('over')
  expect([written, changes]).toEqual([[], []])
  expect(warn.mock.calls).toEqual([
    [expect.stringContaining('The records of the run in memory are gone'), { type: 'CloudKeyPairWarning' }],
  ])
  warn.mockRestore()
})

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Claim, Holding } from '../../packages/fleet/src/fleet-store.js'
import { placeId } from '../../packages/fleet/src/place.js'
import { RedisStore } from '../../packages/fleet/src/redis-store.js'
import type { Check } from './check.js'
import { inTrial } from './trial.js'

const progress = { done: 0, total: 1 }
const succeeded = { status: 'succeeded', changed: 0, pendingRestart: [] } as const
const failed = { status: 'failed', code: 'unknown', message: 'late', leftStopped: [] } as const

/** Checks of the fence and the lease, as Redis compares them. */
export const storeChecks: readonly Check[] = [
  [
    'a worker whose lease lapsed is refused, and so is one with a lower fence',
    () =>
      inTrial(1, async ({ fleet, redis, clouds }) => {
        const [place = { provider: '' }] = clouds.places
        const { id: run } = (await fleet.audit([place]))._unsafeUnwrap()
        const store = new RedisStore(redis.url, '{cloud-keypair}:')
        const claim = (leaseMs: number): Promise<Claim> => store.claim(run, placeId(place), leaseMs)
        try {
          const late = holdingOf(await claim(100), run, placeId(place))
          assert.equal((await claim(60_000)).kind, 'held')
          await setTimeout(200)
          assert.equal(await store.beat(late, 60_000), 'lost')
          assert.equal(await store.save(late, 'late', true, progress), 'lost')
          const next = holdingOf(await claim(60_000), run, placeId(place))
          assert.ok(next.fence > late.fence)
          assert.equal(await store.save(next, 'next', true, progress), 'running')
          assert.equal(await store.beat(late, 60_000), 'lost')
          assert.equal(await store.save(late, 'late', true, progress), 'lost')
          assert.equal(await store.settle(late, failed), 'lost')
          await store.giveBack(late)
          assert.equal((await claim(60_000)).kind, 'held')
          assert.deepEqual(await store.checkpointOf(run, place), ['next'])
          assert.equal(await store.settle(next, succeeded), 'finished')
          assert.equal(await store.settle(late, failed), 'lost')
          assert.equal((await claim(60_000)).kind, 'ended')
          assert.deepEqual((await fleet.report(run))._unsafeUnwrap().places[0]?.outcome, succeeded)
        } finally {
          await store.close()
        }
      }),
  ],
]

function holdingOf(claim: Claim, run: string, place: string): Holding {
  if (claim.kind !== 'claimed') return assert.fail(`the place is ${claim.kind}`)
  return { run, place, fence: claim.fence }
}

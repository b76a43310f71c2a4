import { type Case, proves } from '../case-context.js'
import { given, okOf } from '../expect.js'
import { must } from '../must.js'

export const pacingCases: readonly Case[] = [
  proves(
    'KP-PACE-01',
    8,
    "the cloud's hint stops every call of its action until then, and no other action",
    async (context) => {
      const { service, world, clock } = context
      const keyPair = await given(context, { name: 'deploy' })
      await world.fault({ on: 'lookup', kind: 'throttled', retryAfterMs: 20_000 })
      const startedAt = clock.now()
      const refused = service.get(keyPair)
      await clock.sleep(1_000, new AbortController().signal)
      const another = service.get(keyPair).map(() => clock.now() - startedAt)
      const tookMs = okOf(await another)
      okOf(await refused)
      must(tookMs >= 20_000, `another call of the action was sent after ${tookMs} ms of 20,000`)
    },
    ['throttled'],
  ),

  proves(
    'KP-PACE-02',
    8,
    'calls come apart after one was refused for their rate',
    async (context) => {
      const { service, world, clock } = context
      const keyPair = await given(context, { name: 'deploy' })
      await world.fault({ on: 'lookup', kind: 'throttled', times: 4 })
      const startedAt = clock.now()
      const found = await Promise.all(Array.from({ length: 30 }, () => service.get(keyPair)))
      found.forEach(okOf)
      const tookMs = clock.now() - startedAt
      must(tookMs >= 500, `30 calls were sent in ${tookMs} ms`)
    },
    ['throttled'],
  ),

  proves(
    'KP-PACE-03',
    8,
    'an abort and a deadline end the wait for a turn',
    async (context) => {
      const { service, world, clock } = context
      const keyPair = await given(context, { name: 'deploy' })
      await world.fault({ on: 'lookup', kind: 'throttled', retryAfterMs: 50_000 })
      const refused = service.get(keyPair)
      await clock.sleep(1_000, new AbortController().signal)
      const startedAt = clock.now()
      const abort = new AbortController()
      void clock.sleep(2_000, new AbortController().signal).then(() => abort.abort())
      const aborted = await service.get(keyPair, { signal: abort.signal })
      must(aborted.isErr() && aborted.error.code === 'aborted' && aborted.error.outcome === 'none')
      must(clock.now() - startedAt <= 2_050, 'an abort did not end the wait')
      const late = await service.get(keyPair, { deadlineMs: 3_000 })
      must(late.isErr() && late.error.code === 'timeout' && late.error.outcome === 'none')
      must(clock.now() - startedAt <= 5_100, 'a deadline did not end the wait')
      okOf(await refused)
    },
    ['throttled'],
  ),
]

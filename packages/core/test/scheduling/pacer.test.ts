import { VirtualClock } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPacer, type Pacer, type Turn } from '../../src/scheduling/pacer.js'

const never = new AbortController().signal

async function turnOf(pacer: Pacer, { action = 'a', attempt = 1, signal = never } = {}): Promise<Turn> {
  const turn = await pacer.waitForTurn({ action, attempt, signal })
  if (turn === undefined) throw new Error('the wait was aborted')
  return turn
}

test('a hint stops all calls of its action until then, and no others', async () => {
  const clock = new VirtualClock()
  const pacer = createPacer({ clock })
  const startedAt = clock.now()
  const first = await turnOf(pacer)
  first.end({ kind: 'refused', retryAfterMs: 30_000 })
  await turnOf(pacer, { action: 'other' })
  expect(clock.now() - startedAt).toBe(0)
  await turnOf(pacer)
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(30_000)
})

test('a wait ends at once when its signal is aborted, and the next in the queue does not notice', async () => {
  const clock = new VirtualClock()
  const pacer = createPacer({ clock })
  const first = await turnOf(pacer)
  first.end({ kind: 'refused', retryAfterMs: 30_000 })
  const abort = new AbortController()
  const given = pacer.waitForTurn({ action: 'a', attempt: 1, signal: abort.signal })
  const next = turnOf(pacer)
  abort.abort()
  expect(await given).toBeUndefined()
  expect(await pacer.waitForTurn({ action: 'a', attempt: 1, signal: abort.signal })).toBeUndefined()
  const before = clock.now()
  await next
  expect(clock.now() - before).toBeGreaterThanOrEqual(30_000)
})

test('a repeat has its turn before calls that wait for their first', async () => {
  const pacer = createPacer({ clock: new VirtualClock() })
  const turns = await Promise.all(Array.from({ length: 4 }, () => turnOf(pacer)))
  const order: string[] = []
  const waiting = [
    turnOf(pacer).then(() => order.push('first')),
    turnOf(pacer, { attempt: 2 }).then(() => order.push('repeat')),
  ]
  for (const turn of turns) turn.end({ kind: 'admitted' })
  await Promise.all(waiting)
  expect(order).toEqual(['repeat', 'first'])
})

test('an unanswered call keeps its turn only until its end', async () => {
  const pacer = createPacer({ clock: new VirtualClock() })
  const turns = await Promise.all(Array.from({ length: 4 }, () => turnOf(pacer)))
  const next = turnOf(pacer)
  turns[0]?.end({ kind: 'unanswered' })
  expect(await next).toBeDefined()
})

test('the rate comes back after a refusal, and no cloud is left at a crawl', async () => {
  const clock = new VirtualClock()
  const pacer = createPacer({ clock })
  for (let refusal = 0; refusal < 20; refusal += 1) (await turnOf(pacer)).end({ kind: 'refused' })
  const startedAt = clock.now()
  for (let call = 0; call < 100; call += 1) (await turnOf(pacer)).end({ kind: 'admitted' })
  expect(clock.now() - startedAt).toBeLessThan(120_000)
})

const answers = fc.array(
  fc.record({
    kind: fc.constantFrom('admitted' as const, 'refused' as const, 'unanswered' as const),
    tookMs: fc.integer({ min: 0, max: 5_000 }),
    retryAfterMs: fc.constantFrom(0, 0, 0, 700, 60_000),
  }),
  { minLength: 1, maxLength: 60 },
)

test('every call has its turn once, whatever the answers, with at most 64 under way', async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (all) => {
      const clock = new VirtualClock()
      const pacer = createPacer({ clock })
      let underWay = 0
      let ended = 0
      await Promise.all(
        all.map(async ({ tookMs, ...answer }) => {
          const turn = await turnOf(pacer)
          underWay += 1
          expect(underWay).toBeLessThanOrEqual(64)
          await clock.sleep(tookMs, never)
          underWay -= 1
          ended += 1
          turn.end(answer)
        }),
      )
      expect(ended).toBe(all.length)
    }),
    { numRuns: 50 },
  )
})

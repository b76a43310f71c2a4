import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InstanceLocks } from '../../src/scheduling/instance-locks.js'

const never = new AbortController().signal
const id = fc.constantFrom('i-1', 'i-2', 'i-3', 'i-4')

/** Returns the lock if it is given within some turns of the event loop. */
async function soon<T>(lock: Promise<T>, most = 10): Promise<T | 'still waiting'> {
  const turns = async (): Promise<'still waiting'> => {
    for (let turn = 0; turn < most; turn += 1) await setImmediate()
    return 'still waiting'
  }
  return Promise.race([lock, turns()])
}

test('holds each instance for one operation at a time, and every operation gets its turn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(id, { minLength: 1 }), { maxLength: 12 }),
      fc.scheduler(),
      async (all, s) => {
        const locks = new InstanceLocks()
        const held = new Set<string>()
        let served = 0
        const work = all.map(async (ids) => {
          const release = await locks.acquire(ids, never)
          for (const one of ids) {
            expect(held.has(one)).toBe(false)
            held.add(one)
          }
          await s.schedule(Promise.resolve())
          for (const one of ids) held.delete(one)
          served += 1
          release?.()
        })
        expect(await soon(s.waitFor(Promise.all(work)), 1000)).not.toBe('still waiting')
        expect(served).toBe(all.length)
      },
    ),
  )
})

test('serves waiting operations in order, also one with many instances', async () => {
  const locks = new InstanceLocks()
  const order: string[] = []
  const first = await locks.acquire(['i-1'], never)
  const both = locks.acquire(['i-1', 'i-2'], never).then((release) => {
    order.push('both')
    release?.()
  })
  const second = locks.acquire(['i-2'], never).then(() => order.push('second'))
  first?.()
  expect(await soon(Promise.all([both, second]))).not.toBe('still waiting')
  expect(order).toEqual(['both', 'second'])
})

test('releases an aborted operation, and those behind it', async () => {
  const locks = new InstanceLocks()
  const abort = new AbortController()
  expect(await soon(locks.acquire(['i-1'], never))).toBeTypeOf('function')
  const waiting = locks.acquire(['i-1', 'i-2'], abort.signal)
  const behind = locks.acquire(['i-2'], never)
  abort.abort()
  expect(await soon(waiting)).toBeUndefined()
  expect(await soon(behind)).toBeTypeOf('function')
  expect(await soon(locks.acquire(['i-3'], abort.signal))).toBeUndefined()
})

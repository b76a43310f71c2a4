import { getEventListeners, getMaxListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { createAbortController, createAbortListeners } from '../src/abort.js'

test('functions that wait for one signal share a listener, which is removed with the last of them', () => {
  const listeners = createAbortListeners()
  const { signal } = new AbortController()
  const limit = getMaxListeners(signal)
  const ends = Array.from({ length: 30 }, () => listeners.onAbort(signal, () => undefined))
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  for (const end of ends.slice(1)) end()
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  ends[0]?.()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(getMaxListeners(signal)).toBe(limit)
})

test('an abort calls every function that still waits, also while others end their wait', () => {
  const listeners = createAbortListeners()
  const controller = new AbortController()
  const called: string[] = []
  const endFirst = listeners.onAbort(controller.signal, () => {
    called.push('first')
    endFirst()
  })
  const endGone = listeners.onAbort(controller.signal, () => called.push('gone'))
  listeners.onAbort(controller.signal, () => called.push('last'))
  endGone()
  controller.abort()
  expect(called).toEqual(['first', 'last'])
})

test('a signal gets a listener again after the last wait ended', () => {
  const listeners = createAbortListeners()
  const controller = new AbortController()
  const call = vi.fn<() => void>()
  listeners.onAbort(controller.signal, call)()
  listeners.onAbort(controller.signal, call)
  controller.abort()
  expect(call).toHaveBeenCalledTimes(1)
})

test('an own signal accepts any number of listeners without a warning', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  const { signal } = createAbortController()
  for (let count = 0; count < 30; count += 1) signal.addEventListener('abort', () => undefined)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(warnings).toEqual([])
})

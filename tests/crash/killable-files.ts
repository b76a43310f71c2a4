import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import type { KillableProcess } from './killable-process.js'

const functions = ['open', 'link', 'lstat', 'stat', 'rename', 'unlink'] as const
const methods = ['chmod', 'stat', 'writeFile', 'sync', 'readFile'] as const

/**
 * Lets a process die before and after every call that it makes of the file system, and within each write, until it is
 * disposed of. The clock stands still during each. What a dead process left open is closed then, as the system does.
 */
export function mortalFiles(killable: Pick<KillableProcess, 'does'>, clock: VirtualClock): AsyncDisposable {
  const closes: (() => Promise<unknown>)[] = []
  const wrap = (target: object, name: string): (() => void) => {
    const original: unknown = Reflect.get(target, name)
    if (typeof original !== 'function') throw new Error(`no function ${name}`)
    const mortally = killable.does((...args: readonly unknown[]): Promise<unknown> =>
      standingStill(clock, async () => {
        const result: unknown = await Reflect.apply(original, target, args)
        if (name === 'open') adopt(result)
        return result
      }),
    )
    const inParts = async (...args: readonly unknown[]): Promise<unknown> => {
      let result: unknown
      for (const part of name === 'writeFile' ? tornApart(args) : [args]) result = await mortally(...part)
      return result
    }
    Reflect.set(target, name, inParts)
    return () => void Reflect.set(target, name, original)
  }
  const adopt = (handle: unknown): void => {
    if (typeof handle !== 'object' || handle === null) return
    const close: unknown = Reflect.get(handle, 'close')
    if (typeof close !== 'function') return
    closes.push(async () => void (await Reflect.apply(close, handle, [])))
    for (const method of [...methods, 'close']) wrap(handle, method)
  }
  const restores = functions.map((name) => wrap(promises, name))
  syncBuiltinESMExports()
  return {
    async [Symbol.asyncDispose]() {
      for (const restore of restores) restore()
      syncBuiltinESMExports()
      // One that was closed already says so.
      await Promise.allSettled(closes.map((close) => close()))
    },
  }
}

/** Returns the arguments of several writes that come to one, as the system may write a text: half of it, and its last byte alone. */
function tornApart([text, ...rest]: readonly unknown[]): readonly (readonly unknown[])[] {
  if (typeof text !== 'string') throw new Error('The process writes something else than text')
  const cuts = [0, Math.floor(text.length / 2), text.length - 1, text.length]
  return cuts.slice(1).map((end, index) => [text.slice(cuts[index], end), ...rest])
}

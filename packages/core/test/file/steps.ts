import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/** A call of the file system, before it is made or after it was. */
export interface Step {
  readonly call: string
  readonly path: string
  readonly moment: 'before' | 'after'
}

type Watch = (step: Step) => void

const functions = ['open', 'link', 'lstat', 'unlink'] as const
const methods = ['chmod', 'stat', 'writeFile', 'sync', 'close', 'readFile'] as const

/**
 * Calls `watch` around every call that this process makes through `node:fs/promises` from now on, in place of a
 * seam in the code under test. What it throws is the call's failure. Returns how to undo it.
 */
export function watchFileSystem(watch: Watch): () => void {
  const undo = functions.map((name) => wrap(promises, name, undefined, watch))
  syncBuiltinESMExports()
  return () => {
    for (const restore of undo) restore()
    syncBuiltinESMExports()
  }
}

/** Wraps a function that takes a path first, or a method of a handle of the path given. */
function wrap(target: object, name: string, pathOfHandle: string | undefined, watch: Watch): () => void {
  const original: unknown = Reflect.get(target, name)
  if (typeof original !== 'function') throw new Error(`no function ${name}`)
  const watched = async (...args: readonly unknown[]): Promise<unknown> => {
    const path = pathOfHandle ?? String(args[0])
    watch({ call: name, path, moment: 'before' })
    const result: unknown = await Reflect.apply(original, target, args)
    if (name === 'open' && typeof result === 'object' && result !== null) {
      for (const method of methods) wrap(result, method, path, watch)
    }
    watch({ call: name, path, moment: 'after' })
    return result
  }
  Reflect.set(target, name, watched)
  return () => {
    Reflect.set(target, name, original)
  }
}

/** Makes an error like those of the file system. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall })
}

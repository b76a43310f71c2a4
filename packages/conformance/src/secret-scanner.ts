import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { isNativeError, isUint8Array } from 'node:util/types'

const eventNames = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const
const consoleNames = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const
// Of a long list, only the ends are searched: its items are alike.
const most = 60

/** Searches for secrets in everything that could contain them: answers, errors, events, and output. */
export class SecretScanner implements Disposable {
  readonly #kept = new Map<unknown, string>()
  readonly #printed: string[] = []
  readonly #restore: (() => void)[] = []

  /** Starts to collect events and output. Output is also printed with `passed-on`, and not with `withheld`. */
  constructor(printed: 'passed-on' | 'withheld') {
    const channel = tracingChannel('cloud-keypair:call')
    const keep = (event: unknown): void => this.keep('an event', event)
    const listeners = Object.fromEntries(eventNames.map((name) => [name, keep]))
    const subscriber = { start: keep, end: keep, asyncStart: keep, asyncEnd: keep, error: keep, ...listeners }
    channel.subscribe(subscriber)
    this.#restore.push(() => channel.unsubscribe(subscriber))
    for (const stream of [process.stdout, process.stderr]) this.#listen(stream, 'write', printed)
    for (const name of consoleNames) this.#listen(console, name, printed)
  }

  /** Keeps a value for the search, in every form in which values are usually written. */
  keep(from: string, value: unknown): void {
    if (!this.#kept.has(value)) this.#kept.set(value, from)
  }

  /** Returns the place in which one of these texts was found, if any. */
  leak(canaries: readonly string[]): string | undefined {
    const printed = this.#printed.join('')
    if (canaries.some((canary) => printed.includes(canary))) return 'what was printed'
    for (const [value, from] of this.#kept) {
      const everything = written(value).join('\n')
      if (canaries.some((canary) => everything.includes(canary))) return from
    }
    return undefined
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore) restore()
  }

  #listen(target: object, name: string, printed: 'passed-on' | 'withheld'): void {
    const original: unknown = Reflect.get(target, name)
    if (typeof original !== 'function') return
    const listening = (...given: readonly unknown[]): unknown => {
      for (const one of given) this.#printed.push(...written(one))
      return printed === 'passed-on' ? Reflect.apply(original, target, given) : true
    }
    Reflect.set(target, name, listening)
    this.#restore.push(() => void Reflect.set(target, name, original))
  }
}

function written(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (isUint8Array(value)) return [Buffer.from(value).toString('latin1')]
  const short = shortened(value)
  return [
    String(value),
    JSON.stringify(short) ?? '',
    inspect(short, { depth: 20, showHidden: true }),
    ...tracesOf(value),
  ]
}

/** Returns the stacks of an error, of its causes, and of errors in a list or batch. */
function tracesOf(value: unknown, depth = 0): readonly string[] {
  if (depth > 5) return []
  if (isList(value)) return value.slice(0, most).flatMap((item) => tracesOf(item, depth + 1))
  if (typeof value !== 'object' || value === null) return []
  const own = isNativeError(value) ? [String(value.stack), String(value.cause)] : []
  return [
    ...own,
    ...['cause', 'error', 'details', 'batch', 'items'].flatMap((key) => tracesOf(Reflect.get(value, key), depth + 1)),
  ]
}

function shortened(value: unknown): unknown {
  const items: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'items') : undefined
  return isList(items) && items.length > most ? [...items.slice(0, most / 2), ...items.slice(-most / 2)] : value
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

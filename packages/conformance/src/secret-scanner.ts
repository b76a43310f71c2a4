import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { isNativeError, isUint8Array } from 'node:util/types'

const eventNames = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const
const consoleNames = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const
// Of a long list, its ends: they are made alike.
const most = 60

/** Everything that a secret could come out by: answers, errors, events, and what is printed. */
export class SecretScanner implements Disposable {
  readonly #kept = new Map<unknown, string>()
  readonly #printed: string[] = []
  readonly #restore: (() => void)[] = []

  /** What is printed is passed on to where it was meant to go, or kept from it. */
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

  /** Keeps a value, to be searched in every form in which it is likely to be written somewhere. */
  keep(from: string, value: unknown): void {
    if (!this.#kept.has(value)) this.#kept.set(value, from)
  }

  /** Where one of these texts came out; undefined where none did. */
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

/** The stacks of an error, of what caused it, and of those in a list or batch. */
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

import type { KeyPairStore, Random } from '@cloud-keypair/core'
import { memberOf } from './answers.js'
import { pick } from './pick.js'
import { violations, type Violation } from './tally.js'

// Makes inputs that no compiler would let a caller give.

const methods =
  'create import createInCloud get list update ensure delete deleteMany audit usages attach detach rotate plan bindings'.split(
    ' ',
  )

const options =
  'name publicKey description tags group save keyType bits ifInUse takeEffect maxUnavailable onCheckpoint resume check deadlineMs namePattern fingerprint operation keyPair replaced instanceIds id signal force expect'.split(
    ' ',
  )

/**
 * Calls a method of a service with hostile inputs. It has to throw a `TypeError`, or to end in a result that is no internal
 * error.
 */
export async function callWithHostileInput(service: KeyPairStore, random: Random): Promise<readonly Violation[]> {
  const method = pick(methods, random) ?? 'get'
  const given = Array.from({ length: Math.floor(random() * 4) }, () => hostile(random))
  const call: unknown = Reflect.get(service, method)
  if (typeof call !== 'function') return []
  try {
    const answer: unknown = await ended(Reflect.apply(call, service, given))
    const message = memberOf(memberOf(answer, 'error'), 'message')
    const isDefect = typeof message === 'string' && message.includes('internal error')
    return violations('thrown or internal error', isDefect ? [`${method}: ${message}`] : [])
  } catch (thrown) {
    const isTypeError = memberOf(thrown, 'name') === 'TypeError'
    return violations('thrown or internal error', isTypeError ? [] : [`${method} threw ${String(thrown)}`])
  }
}

/** Returns the result of an operation, or the last one of a list. */
async function ended(answer: unknown): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer
  const next: unknown = Reflect.get(answer, Symbol.asyncIterator)
  const iterator: unknown = typeof next === 'function' ? Reflect.apply(next, answer, []) : undefined
  let last: unknown
  for (let item = await step(iterator); memberOf(item, 'done') !== true; item = await step(iterator)) {
    last = memberOf(item, 'value')
  }
  return last
}

function step(iterator: unknown): unknown {
  const next = memberOf(iterator, 'next')
  return typeof next === 'function' ? Reflect.apply(next, iterator, []) : { done: true }
}

function hostile(random: Random, depth = 0): unknown {
  const bare: unknown = Object.create(null)
  const texts = ['', ' ', 'deploy', 'old', 'i-0', 'a\nb', '\u0000', '\ud800', '../../../etc/passwd', '*', '__proto__']
  const numbers = [0, -1, 1.5, NaN, Infinity, 2 ** 53, 10n]
  const objects: readonly unknown[] = [new Date(NaN), new Map(), bare, revoked(), throwing(), Symbol('hostile')]
  const functions = [() => {}, async () => Promise.reject(new Error('hostile'))]
  const others: readonly unknown[] = [
    undefined,
    null,
    true,
    false,
    'x'.repeat(10_000),
    'constructor',
    '\u202e',
    'ssh-rsa A',
  ]
  const simple: readonly unknown[] = [...texts, ...numbers, ...objects, ...functions, ...others]
  if (depth > 1 || random() < 0.4) return pick(simple, random)
  if (random() < 0.3) return Array.from({ length: Math.floor(random() * 4) }, () => hostile(random, depth + 1))
  const keys = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(options, random) ?? 'name')
  return Object.fromEntries(keys.map((key) => [key, hostile(random, depth + 1)]))
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function throwing(): unknown {
  return Object.defineProperty({}, 'name', {
    enumerable: true,
    get: () => {
      throw new Error('hostile')
    },
  })
}

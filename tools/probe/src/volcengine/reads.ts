import * as v from 'valibot'
import { is, other } from '../answer.js'
import { attach, shared } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import { parse } from '../parse.js'
import type { Question } from '../question.js'
import { halt, type Script } from '../script.js'
import { read, type Reply, type Request } from '../wire.js'
import { volcengineApi as vendorApi, withToken } from './volcengine-api.js'

/** Asks for the meaning of "fuzzy" for KeyPairName of DescribeKeyPairs. */
export const fuzzyName: Question<'substring' | 'prefix'> = {
  what: 'lists key pairs by the middle and by the beginning of a name',
  async *ask(context) {
    const { name } = yield* shared(context, 'first')
    const middle = yield* context.call(read('DescribeKeyPairs', { KeyPairName: middleOf(name) }))
    if (lists(middle, name)) return is('substring', middle)
    const beginning = yield* context.call(read('DescribeKeyPairs', { KeyPairName: name.slice(0, -2) }))
    if (lists(beginning, name)) return is('prefix', beginning)
    return other('neither the middle nor the beginning of a name finds it', middle, beginning)
  },
}

/** True if KeyPairName of DescribeInstances has to be the whole name. */
export const instanceNameFilter: Question<'exact' | 'fuzzy'> = {
  what: 'attaches a key pair and lists instances by the whole of its name, and by a part',
  async *ask(context) {
    const { name, ...first } = yield* shared(context, 'first')
    yield* attach(context, { name, ...first })
    const whole = yield* byKeyPair(context, name)
    if (!must(whole, context.instanceId)) return other('the whole name does not find the instance', whole)
    const middle = yield* byKeyPair(context, middleOf(name))
    if (must(middle, context.instanceId)) return is('fuzzy', middle)
    const beginning = yield* byKeyPair(context, name.slice(0, -2))
    return must(beginning, context.instanceId)
      ? other('the beginning of a name is enough', beginning)
      : is('exact', middle)
  },
}

async function* byKeyPair(context: ProbeContext, name: string): Script<Reply> {
  return yield* context.call(read('DescribeInstances', { KeyPairName: name, MaxResults: '100' }))
}

/** Returns a part that only the probe's own names have. */
function middleOf(name: string): string {
  return name.slice(name.indexOf('-') + 1, -1)
}

function lists(reply: Reply, name: string): boolean {
  return reply.taken && vendorApi.keyPairs(reply.result)?.some((keyPair) => keyPair.name === name) === true
}

function must(reply: Reply, id: string): boolean {
  return reply.taken && vendorApi.instances(reply.result)?.some((instance) => instance.id === id) === true
}

/** The order of OperationDetails, by a delete of key pairs that aren't there. */
export const detailOrder: Question<'as-given' | 'shuffled'> = {
  what: 'deletes twelve key pairs that were never there',
  async *ask(context) {
    const names = ['k', 'c', 'h', 'a', 'l', 'f', 'b', 'j', 'd', 'i', 'e', 'g'].map((role) =>
      context.journal.newName(role),
    )
    const listed = Object.fromEntries(names.map((name, index) => [`KeyPairNames.${index + 1}`, name]))
    const reply = yield* context.call(withToken('DeleteKeyPairs', listed, context.newToken()))
    if (!reply.taken) return other('the whole call is refused', reply)
    const order = vendorApi.verdicts(reply.result)?.map(({ id }) => id) ?? []
    if (order.toSorted().join() !== names.toSorted().join()) {
      return other(`${order.length} details for ${names.length} names`, reply)
    }
    if (order.join() === names.join()) return is('as-given', reply)
    const isSorted = order.join() === names.toSorted(byRole).join()
    return isSorted ? other('the details are sorted by name', reply) : is('shuffled', reply)
  },
}

function byRole(a: string, b: string): number {
  return (a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1
}

const region = v.object({ KeyPairs: v.array(v.unknown()) })

/** Asks for the answer to a signature for another region. */
export const otherRegion: Question<'empty' | 'refused'> = {
  what: 'lists a key pair with a signature for another region',
  async *ask(context) {
    const { name } = yield* shared(context, 'first')
    const reply = yield* context.call({ ...vendorApi.readKeyPair(name), elsewhere: true })
    if (!reply.taken) return is('refused', reply)
    const found = parse(region, reply.result)?.KeyPairs.length
    return found === 0 ? is('empty', reply) : other('the region of the signature does not count', reply)
  },
}

/** The longest URL that is tried, in bytes. */
const maxUrlLength = 65_536

/** The longest URL that the gateway takes. */
export const urlLimit: Question<number> = {
  what: 'lists key pairs by longer and longer names',
  async *ask(context) {
    const longest = yield* context.call(longRequest(maxUrlLength))
    if (!isTooLong(longest)) return other(`a URL of ${longest.urlLength} bytes is taken`, longest)
    const head = longest.urlLength - maxUrlLength
    let [taken, refused] = [0, longest]
    for (let shortest = longest.urlLength; shortest - taken > 1;) {
      const middle = Math.max(Math.floor((taken + shortest) / 2), head + 1)
      const reply = yield* context.call(longRequest(middle - head))
      if (isTooLong(reply)) [shortest, refused] = [reply.urlLength, reply]
      else taken = reply.urlLength
      if (shortest <= head + 1) return yield* halt('no URL is short enough', 'question')
    }
    return is(taken, refused)
  },
}

function longRequest(length: number): Request {
  return read('DescribeKeyPairs', { KeyPairName: 'a'.repeat(length) })
}

function isTooLong(reply: Reply): boolean {
  return !reply.taken && reply.code === '' && [413, 414, 431].includes(reply.status)
}

import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import * as v from 'valibot'
import { is, other } from '../answer.js'
import { importNew, remove, shared } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import { parse } from '../parse.js'
import type { Question } from '../question.js'
import type { Script } from '../script.js'
import { read, type Reply } from '../wire.js'
import { ensApi as vendorApi } from './ens-api.js'
import { generatedForm } from './generated-key.js'

/** True if `*` in KeyPairName of DescribeKeyPairs stands for anything. */
export const wildcard: Question<AlibabaEnsVariants['wildcard']> = {
  what: 'lists key pairs by the beginning of a name and `*`',
  async *ask(context) {
    const { name } = yield* shared(context, 'first')
    const reply = yield* context.call(vendorApi.readKeyPair(`${name.slice(0, -2)}*`))
    if (!reply.taken) return is('no', reply)
    return is(vendorApi.keyPairs(reply.result)?.some((keyPair) => keyPair.name === name) === true ? 'yes' : 'no', reply)
  },
}

const page = v.object({ PageSize: v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]) })

/** Lists one key pair on a page of so many. */
async function* onPageOf(
  context: ProbeContext,
  size: number,
): Script<{ readonly reply: Reply; readonly size: number | undefined }> {
  const { name } = yield* shared(context, 'first')
  const reply = yield* context.call(
    read('DescribeKeyPairs', { KeyPairName: name, PageNumber: '1', PageSize: String(size) }),
  )
  return { reply, size: reply.taken ? parse(page, reply.result)?.PageSize : undefined }
}

/** More than any page holds. */
const tooMany = 1000

const maxima = [100, 50, 10] as const

/** The largest PageSize of DescribeKeyPairs. */
export const pageSizeMaximum: Question<AlibabaEnsVariants['pageSizeMaximum']> = {
  what: 'lists a key pair on larger and larger pages',
  async *ask(context) {
    const beyond = yield* onPageOf(context, tooMany)
    const capped = maxima.find((maximum) => maximum === beyond.size)
    if (capped !== undefined) return is(capped, beyond.reply)
    if (beyond.reply.taken) return other(`a page of ${tooMany} is ${beyond.size ?? 'of no size'}`, beyond.reply)
    for (const maximum of maxima) {
      const whole = yield* onPageOf(context, maximum)
      if (!whole.reply.taken) continue
      const more = yield* onPageOf(context, maximum + 1)
      return more.reply.taken ? other(`more than ${maximum}`, more.reply) : is(maximum, whole.reply, more.reply)
    }
    return other('less than 10', beyond.reply)
  },
}

/** Asks for the answer to a PageSize above the maximum. */
export const pageSizeBeyond: Question<AlibabaEnsVariants['pageSizeBeyond']> = {
  what: `lists a key pair on a page of ${tooMany}`,
  async *ask(context) {
    const { reply, size } = yield* onPageOf(context, tooMany)
    if (!reply.taken) return is('refused', reply)
    return size !== undefined && size < tooMany ? is('capped', reply) : other(`PageSize is ${size ?? 'none'}`, reply)
  },
}

/** The form of a private key that the cloud generated. */
export const privateKeyBody: Question<AlibabaEnsVariants['privateKeyBody']> = {
  what: 'has the cloud generate a key pair',
  async *ask(context) {
    const { form, reply } = yield* generatedForm(context)
    switch (form) {
      case 'pkcs1':
      case 'pkcs8':
        return is('pem', reply)
      case 'escaped':
        return is('escaped', reply)
      case 'bare':
      case 'unknown':
        return other(`a private key whose form is ${form}`, reply)
    }
  },
}

/** Asks for the end of a RequestId. */
export const requestId: Question<AlibabaEnsVariants['requestId']> = {
  what: 'looks at the RequestId of every answer, last of which one of a delete',
  async *ask(context) {
    const deleted = yield* remove(context, yield* importNew(context, 'request-id'))
    const ids = context.notes.replies.flatMap((reply) =>
      reply.taken ? (parse(v.object({ RequestId: v.string() }), reply.result)?.RequestId ?? []) : [],
    )
    if (ids.every((id) => id.trim() === id)) return is('plain', deleted)
    return ids.every((id) => id.endsWith('\t')) ? is('tab', deleted) : other('some end in white space', deleted)
  },
}

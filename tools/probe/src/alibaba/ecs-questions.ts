import type { AlibabaEcsVariants } from '@cloud-keypair/simulator'
import * as v from 'valibot'
import { is, other } from '../answer.js'
import { attachInPassing, attachSame, detachOther } from '../binding-questions.js'
import { fingerprint } from '../fingerprint-question.js'
import { remove, shared } from '../key-pairs.js'
import { parse } from '../parse.js'
import { defaultStoppedMode, powerChangeMs } from '../power-questions.js'
import type { Question, Questions } from '../question.js'
import { secondChange } from '../second-change.js'
import { read } from '../wire.js'
import { badInstance, batchTotal, itemCode, resultOrder, values, wrongStateCode } from './batch-questions.js'
import { afterDetachBusySeconds, deleteRefused } from './ecs-deletes.js'
import { generatedForm } from './generated-key.js'

const pageSizeBeyond: Question<AlibabaEcsVariants['pageSizeBeyond']> = {
  what: 'lists a key pair on a page of 51',
  async *ask(context) {
    const { name } = yield* shared(context, 'first')
    const reply = yield* context.call(read('DescribeKeyPairs', { KeyPairName: name, PageSize: '51' }))
    if (!reply.taken) return is('refused', reply)
    const size = Number(parse(v.object({ PageSize: v.unknown() }), reply.result)?.PageSize)
    return size === 50 ? is('capped', reply) : other(`PageSize is ${size}`, reply)
  },
}

const unknownKeyPairStatus: Question<AlibabaEcsVariants['unknownKeyPairStatus']> = {
  what: 'detaches a key pair that isn’t there',
  async *ask(context) {
    const name = context.journal.newName('unknown')
    const reply = yield* context.call(context.vendorApi.detach({ name }, [context.instanceId], context.newToken()))
    if (reply.taken) return other('it is taken', reply)
    if (reply.code !== 'InvalidKeyPairName.NotFound') return other(`${reply.status} ${reply.code}`, reply)
    const { status } = reply
    return status === 400 || status === 404 ? is(status, reply) : other(`HTTP ${status}`, reply)
  },
}

const deleteUnknown: Question<AlibabaEcsVariants['deleteUnknown']> = {
  what: 'deletes a key pair that isn’t there',
  async *ask(context) {
    const reply = yield* remove(context, { name: context.journal.newName('unknown') })
    if (reply.taken) return is('ok', reply)
    return reply.code === 'InvalidKeyPair.NotFound' ? is(reply.code, reply) : other(reply.code, reply)
  },
}

const privateKeyBody: Question<AlibabaEcsVariants['privateKeyBody']> = {
  what: 'has the cloud generate a key pair',
  async *ask(context) {
    const { form, reply } = yield* generatedForm(context)
    switch (form) {
      case 'pkcs1':
      case 'pkcs8':
      case 'bare':
        return is(form, reply)
      case 'escaped':
      case 'unknown':
        return other(`a private key whose form is ${form}`, reply)
    }
  },
}

/** The questions for Alibaba Cloud ECS, in this order: reads first, power last. */
export const ecsQuestions: Questions<AlibabaEcsVariants> = {
  fingerprint: fingerprint('sha1-like'),
  pageSizeBeyond,
  privateKeyBody,
  unknownKeyPairStatus,
  deleteUnknown,
  resultOrder,
  values,
  batchTotal,
  attachSame,
  detachOther,
  deleteRefused,
  afterDetachBusySeconds,
  badInstance,
  wrongStateCode: wrongStateCode(['IncorrectInstanceStatus', 'Refused'], attachInPassing),
  itemCode,
  secondChange,
  powerChangeMs,
  defaultStoppedMode,
  capacityGivenBack: { cannotTell: 'a lack of stock cannot be brought about' },
}

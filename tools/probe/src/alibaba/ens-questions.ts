import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { attachSame } from '../binding-questions.js'
import { fingerprint } from '../fingerprint-question.js'
import { bring } from '../instance.js'
import { shared } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import { powerChangeMs } from '../power-questions.js'
import type { Questions } from '../question.js'
import type { Script } from '../script.js'
import { secondChange } from '../second-change.js'
import type { Reply } from '../wire.js'
import { badInstance, batchTotal, itemCode, resultOrder, values, wrongStateCode } from './batch-questions.js'
import { attachOverBound, culprits, detachDeleted, detachOtherById, unboundName } from './ens-binding.js'
import { bothGiven, deleteUnknown, names, takenNameCode, unknownKeyPairCode } from './ens-names.js'
import { pageSizeBeyond, pageSizeMaximum, privateKeyBody, requestId, wildcard } from './ens-reads.js'

/** Attaches a key pair to the instance while it runs. */
async function* attachWhileRunning(context: ProbeContext): Script<Reply> {
  const first = yield* shared(context, 'first')
  yield* bring(context, 'running')
  return yield* context.call(context.vendorApi.attach(first, [context.instanceId], context.newToken()))
}

/**
 * The questions for Alibaba Cloud ENS, in this order: reads first, power last. The answers decide
 * what may be asked later.
 */
export const ensQuestions: Questions<AlibabaEnsVariants> = {
  fingerprint: fingerprint('opaque'),
  wildcard,
  pageSizeMaximum,
  pageSizeBeyond,
  privateKeyBody,
  names,
  takenNameCode,
  unknownKeyPairCode,
  deleteUnknown,
  unboundName,
  resultOrder,
  wrongStateCode: wrongStateCode(['IncorrectInstanceStatus', 'InvalidOperation.InvalidEnsStatus'], attachWhileRunning),
  values,
  batchTotal,
  attachSame,
  attachOverBound,
  bothGiven,
  detachOtherById,
  culprits,
  detachDeleted,
  badInstance,
  itemCode,
  windows: { cannotTell: 'the instance runs Linux' },
  noStockCode: { cannotTell: 'a lack of stock cannot be brought about' },
  secondChange,
  powerChangeMs,
  requestId,
}

import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { attachSame } from '../binding-questions.js'
import { fingerprint } from '../fingerprint-question.js'
import { bring } from '../instance.js'
import { shared } from '../key-pairs.js'
import type { Lab } from '../lab.js'
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
async function* attachWhileRunning(lab: Lab): Script<Reply> {
  const first = yield* shared(lab, 'first')
  yield* bring(lab, 'running')
  return yield* lab.call(lab.dialect.attach(first, [lab.instanceId], lab.newToken()))
}

/**
 * What is asked of Alibaba Cloud ENS, in this order: what changes nothing first, power last. What is found out decides
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

import type { VolcengineVariants } from '@cloud-keypair/simulator'
import { detachOther } from '../binding-questions.js'
import { fingerprint } from '../fingerprint-question.js'
import { defaultStoppedMode, powerChangeMs } from '../power-questions.js'
import type { Questions } from '../question.js'
import { secondChange } from '../second-change.js'
import { createCodes } from './create-codes.js'
import { boundAfterAttach, inUseCode } from './in-use.js'
import { detailOrder, fuzzyName, instanceNameFilter, otherRegion, urlLimit } from './reads.js'
import { createReplay, tokenFailure } from './tokens.js'

/** The questions for Volcengine ECS, in this order: reads first, power last. */
export const volcengineQuestions: Questions<VolcengineVariants> = {
  urlLimit,
  otherRegion,
  fingerprint: fingerprint('opaque'),
  fuzzyName,
  detailOrder,
  createCodes,
  tokenFailure,
  createReplay,
  tokenLifetime: { cannotTell: 'would take a day and more' },
  boundAfterAttach,
  instanceNameFilter,
  inUseCode,
  detachOther,
  emptyTagFilter: { cannotTell: 'the key pairs of the probe have no tags' },
  noStockCode: { cannotTell: 'a lack of stock cannot be brought about' },
  capacityGivenBack: { cannotTell: 'a lack of stock cannot be brought about' },
  secondChange,
  powerChangeMs,
  defaultStoppedMode,
}

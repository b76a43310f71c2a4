import type { EnsAction } from '../ens-action.js'
import { attachKeyPair, detachKeyPair } from './attach-key-pair.js'
import { createKeyPair, importKeyPair } from './create-key-pair.js'
import { deleteKeyPairs } from './delete-key-pairs.js'
import { describeInstances } from './describe-instances.js'
import { describeKeyPairs } from './describe-key-pairs.js'
import { rebootInstance, startInstance, stopInstance } from './power.js'

/** Every action, by the vendor's name. */
export const actions: ReadonlyMap<string, EnsAction> = new Map([
  ['CreateKeyPair', createKeyPair],
  ['ImportKeyPair', importKeyPair],
  ['DescribeKeyPairs', describeKeyPairs],
  ['DeleteKeyPairs', deleteKeyPairs],
  ['AttachKeyPair', attachKeyPair],
  ['DetachKeyPair', detachKeyPair],
  ['DescribeInstances', describeInstances],
  ['StopInstance', stopInstance],
  ['StartInstance', startInstance],
  ['RebootInstance', rebootInstance],
])

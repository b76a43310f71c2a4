import type { Action } from '../action.js'
import { associateInstancesKeyPairs, disassociateInstancesKeyPairs } from './associate-instances-key-pairs.js'
import { createKeyPair, importKeyPair } from './create-key-pair.js'
import { deleteKeyPairs } from './delete-key-pairs.js'
import { describeInstances } from './describe-instances.js'
import { describeKeyPairs } from './describe-key-pairs.js'
import { modifyKeyPairAttribute } from './modify-key-pair-attribute.js'
import { rebootInstances, startInstances, stopInstances } from './power.js'

/** Every action, by the vendor's name. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ['CreateKeyPair', createKeyPair],
  ['ImportKeyPair', importKeyPair],
  ['DescribeKeyPairs', describeKeyPairs],
  ['DeleteKeyPairs', deleteKeyPairs],
  ['ModifyKeyPairAttribute', modifyKeyPairAttribute],
  ['AssociateInstancesKeyPairs', associateInstancesKeyPairs],
  ['DisassociateInstancesKeyPairs', disassociateInstancesKeyPairs],
  ['DescribeInstances', describeInstances],
  ['StopInstances', stopInstances],
  ['StartInstances', startInstances],
  ['RebootInstances', rebootInstances],
])

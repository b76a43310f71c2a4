import type { EcsAction } from '../ecs-action.js'
import { attachKeyPair, detachKeyPair } from './attach-key-pair.js'
import { createKeyPair, importKeyPair } from './create-key-pair.js'
import { deleteKeyPairs } from './delete-key-pairs.js'
import { describeInstances, describeInstanceStatus } from './describe-instances.js'
import { describeKeyPairs } from './describe-key-pairs.js'
import { rebootInstances, startInstances, stopInstances } from './power.js'
import { joinResourceGroup, listTagResources, tagResources, untagResources } from './tag-resources.js'

/**
 * Every action, by the vendor's name. The pages are at help.aliyun.com/en/ecs/developer-reference, each under the name
 * that its action cites.
 */
export const actions: ReadonlyMap<string, EcsAction> = new Map([
  ['CreateKeyPair', createKeyPair],
  ['ImportKeyPair', importKeyPair],
  ['DescribeKeyPairs', describeKeyPairs],
  ['DeleteKeyPairs', deleteKeyPairs],
  ['AttachKeyPair', attachKeyPair],
  ['DetachKeyPair', detachKeyPair],
  ['TagResources', tagResources],
  ['UntagResources', untagResources],
  ['ListTagResources', listTagResources],
  ['JoinResourceGroup', joinResourceGroup],
  ['DescribeInstances', describeInstances],
  ['DescribeInstanceStatus', describeInstanceStatus],
  ['StopInstances', stopInstances],
  ['StartInstances', startInstances],
  ['RebootInstances', rebootInstances],
])

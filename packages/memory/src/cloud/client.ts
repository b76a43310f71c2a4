import type { Random } from '@cloud-keypair/core'
import type { Verdict } from './answer.js'
import type { Gateway, Send } from './gateway.js'
import { attachKeyPair, type ChangeKeyBody, detachKeyPair } from './instance-changes.js'
import { describeInstances, type DescribeInstancesBody, type ListedInstance } from './instance-reads.js'
import {
  type CreatedKeyPair,
  createKeyPair,
  type CreateKeyPairBody,
  type DeletedKeyPair,
  deleteKeyPairs,
  importKeyPair,
  type ImportKeyPairBody,
  updateKeyPair,
  type UpdateKeyPairBody,
} from './key-pair-changes.js'
import { describeKeyPairs, type DescribeKeyPairsBody } from './key-pair-reads.js'
import type { Page } from './pages.js'
import { changePower, type ChangePowerBody } from './power-changes.js'
import type { KeyPairRecord, Region } from './region.js'

/** The cloud as its callers see it: what a vendor's SDK is to an adapter. */
export interface CloudClient {
  readonly describeKeyPairs: Send<DescribeKeyPairsBody, Page<KeyPairRecord>>
  readonly importKeyPair: Send<ImportKeyPairBody, KeyPairRecord>
  readonly createKeyPair: Send<CreateKeyPairBody, CreatedKeyPair>
  readonly updateKeyPair: Send<UpdateKeyPairBody, null>
  readonly deleteKeyPairs: Send<readonly DeletedKeyPair[], readonly Verdict[]>
  readonly describeInstances: Send<DescribeInstancesBody, Page<ListedInstance>>
  readonly attachKeyPair: Send<ChangeKeyBody, readonly Verdict[]>
  readonly detachKeyPair: Send<ChangeKeyBody, readonly Verdict[]>
  readonly stopInstances: Send<ChangePowerBody, readonly Verdict[]>
  readonly startInstances: Send<ChangePowerBody, readonly Verdict[]>
  readonly rebootInstances: Send<ChangePowerBody, readonly Verdict[]>
}

/** Opens a region's actions to callers. */
export function createCloudClient(region: Region, gateway: Gateway, random: Random): CloudClient {
  return {
    describeKeyPairs: gateway.open(describeKeyPairs(region)),
    importKeyPair: gateway.open(importKeyPair(region)),
    createKeyPair: gateway.open(createKeyPair(region)),
    updateKeyPair: gateway.open(updateKeyPair(region)),
    deleteKeyPairs: gateway.open(deleteKeyPairs(region, random)),
    describeInstances: gateway.open(describeInstances(region)),
    attachKeyPair: gateway.open(attachKeyPair(region, random)),
    detachKeyPair: gateway.open(detachKeyPair(region, random)),
    stopInstances: gateway.open(changePower(region, random, 'stop')),
    startInstances: gateway.open(changePower(region, random, 'start')),
    rebootInstances: gateway.open(changePower(region, random, 'reboot')),
  }
}

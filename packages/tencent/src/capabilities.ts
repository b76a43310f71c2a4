import type { Capabilities } from '@cloud-keypair/core'

// At most 100 in each call (cloud.tencent.com/document/product/213/15698 and 15700).
const limit = { items: 100 } as const

/** The capabilities of Tencent Cloud CVM (version 2017-03-12). */
export const capabilities: Capabilities = {
  // Bind, unbind, delete and modify take ids alone.
  identity: ['id'],
  // "InvalidKeyPairNameIncludeIllegalChar" and "InvalidKeyPairNameTooLong" (errors.go of the vendor's SDK for Go).
  name: { allows: ['a-z', 'A-Z', '0-9', '_'], maxLength: 25, unique: true },
  // "InvalidPublicKey.Malformed" names RSA alone; no document has its sizes. "InvalidPublicKey.Duplicate".
  keys: { types: ['ssh-rsa'], rsaBits: 'undocumented', unique: true },
  fingerprints: [],
  // A parameter of ModifyKeyPairAttribute alone.
  description: 'after-creation',
  // Later only by another service, which takes other permissions.
  tags: 'at-creation',
  // `ProjectId`; no call moves a key pair.
  group: 'at-creation',
  createInCloud: true,
  publicKey: true,
  idempotencyToken: false,
  lookup: limit,
  pageSize: 100,
  // "judge separately whether all were deleted" (cloud.tencent.com/document/product/213/15700)
  delete: { ...limit, refusesInUse: true, confirms: false },
  // A key pair that an image uses cannot be deleted (same page).
  notLookedAt: ['images'],
  instances: {
    change: limit,
    read: limit,
    powerChange: limit,
    // Without ForceStop, which cuts the power, and which is never sent (cloud.tencent.com/document/product/213/15698).
    power: ['stopped'],
    restart: 'stop-and-start',
    // "a key bound before becomes invalid"
    replaces: true,
    showsKeyPairId: true,
    // `LatestOperationState` of DescribeInstances; no page says that a bind is over with its answer.
    confirms: false,
    // One bad instance refuses the whole call.
    perItemVerdicts: false,
  },
}

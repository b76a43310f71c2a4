import type { Capabilities } from '@cloud-keypair/core'

/** The capabilities of Alibaba Cloud ECS. */
export const capabilities: Capabilities = {
  // Every action takes names, and DescribeKeyPairs lists no ids.
  identity: ['name'],
  // www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createkeypair
  name: { allows: 'any', maxLength: 128, unique: true },
  // …/api-ecs-2014-05-26-importkeypair lists RSA, DSA and ECDSA, and no sizes; Ed25519 is in no list.
  keys: {
    types: ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
    rsaBits: 'undocumented',
    unique: false,
  },
  // Called MD5, and the sample of CreateKeyPair has 20 bytes.
  fingerprints: 'undocumented',
  description: 'none',
  tags: 'any-time',
  group: 'any-time',
  createInCloud: true,
  // DescribeKeyPairs with IncludePublicKey.
  publicKey: true,
  idempotencyToken: false,
  lookup: { items: 1 },
  pageSize: 50,
  // DeleteKeyPairs takes 100 names and answers with one verdict on all of them.
  delete: { items: 1, refusesInUse: true, confirms: true },
  notLookedAt: ['launch templates', 'scaling groups'],
  instances: {
    change: { items: 50 },
    read: { items: 100 },
    // www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-stopinstances
    powerChange: { items: 100 },
    power: ['running', 'stopped'],
    restart: 'reboot',
    replaces: true,
    showsKeyPairId: false,
    confirms: true,
    perItemVerdicts: true,
  },
}

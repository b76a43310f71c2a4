import type { Capabilities } from '@cloud-keypair/core'
import type { SizedCall } from '@cloud-keypair/core/driver'

// Every call is a GET, and gateways commonly end at 8,192 bytes of URL (the vendor documents no limit). 100 names of
// 64 characters alone come to 8,134. 7,000 leave room for scheme, host, action, key pair and a token, all at their longest.
const bytes = 7000

/** The capabilities of Volcengine ECS. */
export const capabilities: Capabilities = {
  // AttachKeyPair takes either, and the id wins (volcengine.com/docs/6396/120451).
  identity: ['id', 'name'],
  // volcengine.com/docs/6396/120445
  name: { allows: 'any', maxLength: 64, unique: true },
  // No page says which keys ImportKeyPair takes.
  keys: { types: 'undocumented', rsaBits: 'undocumented', unique: false },
  // MD5 as of RFC 4716 (volcengine.com/docs/6396/120446), without colons.
  fingerprints: ['md5'],
  description: 'any-time',
  tags: 'any-time',
  // Moving a resource to another project is an action of IAM, not of ECS.
  group: 'at-creation',
  createInCloud: true,
  // DescribeKeyPairs returns fingerprints only (volcengine.com/docs/6396/120446).
  publicKey: false,
  idempotencyToken: true,
  lookup: { items: 100, bytes },
  pageSize: 500,
  // volcengine.com/docs/6396/120513
  delete: { items: 100, bytes, refusesInUse: true, confirms: true },
  notLookedAt: ['launch templates', 'scaling groups'],
  instances: {
    // volcengine.com/docs/6396/120451 and 120450
    change: { items: 100, bytes },
    read: { items: 100, bytes },
    // volcengine.com/docs/6396/101067 and 101068
    powerChange: { items: 100, bytes },
    power: ['running', 'stopped'],
    // volcengine.com/docs/6396/120451
    restart: 'reboot',
    replaces: true,
    showsKeyPairId: true,
    confirms: true,
    perItemVerdicts: true,
  },
}

/** Returns the bytes that an item adds to the URL of a call that holds 100 of them. */
export function bytesOf(call: SizedCall, item: string): number {
  let plain = 0
  for (let index = 0; index < item.length; index += 1) if (isUnreserved(item.charCodeAt(index))) plain += 1
  const escaped = plain === item.length ? 0 : Buffer.byteLength(item) - plain
  return parameterBytes(call) + plain + 3 * escaped
}

/** True for a letter, a digit, `-`, `.`, `_` or `~`: the others are percent-encoded. */
function isUnreserved(code: number): boolean {
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
  return isLetter || (code >= 48 && code <= 57) || code === 45 || code === 46 || code === 95 || code === 126
}

function parameterBytes(call: SizedCall): number {
  switch (call) {
    case 'lookup':
    case 'delete':
      return '&KeyPairNames.100='.length
    case 'attach':
    case 'detach':
    case 'read-instances':
    case 'stop':
    case 'start':
    case 'reboot':
      return '&InstanceIds.100='.length
  }
}

import type { Capabilities } from '@cloud-keypair/core'

/** The capabilities of Amazon EC2. */
export const capabilities: Capabilities = {
  identity: ['id', 'name'],
  // Up to 255 ASCII characters, no blank at either end (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html).
  name: { allows: [' -~'], maxLength: 255, unique: true },
  // The user guide, "Importing your own public key". Whether other lengths are refused is unverified.
  keys: { types: ['ssh-rsa', 'ssh-ed25519'], rsaBits: [1024, 2048, 4096], unique: false },
  // docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
  fingerprints: ['md5-of-spki', 'sha1-of-private-key', 'sha256'],
  description: 'none',
  tags: 'any-time',
  group: 'none',
  createInCloud: true,
  publicKey: true,
  idempotencyToken: false,
  // The values that one filter takes.
  lookup: { items: 200 },
  // DescribeKeyPairs takes no token of a page: one answer has all key pairs, up to 5,000 unless the limit was raised.
  pageSize: Infinity,
  // The public key is removed from EC2 only; instances keep theirs.
  delete: { items: 1, refusesInUse: false, confirms: true },
  notLookedAt: [
    'launch templates',
    'launch configurations',
    'Spot fleet requests',
    'Elastic Beanstalk environments',
    'EKS node groups',
  ],
  instances: false,
}

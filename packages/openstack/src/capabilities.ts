import type { Capabilities } from '@cloud-keypair/core'

/** The capabilities of OpenStack Nova. */
export const capabilities: Capabilities = {
  identity: ['name'],
  // The characters depend on the microversion of the cloud: `nameProblem` in requests.ts has them.
  name: { allows: 'any', maxLength: 255, unique: true },
  // docs.openstack.org/api-ref/compute/#import-or-create-keypair names no types; nova/crypto.py reads what the Python
  // package cryptography reads.
  keys: {
    types: ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-ed25519'],
    rsaBits: 'undocumented',
    unique: false,
  },
  fingerprints: ['md5'],
  description: 'none',
  tags: 'none',
  group: 'none',
  // Up to microversion 2.91, which Nova still takes.
  createInCloud: true,
  publicKey: true,
  idempotencyToken: false,
  lookup: { items: 1 },
  // The default of `max_limit` (docs.openstack.org/nova/latest/configuration/config.html#api.max_limit).
  pageSize: 1000,
  // Servers keep the key and the name.
  delete: { items: 1, refusesInUse: false, confirms: true },
  // A token sees the servers of one project, and the key pair is the user's in all projects.
  notLookedAt: ['servers of other projects', 'Heat stacks', 'Magnum cluster templates', 'Senlin profiles'],
  instances: false,
}

import type { Capabilities } from '@cloud-keypair/core'

/** The capabilities of Alibaba Cloud ENS. */
export const capabilities: Capabilities = {
  // The id is the one to use: the name "will be deprecated" (…/ens/developer-reference/api-ens-2017-11-10-detachkeypair).
  identity: ['id', 'name'],
  // No page says whether names may repeat, so nothing relies on unique names.
  name: { allows: 'any', maxLength: 128, unique: false },
  // …/ens/developer-reference/api-ens-2017-11-10-importkeypair: ssh-rsa only.
  keys: { types: ['ssh-rsa'], rsaBits: 'undocumented', unique: false },
  // Called MD5 and shown in other lengths.
  fingerprints: 'undocumented',
  description: 'none',
  tags: 'none',
  group: 'none',
  createInCloud: true,
  publicKey: false,
  idempotencyToken: false,
  lookup: { items: 1 },
  // The documented default; a maximum is documented nowhere.
  pageSize: 10,
  // DeleteKeyPairs takes one in spite of its name, and deletes one that is attached; its name dangles on the instance.
  delete: { items: 1, refusesInUse: false, confirms: true },
  notLookedAt: ['launch templates', 'scaling groups'],
  instances: {
    change: { items: 30 },
    read: { items: 100 },
    // StopInstance, StartInstance and RebootInstance take one; those for several are on no page.
    powerChange: { items: 1 },
    power: ['stopped'],
    // No page tells the effect of a reboot on the guest either.
    restart: 'stop-and-start',
    // www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-attachkeypair does not say.
    replaces: 'undocumented',
    showsKeyPairId: false,
    confirms: true,
    perItemVerdicts: false,
  },
}

import { createAlibabaEnsDriver, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { announcing, parking, type Harness, type HarnessOptions, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { startAlibabaEnsSimulator, type AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { renewing } from '../../../tests/support/renewing.js'
import { accessKeyId, accessKeySecret, first, next, securityToken, worldOf } from './support/subject.js'

// The world that the adapter's capabilities describe: if no page tells the behaviour, the strictest one.
const careful: Partial<AlibabaEnsVariants> = {
  names: 'repeat',
  attachOverBound: 'refuses-item',
  badInstance: 'call',
  pageSizeMaximum: 10,
  bothGiven: 'refused',
  // Slow restarts in other worlds would only repeat the same reads.
  powerChangeMs: 2_500,
}

// Independent behaviours share a world: forms of answers, codes of refusals, results of a change.
const variants: Readonly<Record<string, Partial<AlibabaEnsVariants>>> = {
  usual: { powerChangeMs: 20_000 },
  'numbers and flags are texts, totals are none, results in any order; each instance is judged by itself; what is not sent is taken; a delete of nothing succeeds':
    {
      values: 'strings',
      batchTotal: 'more',
      resultOrder: 'shuffled',
      badInstance: 'item',
      bothGiven: 'name',
      wildcard: 'yes',
      pageSizeBeyond: 'capped',
      detachDeleted: 'detaches',
      deleteUnknown: 'ok',
    },
  'each instance is judged by itself, by a code that is a text; attach of the same is an error': {
    badInstance: 'item',
    itemCode: 'text',
    attachSame: 'error',
  },
  'each instance is judged by itself, by a number and a sentence; attach over another replaces it; names are unique, which their error does not say; fingerprints over another form of the key':
    {
      badInstance: 'item',
      itemCode: 'number-and-sentence',
      values: 'strings',
      attachOverBound: 'replaces',
      names: 'unique',
      takenNameCode: 'ens.interface.error',
      fingerprint: 'md5-of-spki',
    },
  'attach over another refuses the call; a second change loses the first; a wrong state by another code, an empty name where no key pair is':
    {
      attachOverBound: 'refuses-call',
      secondChange: 'first-lost',
      wrongStateCode: 'InvalidOperation.InvalidEnsStatus',
      unboundName: 'empty',
    },
  'detach of another by id refuses the call; names are unique; a private key with escaped line breaks, a page up to 50':
    {
      detachOtherById: 'call',
      names: 'unique',
      privateKeyBody: 'escaped',
      requestId: 'tab',
      pageSizeMaximum: 50,
    },
  'detach of another by id refuses the call and names the first; an unknown key pair is an error that says nothing': {
    detachOtherById: 'call',
    culprits: 'first',
    unknownKeyPairCode: 'ens.interface.error',
  },
  'detach of another by id refuses the call and names all; opaque fingerprints': {
    detachOtherById: 'call',
    culprits: 'all',
    fingerprint: 'opaque',
  },
}

const opaque = { status: 400, code: 'ens.interface.error', message: 'Failed to call API.' }

const codes = {
  denied: { status: 400, code: 'NoPermission' },
  busy: { status: 409, code: 'OperationConflict' },
  // The codes that these two have for anything that failed.
  failedCalls: { import: opaque, create: opaque },
  items: {
    gone: { code: 'InstanceNotFound', message: 'The input parameter instancdId that is not found.' },
    throttled: { code: 'Throttling.User', message: 'Request was denied due to user flow control.' },
    strange: { code: 'Strange.Code', message: 'Strange.' },
    failed: { code: 'InternalError', message: 'The request processing has failed due to some unknown error.' },
  },
  update: 'none',
  power: { stop: 'StopInstance', start: 'StartInstance', reboot: 'RebootInstance' },
}

/** The adapter for ENS over the wire, against the simulator. */
export const alibabaEnsSubject: Subject = {
  name: 'alibaba-ens',
  variants: Object.keys(variants),
  // No page names the codes of no stock and of a full quota, or tells of several key pairs, of released instances or of
  // users of an account.
  lacks: ['no-stock', 'full', 'several', 'terminated', 'other-user'],
  harness: async ({ variant, clock, service: options, generateInCloud }: HarnessOptions): Promise<Harness> => {
    await loadVendor(
      createAlibabaEnsDriver({ endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId, accessKeySecret } }),
    )
    const simulator = await startAlibabaEnsSimulator({
      clock: parking(clock),
      wallClock: () => clock.now(),
      accounts: [first, next],
      generateKeyPair: async () => generateInCloud(),
      variants: { ...careful, ...variants[variant] },
    })
    const transport = createHttpTransport({ proxy: 'none' })
    const account = {
      endpoint: simulator.url,
      credentials: renewing(first, next),
      transport: announcing(transport, clock),
    }
    const driver = createAlibabaEnsDriver({ ...account, credentials: renewing(first, next), testing: options.testing })
    return {
      service: createAlibabaEnsKeyPairService({ ...options, ...account }),
      driver,
      world: worldOf(simulator, clock, driver, codes),
      facts: {
        refuses: [],
        namesRepeat: simulator.variants.names === 'repeat',
        tellsTaken: simulator.variants.takenNameCode !== 'ens.interface.error',
        replaces: simulator.variants.attachOverBound === 'replaces',
        keepsDetached: simulator.variants.secondChange === 'first-lost',
        group: 'none',
      },
      canaries: [accessKeySecret, securityToken, accessKeyId],
      [Symbol.asyncDispose]: async () => {
        // The server first: what hangs in the transport waits for it.
        await simulator.close()
        await transport.close()
      },
    }
  },
}

import { createAlibabaEcsDriver, createAlibabaEcsKeyPairService } from '@cloud-keypair/alibaba'
import { announcing, parking, type Harness, type HarnessOptions, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { startAlibabaEcsSimulator, type AlibabaEcsVariants } from '@cloud-keypair/simulator'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { renewing } from '../../../tests/support/renewing.js'
import { accessKeyId, accessKeySecret, first, next, securityToken, worldOf } from './support/subject.js'

// Slow restarts in other worlds would only repeat the same reads.
const quick: Partial<AlibabaEcsVariants> = { powerChangeMs: 4_000 }

// Independent behaviours share a world: forms of answers, codes of refusals, results of a change.
const variants: Readonly<Record<string, Partial<AlibabaEcsVariants>>> = {
  usual: { powerChangeMs: 20_000, defaultStoppedMode: 'StopCharging', capacityGivenBack: 'gone' },
  'counts and flags are texts, totals are none, results in any order; a bad instance refuses the call; detach of another is an error; a second change loses the first; a delete of nothing is an error, one refused leaves the others gone':
    {
      values: 'strings',
      batchTotal: 'more',
      resultOrder: 'shuffled',
      badInstance: 'call',
      detachOther: 'error',
      secondChange: 'first-lost',
      deleteUnknown: 'InvalidKeyPair.NotFound',
      deleteRefused: 'others-go',
    },
  "an item's code is a number, its message the code; attach of the same is an error; a private key without armour, an unknown key pair is HTTP 404":
    {
      itemCode: 'number',
      attachSame: 'error',
      privateKeyBody: 'bare',
      unknownKeyPairStatus: 404,
    },
  "an item's code is a number, its message a sentence; detach of another is an error; fingerprints of 20 bytes": {
    itemCode: 'number-and-sentence',
    values: 'strings',
    detachOther: 'error',
    fingerprint: 'sha1-like',
    privateKeyBody: 'pkcs8',
  },
  'detach of another detaches; a wrong state by a code that says nothing; in use for a minute after a detach; fingerprints over another form of the key':
    {
      detachOther: 'detaches',
      wrongStateCode: 'Refused',
      afterDetachBusySeconds: 60,
      fingerprint: 'md5-of-spki',
    },
}

const codes = {
  denied: { status: 403, code: 'Forbidden.RAM' },
  busy: { status: 403, code: 'InstanceNotReady' },
  items: {
    gone: { code: 'InvalidInstanceId.NotFound', message: 'The specified InstanceId does not exist.' },
    throttled: { code: 'Throttling.User', message: 'Request was denied due to user flow control.' },
    strange: { code: 'Strange.Code', message: 'Strange.' },
    failed: { code: 'InternalError', message: 'The request processing has failed due to some unknown error.' },
  },
  update: 'TagResources',
  power: { stop: 'StopInstances', start: 'StartInstances', reboot: 'RebootInstances' },
}

/** The adapter for ECS over the wire, against the simulator. */
export const alibabaEcsSubject: Subject = {
  name: 'alibaba-ecs',
  variants: Object.keys(variants),
  // The cloud binds one key pair to an instance. No page tells of records of released instances, or of users of an account.
  lacks: ['several', 'terminated', 'other-user'],
  harness: async ({ variant, clock, service: options, generateInCloud }: HarnessOptions): Promise<Harness> => {
    await loadVendor(
      createAlibabaEcsDriver({
        region: 'cn-hangzhou',
        endpoint: 'http://127.0.0.1:1',
        credentials: { accessKeyId, accessKeySecret },
      }),
    )
    const simulator = await startAlibabaEcsSimulator({
      clock: parking(clock),
      wallClock: () => clock.now(),
      accounts: [first, next],
      generateKeyPair: async () => generateInCloud(),
      variants: { ...quick, ...variants[variant] },
    })
    const transport = createHttpTransport({ proxy: 'none' })
    const account = {
      region: simulator.region,
      endpoint: simulator.url,
      credentials: renewing(first, next),
      transport: announcing(transport, clock),
    }
    const driver = createAlibabaEcsDriver({ ...account, credentials: renewing(first, next), testing: options.testing })
    return {
      service: createAlibabaEcsKeyPairService({ ...options, ...account }),
      driver,
      world: worldOf(simulator, clock, driver, codes),
      facts: { refuses: ['windows'], namesRepeat: false, replaces: true, group: 'rg-projecta' },
      canaries: [accessKeySecret, securityToken, accessKeyId],
      [Symbol.asyncDispose]: async () => {
        // The server first: what hangs in the transport waits for it.
        await simulator.close()
        await transport.close()
      },
    }
  },
}

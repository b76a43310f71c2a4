import { err, ok, type Result } from '@cloud-keypair/core'
import type {
  CallFailure,
  DescribeInstancesRequest,
  ItemVerdict,
  KeyPairDriver,
  Metadata,
  UpdateKeyPairRequest,
} from '@cloud-keypair/core/driver'
import { capabilitiesOf } from './capabilities.js'
import type { Answer, Trouble, Verdict } from './cloud/answer.js'
import type { CloudClient } from './cloud/client.js'
import type { DescribeInstancesBody } from './cloud/instance-reads.js'
import type { CreateKeyPairBody, UpdateKeyPairBody } from './cloud/key-pair-changes.js'
import { failureOf, verdictOf } from './errors.js'
import { deletedOf, handleOf, instanceOf, keyPairOf, pageOf } from './mapping.js'
import type { MemoryTraits } from './traits.js'

/**
 * Makes the driver of a cloud in memory. Each method is one call: the request in the cloud's terms, and the answer,
 * or why there is none, in those of core. Chunks, retries, pages and checks of input are core's.
 */
export function createMemoryDriver(cloud: CloudClient, traits: MemoryTraits): KeyPairDriver {
  const capabilities = capabilitiesOf(traits)
  const isOver = traits.powerChangeMs === 0
  const powerVerdictsOf = (answer: Answer<readonly Verdict[]>): Result<readonly ItemVerdict[], CallFailure> =>
    verdictsOf(answer).map((verdicts) => verdicts.map((verdict) => (verdict.ok ? { ...verdict, isOver } : verdict)))

  return {
    provider: 'memory',
    location: { region: 'memory', endpoint: 'memory:' },
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    async doDescribeKeyPairs(request, context) {
      const page = { after: request.cursor, size: capabilities.pageSize }
      const which = request.kind === 'exact' ? { only: request.keyPairs } : { namePrefix: request.namePrefix }
      const answer = await cloud.describeKeyPairs({ ...page, ...which }, context)
      return answer.map((found) => pageOf(found, (record) => keyPairOf(record, traits))).mapErr(readFailure)
    },

    async doImportKeyPair({ name, publicKey, ...metadata }, context) {
      const answer = await cloud.importKeyPair({ name, publicKey, ...given(metadata) }, context)
      return answer.map((record) => keyPairOf(record, traits)).mapErr(changeFailure)
    },

    async doCreateKeyPair({ name, ...metadata }, context) {
      const answer = await cloud.createKeyPair({ name, ...given(metadata) }, context)
      return answer
        .mapErr(changeFailure)
        .andThen(({ keyPair, privateKey }) =>
          privateKey === undefined ? err(noPrivateKey) : ok({ keyPair: keyPairOf(keyPair, traits), privateKey }),
        )
    },

    async doUpdateKeyPair({ keyPair, change }, context) {
      const answer = await cloud.updateKeyPair({ keyPair: handleOf(keyPair), ...changed(change) }, context)
      return answer.mapErr(changeFailure)
    },

    doDeleteKeyPairs: async (keyPairs, context) =>
      verdictsOf(await cloud.deleteKeyPairs(keyPairs.map(deletedOf), context)),

    async doDescribeInstances(request, context) {
      const page = { after: request.cursor, size: capabilities.pageSize }
      const answer = await cloud.describeInstances({ ...page, ...instanceFilter(request) }, context)
      return answer.map((found) => pageOf(found, (instance) => instanceOf(instance, traits))).mapErr(readFailure)
    },

    doAttachKeyPair: async (request, context) => verdictsOf(await cloud.attachKeyPair(request, context)),
    doDetachKeyPair: async (request, context) => verdictsOf(await cloud.detachKeyPair(request, context)),
    doStopInstances: async (request, context) => powerVerdictsOf(await cloud.stopInstances(request, context)),
    doStartInstances: async (request, context) => powerVerdictsOf(await cloud.startInstances(request, context)),
    doRebootInstances: async (request, context) => powerVerdictsOf(await cloud.rebootInstances(request, context)),

    async close() {
      // There is no socket and no timer to give back.
    },
  }
}

function instanceFilter(request: DescribeInstancesRequest): Partial<DescribeInstancesBody> {
  switch (request.kind) {
    case 'exact':
      return { only: request.instanceIds }
    case 'bound-to':
      return { keyPairName: request.keyPair.name }
    case 'bound':
      return {}
  }
}

function readFailure(trouble: Trouble): CallFailure {
  return failureOf(trouble, false)
}

function changeFailure(trouble: Trouble): CallFailure {
  return failureOf(trouble, true)
}

function verdictsOf(answer: Answer<readonly Verdict[]>): Result<readonly ItemVerdict[], CallFailure> {
  return answer.map((verdicts) => verdicts.map(verdictOf)).mapErr(changeFailure)
}

/** Leaves absent fields out of the request, as a cloud may not accept them. */
function given({ description, tags, group }: Metadata): Omit<CreateKeyPairBody, 'name'> {
  return {
    ...(description !== undefined && { description }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(group !== undefined && { group }),
  }
}

function changed(change: UpdateKeyPairRequest['change']): Omit<UpdateKeyPairBody, 'keyPair'> {
  switch (change.kind) {
    case 'description':
      return { description: change.description }
    case 'set-tags':
      return { tags: change.tags }
    case 'remove-tags':
      return { removedTags: change.keys }
    case 'group':
      return { group: change.group }
  }
}

/** The answer to a repeated call may come without the private key, and the key pair is of no use then. */
const noPrivateKey: CallFailure = {
  code: 'invalid-response',
  message: 'the answer holds no private key',
  outcome: 'unknown',
  transient: false,
  scope: 'call',
}

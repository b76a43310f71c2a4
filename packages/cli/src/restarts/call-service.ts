import type {
  ChangeOptions,
  InstanceBatch,
  KeyPairError,
  KeyPairService,
  Result,
  Rotation,
  Secret,
} from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import { usageError } from '../usage-error.js'
import type { Job } from './job.js'

/** The input of an operation with restarts, besides its job. */
export type CallOptions = Pick<
  ChangeOptions,
  'signal' | 'deadlineMs' | 'check' | 'onProgress' | 'onCheckpoint' | 'resume' | 'expect'
>

/** The result of an attach or a detach, or of a rotation. */
export type JobResult =
  | { readonly kind: 'change'; readonly result: Result<InstanceBatch, KeyPairError<InstanceBatch>> }
  | { readonly kind: 'rotation'; readonly result: Result<Rotation, KeyPairError<InstanceBatch>> }

/** Carries out a job. The passphrase is of the private key that a rotation saves. */
export async function callService(
  service: KeyPairService,
  job: Job,
  passphrase: Secret | undefined,
  options: CallOptions,
): Promise<JobResult> {
  const { request } = job
  switch (request.operation) {
    case 'attach': {
      const { operation: _, keyPair, instanceIds, ...how } = request
      const result = await service.attach(keyPair, instanceIds, { takeEffect: 'now', ...how, ...options })
      return { kind: 'change', result }
    }
    case 'detach': {
      const { operation: _, keyPair, instanceIds, onlyIfVacant: __, ...how } = request
      const result = await service.detach(keyPair, instanceIds, { takeEffect: 'now', ...how, ...options })
      return { kind: 'change', result }
    }
    case 'rotate': {
      const { operation: _, replaced, publicKey, ...how } = request
      const newKey = publicKey === undefined ? savedKey(job, passphrase) : { publicKey }
      return { kind: 'rotation', result: await service.rotate(replaced, { ...how, ...options, ...newKey }) }
    }
  }
}

/** Makes the storage of the private key. A resumed rotation uses the key that its first run saved. */
function savedKey(
  { privateKeyFile, keyType, bits }: Job,
  passphrase: Secret | undefined,
): {
  readonly save: ReturnType<typeof saveToFile>
  readonly keyType: Job['keyType']
  readonly bits?: 2048 | 3072 | 4096
} {
  if (privateKeyFile === undefined) {
    throw usageError(
      'no file is given for the new private key',
      'Give --private-key, or --public-key for a key that exists.',
    )
  }
  const save = saveToFile(privateKeyFile, { ifFileExists: 'reuse', passphrase })
  return { save, keyType, ...(bits !== undefined && { bits }) }
}

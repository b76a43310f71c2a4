import {
  canAttach,
  type Checkpoint,
  type CheckpointUpdate,
  collect,
  err,
  type InstanceBatch,
  type KeyPairError,
  type KeyPairReference,
  type KeyPairService,
  type KeyPairStore,
  ok,
  type Result,
} from '@cloud-keypair/core'
import type { AttachPlace, Place } from './place.js'
import type { PlaceOutcome, RunRequest } from './run.js'

/** The input of the operation in one place. */
export interface Work {
  readonly service: KeyPairStore
  readonly place: Place
  readonly request: RunRequest
  readonly resume: Checkpoint | undefined
  readonly signal: AbortSignal
  readonly mayCall: () => boolean
  readonly onCheckpoint: (checkpoint: Checkpoint, update: CheckpointUpdate) => Promise<void>
  readonly check?: ((instanceId: string, signal: AbortSignal) => Promise<void>) | undefined
}

/** Performs the operation of a run in one place. */
export async function perform(work: Work): Promise<PlaceOutcome> {
  const { service, request, resume, signal, mayCall, onCheckpoint, check } = work
  if (request.operation === 'audit') {
    return (await service.audit({ signal })).match(
      (audit) => ({ status: 'succeeded', changed: 0, pendingRestart: [], audit }),
      (error) => failure(error),
    )
  }
  if (!canAttach(service)) return failure({ code: 'unsupported', message: 'this cloud binds no key pairs' })
  const restarts = { signal, mayCall, onCheckpoint, ...(resume && { resume }), ...(check && { check }) }
  switch (request.operation) {
    case 'attach': {
      const { keyPair, takeEffect, maxUnavailable } = request
      const found = await referenceTo(service, keyPair, resume?.keyPair.id, signal)
      if (found.isErr()) return failure(found.error)
      const ids = instanceIdsOf(work.place)
      const options = takeEffect === 'now' ? { takeEffect, maxUnavailable, ...restarts } : { signal, mayCall }
      return outcomeOf(await service.attach(found.value, ids, options))
    }
    case 'rotate': {
      const { from, to: name, publicKey, maxUnavailable } = request
      const found = await referenceTo(service, from, resume?.replaced?.id, signal)
      if (found.isErr()) return failure(found.error)
      const rotated = await service.rotate(found.value, { name, publicKey, maxUnavailable, ...restarts })
      return outcomeOf(rotated.map(({ batch }) => batch))
    }
  }
}

/** Returns the reference to a key pair of this name: the name if the cloud takes names, else the id of the only one. */
async function referenceTo(
  service: KeyPairService,
  name: string,
  knownId: string | undefined,
  signal: AbortSignal,
): Promise<Result<KeyPairReference, Failure>> {
  if (service.capabilities.identity.includes('name')) return ok({ name })
  if (knownId !== undefined) return ok({ id: knownId })
  const listed = await collect(service.list({ namePattern: name, signal }), { max: 2 })
  if (listed.isErr()) return err(listed.error)
  const [only, another] = listed.value
  if (only?.id !== undefined && another === undefined) return ok({ id: only.id })
  const what = only === undefined ? 'no key pair has' : 'several key pairs have'
  return err({
    code: only === undefined ? 'not-found' : 'conflict',
    message: `${what} the name ${JSON.stringify(name)}`,
  })
}

function instanceIdsOf(place: Place | AttachPlace): readonly string[] {
  return 'instanceIds' in place ? place.instanceIds : []
}

function outcomeOf(result: Result<InstanceBatch, KeyPairError<InstanceBatch>>): PlaceOutcome {
  if (result.isErr()) return failure(result.error, leftStoppedIn(result.error))
  const { succeeded } = result.value
  return {
    status: 'succeeded',
    changed: succeeded.filter(({ changed }) => changed).length,
    pendingRestart: succeeded.filter(({ effect }) => effect === 'at-next-start').map(({ id }) => id),
  }
}

function leftStoppedIn(error: KeyPairError<InstanceBatch>): readonly string[] {
  return error.code === 'incomplete' ? error.details.batch.leftStopped : []
}

type Failure = Pick<KeyPairError, 'code' | 'message'>

function failure({ code, message }: Failure, leftStopped: readonly string[] = []): PlaceOutcome {
  return { status: 'failed', code, message, leftStopped }
}

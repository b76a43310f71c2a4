import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyPair, KeyPairErrorCode, KeyPairService, KeyPairStore } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import { attach, create, deleteWhileUsed, detach, listUsers, remove, type Attached } from './operations.js'
import type { StepTaker } from './steps.js'

/** The names in the story. */
export interface Cast {
  readonly service: KeyPairService
  /** The name of the key pair, which no key pair has yet. */
  readonly name: string
  readonly keyFile: string
  readonly instanceIds: readonly string[]
  readonly refusals: ReadonlyMap<string, KeyPairErrorCode>
  /** Ends the story early; the clean-up runs anyway. */
  readonly signal: AbortSignal
  /** True if there is still a cloud to clean up. */
  readonly isReachable: () => boolean
}

/** The progress of the story. */
export interface Told {
  /** True if the cloud may have had the key pair. */
  readonly mayExist: boolean
  /** Absent if nothing was attached, as the key pair was not created. */
  readonly attached?: Attached
}

/** Creates a key pair, attaches it, looks who uses it, fails to delete it, detaches and deletes it. */
export async function tell({ take }: StepTaker, cast: Cast): Promise<Told> {
  const { service, name, keyFile, instanceIds, refusals, signal, isReachable } = cast
  const doing = `${name}, an RSA key`
  const created = await take('create', doing, () =>
    create(service, name, { save: saveToFile(keyFile), path: keyFile, signal }),
  )
  const { keyPair, mayExist } = created.value
  if (keyPair === undefined) return { mayExist }

  const attached = await take('attach', `${instanceIds.length} instances`, () =>
    attach(service, keyPair, instanceIds, refusals, signal),
  )
  const { mayBeBound } = attached.value
  if (attached.asExpected && mayBeBound.length > 0) await look(take, cast, keyPair, mayBeBound)
  const told = { mayExist, attached: attached.value }
  if (!isReachable()) return told

  if (mayBeBound.length > 0) {
    await take('detach', `${mayBeBound.length} instances`, () => detach(service, keyPair, mayBeBound))
  }
  await take('delete', name, () => remove(service, keyPair))
  return told
}

/** The names in the story of a store. */
export type StoreCast = Omit<Cast, 'service' | 'refusals'> & { readonly service: KeyPairStore }

/** Creates a key pair, looks which instances were launched with it, fails to delete it, and deletes it as that is meant. */
export async function tellOfStore({ take }: StepTaker, cast: StoreCast): Promise<Told> {
  const { service, name, keyFile, instanceIds, signal, isReachable } = cast
  const created = await take('create', `${name}, an Ed25519 key`, () =>
    create(service, name, { keyType: 'ed25519', save: saveToFile(keyFile), path: keyFile, signal }),
  )
  const { keyPair, mayExist } = created.value
  if (keyPair === undefined) return { mayExist }
  await look(take, cast, keyPair, instanceIds)
  if (isReachable())
    await take('delete', `${name}, as no guest loses it`, () => remove(service, keyPair, 'delete-anyway'))
  return { mayExist, attached: { attached: 0, refused: 0, mayBeBound: [] } }
}

async function look(
  take: StepTaker['take'],
  { service, signal }: Pick<StoreCast, 'service' | 'signal'>,
  keyPair: KeyPair,
  bound: readonly string[],
): Promise<void> {
  if (signal.aborted) return
  await take('usages', 'who has it bound', () => listUsers(service, keyPair, bound, signal))
  if (signal.aborted) return
  await take('delete while in use', 'this is to be refused', () => deleteWhileUsed(service, keyPair, signal))
}

/** Makes a folder for a private key. Its disposal removes the folder with its content. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'cloud-keypair-demo-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

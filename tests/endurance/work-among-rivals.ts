import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attaches, randomFrom } from '@cloud-keypair/conformance/internals'
import { collect, type KeyPairError, type KeyPairStore, type Result } from '@cloud-keypair/core'
import { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import { pick } from './pick.js'
import { referenceByName } from './references.js'
import { connected, printEnd, printLine } from './work-once.js'
import type { Rival } from './worker-job.js'

/** Performs operations by chance, one after another. A later process goes on with the one that was begun. */
export async function runRival(job: Rival): Promise<void> {
  await using connection = connected(job.access)
  printLine({ line: 'begun' })
  const progress = join(job.folder, 'progress')
  const begun = Number(await readFile(progress, 'utf8').catch(() => '0'))
  for (let number = begun; number < job.operations; number += 1) {
    await writeFile(progress, String(number))
    const operation = operationByChance(job, connection.service, number)
    printEnd(operation.name, await perform(operation, connection.service), operation.ids)
    await rm(operation.checkpoint, { force: true })
  }
}

const onStore = ['create', 'delete', 'get', 'list', 'audit'] as const
const onInstances = ['attach', 'attach now', 'attach now', 'detach now', 'rotate', 'rotate', 'bindings'] as const

interface ByChance {
  readonly name: (typeof onStore)[number] | (typeof onInstances)[number]
  readonly keyPair: string
  readonly other: string
  /** The instances, if the operation is given any. */
  readonly ids: readonly string[] | undefined
  /** The files of the private key and the checkpoint. */
  readonly key: string
  readonly checkpoint: string
}

function operationByChance(job: Rival, service: KeyPairStore, number: number): ByChance {
  const random = randomFrom(job.seed * 1_000 + number)
  const name = pick<ByChance['name']>(attaches(service) ? [...onStore, ...onInstances] : onStore, random) ?? 'get'
  const ids = job.instanceIds.filter(() => random() < 0.6)
  return {
    name,
    keyPair: pick(job.names, random) ?? 'deploy',
    other: pick(job.names, random) ?? 'deploy',
    ids: ['attach', 'attach now', 'detach now', 'bindings'].includes(name) ? ids : undefined,
    key: join(job.folder, `key-${number}`),
    checkpoint: join(job.folder, `checkpoint-${number}`),
  }
}

async function perform(operation: ByChance, service: KeyPairStore): Promise<Result<unknown, KeyPairError>> {
  const { name, other, ids = [], key, checkpoint } = operation
  const keyPair = await referenceByName(service, operation.keyPair)
  const save = saveToFile(key, { ifFileExists: 'reuse' })
  switch (name) {
    case 'create':
      return service.create({ name: operation.keyPair, save, bits: 2048 })
    case 'delete':
      return service.delete(keyPair)
    case 'get':
      return service.get(keyPair)
    case 'list':
      return collect(service.list(), { max: 100 })
    case 'audit':
      return service.audit()
    case 'attach':
    case 'attach now':
    case 'detach now':
    case 'rotate':
    case 'bindings': {
      if (!attaches(service)) throw new Error(`A store has no ${name}`)
      const checkpoints = await checkpointFile(checkpoint)
      const now = { takeEffect: 'now', maxUnavailable: 2, ...checkpoints } as const
      if (name === 'attach') return service.attach(keyPair, ids)
      if (name === 'attach now') return service.attach(keyPair, ids, now)
      if (name === 'detach now') return service.detach(keyPair, ids, now)
      if (name === 'bindings') return service.bindings(ids)
      return service.rotate(keyPair, { name: other, save, bits: 2048, ...checkpoints })
    }
  }
}

import type { InstanceCapabilities } from '../contract/capabilities.js'
import type {
  CallFailure,
  InstanceRecord,
  ItemVerdict,
  KeyPairDriver,
  KeyPairHandle,
} from '../contract/key-pair-driver.js'
import type { BoundKeyPair, KeyPair } from '../contract/key-pair.js'
import type { PlannedCall, PlanSnapshot } from '../contract/change-options.js'
import type { InstanceOperation } from '../engine/operation.js'
import { shownFingerprint } from '../key-material/fingerprint.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import { findAllUsers, readInstances } from '../lookup/find-instances.js'
import { readKeyPairs } from '../lookup/find-key-pairs.js'
import { isNamedBy } from '../lookup/reference.js'
import { boundBefore, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import { err, ok, type Result } from '../result.js'
import { refusal } from '../errors/failures.js'

/**
 * A cloud that is as the real one was read, in which everything succeeds at once. Only its first reads reach the real
 * one.
 */
interface DryRun {
  readonly driver: KeyPairDriver
  /** The calls so far. */
  readonly calls: readonly PlannedCall[]
  /** Returns the data that was read from the real cloud so far. */
  snapshot(): PlanSnapshot
}

export function createDryRunDriver(real: InstanceOperation): DryRun {
  const { driver, instances } = real
  const calls: PlannedCall[] = []
  const seen = new Map<string, InstanceRecord | undefined>()
  const now = new Map<string, InstanceRecord>()
  const asked = new Map<string, readonly KeyPair[]>()
  const added: KeyPair[] = []
  const deleted = new Set<string>()

  const see = (id: string, record: InstanceRecord | undefined): void => {
    if (seen.has(id)) return
    seen.set(id, record)
    if (record !== undefined) now.set(id, record)
  }
  const readUnseen = async (ids: readonly string[]): Promise<Result<null, CallFailure>> => {
    const unseen = ids.filter((id) => !seen.has(id))
    const read = await readInstances(real, unseen)
    return read.map((records) => {
      for (const id of unseen) see(id, records.get(id))
      return null
    })
  }
  const lookUp = async (handles: readonly KeyPairHandle[]): Promise<Result<KeyPair[], CallFailure>> => {
    const unasked = handles.filter(
      (handle) => !asked.has(handleKey(handle)) && !added.some((keyPair) => isNamedBy(handle, keyPair)),
    )
    const read = await readKeyPairs(real, unasked)
    return read.map((found) => {
      for (const handle of unasked)
        asked.set(
          handleKey(handle),
          found.filter((keyPair) => isNamedBy(handle, keyPair)),
        )
      const all = handles.flatMap((handle) => [
        ...(asked.get(handleKey(handle)) ?? []),
        ...added.filter((keyPair) => isNamedBy(handle, keyPair)),
      ])
      return [...new Set(all)].filter((keyPair) => !deleted.has(keyPairLabel(keyPair)))
    })
  }
  const named = (handle: KeyPairHandle): KeyPair | undefined =>
    [...asked.values()]
      .flat()
      .concat(added)
      .find((keyPair) => isNamedBy(handle, keyPair))
  const does = (
    call: PlannedCall['call'],
    ids: readonly string[],
    change: (record: InstanceRecord) => InstanceRecord,
    keyPair?: string,
  ): Result<readonly ItemVerdict[], CallFailure> => {
    calls.push({ call, ...(keyPair !== undefined && { keyPair }), instanceIds: [...ids] })
    for (const id of ids) {
      const record = now.get(id)
      if (record !== undefined) now.set(id, change(record))
    }
    return ok(ids.map((id) => ({ id, ok: true })))
  }
  const labelled = (handle: KeyPairHandle): string =>
    named(handle)?.name ?? (handle.by === 'id' ? handle.id : handle.name)

  return {
    calls,
    snapshot: () => snapshotOf(seen, asked),
    driver: {
      ...driver,
      doDescribeKeyPairs: async (request) =>
        request.kind === 'exact' ? (await lookUp(request.keyPairs)).map((items) => ({ items })) : ok({ items: [] }),
      doDescribeInstances: async (request) => {
        if (request.kind === 'exact') {
          const read = await readUnseen(request.instanceIds)
          return read.map(() => ({ items: request.instanceIds.flatMap((id) => now.get(id) ?? []) }))
        }
        if (request.kind === 'bound') return ok({ items: [...now.values()] })
        const users = await findAllUsers(real, request.keyPair)
        return users.map((records) => {
          for (const record of records) see(record.id, record)
          return { items: [...now.values()] }
        })
      },
      doImportKeyPair: async ({ name, publicKey }) => {
        const there = await lookUp([{ by: 'name', name }])
        if (there.isErr()) return err(there.error)
        if (there.value.length > 0) return err(nameIsTaken)
        const fingerprint = parsePublicKey(publicKey).map(shownFingerprint)
        const id = driver.capabilities.identity.includes('id') ? { id: `planned ${name}` } : {}
        const keyPair = { name, ...id, ...(fingerprint.isOk() && { fingerprint: fingerprint.value }) }
        calls.push({ call: 'import', keyPair: name, instanceIds: [] })
        added.push(keyPair)
        return ok(keyPair)
      },
      doCreateKeyPair: async () => err(never),
      doUpdateKeyPair: async ({ keyPair }) => {
        calls.push({ call: 'update', keyPair: keyPair.name, instanceIds: [] })
        return ok(null)
      },
      doDeleteKeyPairs: async (keyPairs) => {
        for (const keyPair of keyPairs) {
          calls.push({ call: 'delete', keyPair: keyPair.name, instanceIds: [] })
          deleted.add(keyPairLabel(keyPair))
        }
        return ok(keyPairs.map((keyPair) => ({ id: keyPair.id ?? keyPair.name, ok: true })))
      },
      doAttachKeyPair: async ({ keyPair, instanceIds }) => {
        const bound = boundAs(keyPair, named(keyPair), instances)
        return does('attach', instanceIds, ({ id, power }) => ({ id, power, keyPair: bound }), labelled(keyPair))
      },
      doDetachKeyPair: async ({ keyPair, instanceIds }) =>
        does('detach', instanceIds, ({ id, power }) => ({ id, power }), labelled(keyPair)),
      doStopInstances: async ({ instanceIds }) =>
        does('stop', instanceIds, (record) => ({ ...record, power: 'stopped' })),
      doStartInstances: async ({ instanceIds }) =>
        does('start', instanceIds, (record) => ({ ...record, power: 'running' })),
      doRebootInstances: async ({ instanceIds }) => does('reboot', instanceIds, (record) => record),
    },
  }
}

function handleKey(handle: KeyPairHandle): string {
  return `${handle.by} ${handle.by === 'id' ? handle.id : handle.name}`
}

function keyPairLabel({ id, name }: KeyPair): string {
  return id ?? name
}

/** Returns a key pair in the form of the record of an instance. */
function boundAs(
  handle: KeyPairHandle,
  keyPair: KeyPair | undefined,
  { showsKeyPairId }: InstanceCapabilities,
): BoundKeyPair {
  if (keyPair === undefined) return handle.by === 'id' ? { id: handle.id } : { name: handle.name }
  return { name: keyPair.name, ...(showsKeyPairId && keyPair.id !== undefined && { id: keyPair.id }) }
}

function snapshotOf(
  seen: ReadonlyMap<string, InstanceRecord | undefined>,
  asked: ReadonlyMap<string, readonly KeyPair[]>,
): PlanSnapshot {
  const keyPairs = new Map(
    [...asked.values()].flat().map((keyPair) => [keyPairLabel(keyPair), checkpointKeyPair(keyPair)]),
  )
  const records = [...seen].sort(([a], [b]) => compare(a, b))
  return {
    keyPairs: [...keyPairs].sort(([a], [b]) => compare(a, b)).map(([, keyPair]) => keyPair),
    absentKeyPairs: [...asked].flatMap(([handle, found]) => (found.length === 0 ? [handle] : [])).sort(compare),
    instances: records.flatMap(([id, record]) =>
      record === undefined ? [] : [{ id, power: record.power, ...boundBefore(record) }],
    ),
    absentInstances: records.flatMap(([id, record]) => (record === undefined ? [id] : [])),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

const nameIsTaken = refusal('already-exists', 'a key pair of that name exists')
const never = refusal('unsupported', 'a plan cannot contain this call')

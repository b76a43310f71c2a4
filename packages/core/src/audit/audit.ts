import type { AuditFinding, AuditGap, AuditReport } from '../contract/audit-report.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { BoundKeyPair, KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { readPages } from '../engine/pages.js'
import type { Failure } from '../errors/failures.js'
import { type IdentifiedRecord, identifyKeys } from '../lookup/compare-key.js'
import { maxNamedUsers } from '../lookup/find-instances.js'
import { groupedBy, readAllKeyPairs } from '../lookup/find-key-pairs.js'
import { boundKeyPairs } from '../lookup/instance-record.js'
import { err, type Result } from '../result.js'

/**
 * Reads every instance that has a key pair bound, then every key pair, each list once. In this order a key pair that is
 * made meanwhile is not taken for one that does not exist. Each page adds to the retry budget, as it is a call of its own.
 */
export async function audit(operation: Operation): Promise<Result<AuditReport, Failure>> {
  const { driver } = operation
  const counts = new BoundCounts()
  const instances = await readPages<InstanceRecord>(
    operation,
    'list-instances',
    ({ id }) => id,
    (cursor, context) => driver.doDescribeInstances({ kind: 'bound', cursor }, context),
    (records) => {
      operation.expectCalls(1)
      counts.take(records)
    },
  )
  if (instances.isErr()) return err(instances.error)
  const keyPairs = await readAllKeyPairs(operation)
  if (keyPairs.isErr()) return err(keyPairs.error)
  const report = await operation.raceWithEnd(reportOf(keyPairs.value, counts))
  return report.map((found) => ({ ...found, notLookedAt: driver.capabilities.notLookedAt }))
}

/** A key pair that instances show, with these instances. */
interface Shown {
  readonly keyPair: BoundKeyPair
  /** The ids of the first instances. */
  readonly instanceIds: readonly string[]
  readonly instances: number
}

/** Makes the report of all key pairs, and of those that instances show. */
export async function reportOf(
  keyPairs: readonly KeyPair[],
  counts: BoundCounts,
): Promise<Omit<AuditReport, 'notLookedAt'>> {
  const identified = await identifyKeys(keyPairs)
  const judgements = [usage(keyPairs, counts.all()), sameness(identified), strength(identified)]
  return {
    keyPairs: keyPairs.length,
    instances: counts.instances,
    findings: judgements.flatMap(({ findings }) => findings),
    unknown: judgements.flatMap(({ check, unclear }) => (unclear.length === 0 ? [] : [{ check, keyPairs: unclear }])),
  }
}

/** The result of one check of all key pairs. */
interface AuditResult {
  readonly check: AuditGap['check']
  readonly findings: readonly AuditFinding[]
  readonly unclear: readonly KeyPair[]
}

/** Matches key pairs with those that instances show: by id if both have one, else by name. */
function usage(keyPairs: readonly KeyPair[], shown: readonly Shown[]): AuditResult {
  const byId = groupedBy(keyPairs, (keyPair) => keyPair.id)
  const byName = groupedBy(keyPairs, ({ name }) => name)
  const used = new Set<KeyPair>()
  const unclear = new Set<KeyPair>()
  const dangling: AuditFinding[] = []
  for (const { keyPair: bound, instanceIds, instances } of shown) {
    const { id, name = '' } = bound
    const namesakes = byName.get(name) ?? []
    const candidates =
      id === undefined ? namesakes : [...(byId.get(id) ?? []), ...namesakes.filter((one) => one.id === undefined)]
    const [first, second] = candidates
    if (first === undefined) {
      const shownAs = bound.name ?? id ?? ''
      dangling.push({ kind: 'dangling-name', name: shownAs, instanceIds, more: instances > instanceIds.length })
    } else if (second === undefined) used.add(first)
    else for (const candidate of candidates) unclear.add(candidate)
  }
  const unused = keyPairs.filter((keyPair) => !used.has(keyPair) && !unclear.has(keyPair))
  const findings = [...unused.map((keyPair) => ({ kind: 'unused', keyPair }) as const), ...dangling]
  return { check: 'unused', findings, unclear: [...unclear].filter((keyPair) => !used.has(keyPair)) }
}

function sameness(records: readonly IdentifiedRecord[]): AuditResult {
  const groups = [...groupedBy(records, ({ identifier }) => identifier).values()].filter(({ length }) => length > 1)
  const findings = groups.map((group) => ({ kind: 'same-key', keyPairs: plainRecords(group) }) as const)
  return {
    check: 'same-key',
    findings,
    unclear: plainRecords(records.filter(({ identifier }) => identifier === undefined)),
  }
}

const leastBits = 2048

function strength(records: readonly IdentifiedRecord[]): AuditResult {
  const findings = records.flatMap(({ record, key }) =>
    key?.type === 'ssh-rsa' && key.bits < leastBits
      ? [{ kind: 'weak-key', keyPair: record, bits: key.bits } as const]
      : [],
  )
  return { check: 'weak-key', findings, unclear: plainRecords(records.filter(({ key }) => key === undefined)) }
}

function plainRecords(records: readonly IdentifiedRecord[]): readonly KeyPair[] {
  return records.map(({ record }) => record)
}

/** Counts what instances show, and keeps the first of them by id. */
export class BoundCounts {
  #instances = 0
  readonly #shown = new Map<string, { keyPair: Shown['keyPair']; instanceIds: string[]; instances: number }>()

  /** The number of instances with a key pair. */
  get instances(): number {
    return this.#instances
  }

  take(records: readonly InstanceRecord[]): void {
    for (const record of records) {
      const bound = boundKeyPairs(record)
      if (bound.length > 0) this.#instances += 1
      for (const keyPair of bound) this.#takeOne(record.id, keyPair)
    }
  }

  #takeOne(id: string, keyPair: BoundKeyPair): void {
    const key = JSON.stringify([keyPair.id ?? null, keyPair.name ?? null])
    const shown = this.#shown.get(key) ?? { keyPair, instanceIds: [], instances: 0 }
    this.#shown.set(key, shown)
    shown.instances += 1
    if (shown.instanceIds.length < maxNamedUsers) shown.instanceIds.push(id)
  }

  all(): readonly Shown[] {
    return [...this.#shown.values()]
  }
}

import type { Subject } from '@cloud-keypair/conformance'
import type { Capabilities } from '@cloud-keypair/core'
import type { FaultKind, FaultyCall } from '@cloud-keypair/core/testing'
import { isMade, latestMs, mutatingCalls, type OperationName } from '../crash/fault-fixtures.js'

/** One operation, one call that it may make, what goes wrong with the call, and the variant of the cloud. */
export interface Combination {
  readonly variant: string
  readonly operation: OperationName
  readonly call: FaultyCall
  readonly kind: FaultKind
}

const reads = ['lookup', 'list'] as const
const readsBoth = [...reads, 'read-instances', 'list-instances'] as const
const restarts = [...reads, 'read-instances', 'stop', 'start', 'reboot', 'attach', 'detach'] as const

/** The calls that each operation may make. */
const callsOf: Readonly<Record<OperationName, readonly FaultyCall[]>> = {
  import: [...reads, 'import'],
  create: [...reads, 'import'],
  ensure: [...reads, 'import', 'update'],
  'create in cloud': [...reads, 'create'],
  describe: [...reads, 'update'],
  tag: [...reads, 'update'],
  delete: [...readsBoth, 'delete'],
  'delete by key': [...readsBoth, 'delete'],
  'delete both': [...readsBoth, 'detach', 'delete'],
  'detach and delete': [...readsBoth, 'detach', 'delete'],
  get: reads,
  list: reads,
  audit: readsBoth,
  attach: [...reads, 'read-instances', 'attach'],
  'attach now': restarts,
  detach: [...reads, 'read-instances', 'detach'],
  'detach now': restarts,
  rotate: [...restarts, 'list-instances', 'import', 'delete'],
  'rotate to a new key': [...restarts, 'list-instances', 'import', 'delete'],
  bindings: ['read-instances', ...reads],
  usages: ['list-instances', ...reads],
  plan: [...reads, 'read-instances'],
}

const onStore: readonly OperationName[] = [
  ...(['import', 'create', 'ensure', 'create in cloud', 'describe', 'tag'] as const),
  ...(['delete', 'delete by key', 'get', 'list', 'audit'] as const),
]

const judged: readonly FaultyCall[] = ['attach', 'detach', 'stop', 'start', 'reboot']

/** Every kind of fault, and each in its forms. */
const kinds: readonly FaultKind[] = [
  { kind: 'throttled' },
  { kind: 'throttled', retryAfterMs: 4_000 },
  { kind: 'denied' },
  { kind: 'echo', by: 'cloud' },
  { kind: 'echo', by: 'gateway' },
  { kind: 'no-stock' },
  { kind: 'full' },
  { kind: 'busy' },
  ...(['server-error', 'reset', 'silence'] as const).flatMap((kind) => [
    { kind, commit: true },
    { kind, commit: false },
  ]),
  ...[3_000, 30_000, 59_000, 79_000, 200_000].map((afterMs) => ({ kind: 'late', afterMs }) as const),
  ...[5_000, 25_000].map((overMs) => ({ kind: 'slow', overMs }) as const),
  ...(['gone', 'throttled', 'strange', 'failed'] as const).map((as) => ({ kind: 'items', ids: ['i-0'], as }) as const),
  { kind: 'items', ids: ['i-0', 'i-1', 'i-2'], as: 'strange' },
  { kind: 'omits', ids: ['i-0'] },
  { kind: 'foreign', commit: true },
  { kind: 'repeats', commit: true },
  { kind: 'contradicts', first: 'refused', commit: true },
  { kind: 'contradicts', first: 'accepted', commit: true },
  { kind: 'fails-late' },
  { kind: 'short', items: 1 },
  ...(['html', 'truncated', 'empty', 'array'] as const).flatMap((how) => [
    { kind: 'garbled', how, commit: true } as const,
    { kind: 'garbled', how, commit: false } as const,
  ]),
  { kind: 'garbled', how: 'huge', commit: true },
]

/** Returns every combination that can happen on a cloud, whose capabilities are given for each of its variants. */
export function combinationsOf(
  { lacks = [] }: Subject,
  capabilities: ReadonlyMap<string, Capabilities>,
): readonly Combination[] {
  const able = kinds.filter(({ kind }) => !lacks.includes(kind))
  return [...capabilities].flatMap(([variant, its]) =>
    operationsOn(its).flatMap((operation) =>
      callsOf[operation]
        .filter((call) => isEverMade(call, its))
        .flatMap((call) =>
          able
            .filter((kind) => canMeet(operation, call, kind, its))
            .map((kind) => ({ variant, operation, call, kind })),
        ),
    ),
  )
}

/** Returns the operations that a cloud of these capabilities has. */
function operationsOn({ instances, createInCloud }: Capabilities): readonly OperationName[] {
  const all: readonly OperationName[] = instances === false ? onStore : operationNames
  return all.filter((name) => createInCloud || name !== 'create in cloud')
}

/** Returns a call and what goes wrong with it as one text, under which it is counted. */
export function textOf(call: FaultyCall, kind: FaultKind): string {
  const forms = Object.entries(kind).flatMap(([name, value]) => (name === 'kind' ? [] : [`${name} ${String(value)}`]))
  return [call, kind.kind, ...forms].join(' ')
}

const operationNames = Object.keys(callsOf).filter((name): name is OperationName => name in callsOf)

function isEverMade(call: FaultyCall, capabilities: Capabilities): boolean {
  if (capabilities.instances === false && (call === 'read-instances' || call === 'list-instances')) return false
  return !mutatingCalls.some((one) => one === call && !isMade(one, capabilities))
}

function canMeet(operation: OperationName, call: FaultyCall, kind: FaultKind, { instances }: Capabilities): boolean {
  switch (kind.kind) {
    case 'no-stock':
      return call === 'start'
    case 'full':
      return call === 'import' || call === 'create'
    case 'busy':
    case 'items':
    case 'omits':
    case 'foreign':
    case 'repeats':
    case 'contradicts':
      return judged.includes(call)
    case 'fails-late':
      return (call === 'attach' || call === 'detach') && instances !== false && !instances.confirms
    case 'short':
      return readsBoth.some((read) => read === call)
    case 'late':
      return kind.afterMs <= latestMs(operation)
    case 'throttled':
    case 'denied':
    case 'echo':
    case 'expired':
    case 'server-error':
    case 'reset':
    case 'silence':
    case 'slow':
    case 'garbled':
      return true
  }
}

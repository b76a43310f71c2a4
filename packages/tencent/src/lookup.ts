import type { KeyPair } from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'
import { describeKeyPairs, findKeyPairs, type WireRequest } from './requests.js'

// "Filter.Values" takes 5 (DescribeImages and others of the vendor's documents).
const namesInAFilter = 5

/** One call of a lookup. Ids and names exclude each other in a call. */
type Lookup = { readonly ids: readonly string[] } | { readonly names: readonly string[] }

function lookupsOf(handles: readonly KeyPairHandle[]): readonly Lookup[] {
  const ids = handles.flatMap((handle) => (handle.by === 'id' ? [handle.id] : []))
  const names = handles.flatMap((handle) => (handle.by === 'name' ? [handle.name] : []))
  const count = Math.ceil(names.length / namesInAFilter)
  const filters = Array.from({ length: count }, (_, index) => ({
    names: names.slice(index * namesInAFilter, (index + 1) * namesInAFilter),
  }))
  return [...(ids.length > 0 ? [{ ids }] : []), ...filters]
}

/** The call of a lookup at a position, and what follows. */
export interface LookupCall {
  readonly request: WireRequest
  /** Returns the position after an answer; `undefined` after the last one. */
  next(count: number, total: number): string | undefined
}

/** Returns the call at a position of a lookup: the number of the call, and an offset, as names may match many. */
export function lookupAt(handles: readonly KeyPairHandle[], cursor = '0.0'): LookupCall {
  const [index = 0, offset = 0] = cursor.split('.').map(Number)
  const lookups = lookupsOf(handles)
  const lookup = lookups[index] ?? { ids: [] }
  const page = { Offset: offset, Limit: 100 }
  return {
    request: 'ids' in lookup ? describeKeyPairs(lookup.ids, page) : findKeyPairs(lookup.names, page),
    next: (count, total) => {
      if (count > 0 && offset + count < total) return `${index}.${offset + count}`
      return index + 1 < lookups.length ? `${index + 1}.0` : undefined
    },
  }
}

/** True if a key pair is one of those that were asked for: a filter by name may be one by a part of it. */
export function isAskedFor(handles: readonly KeyPairHandle[], { id, name }: KeyPair): boolean {
  return handles.some((handle) => (handle.by === 'id' ? handle.id === id : handle.name === name))
}

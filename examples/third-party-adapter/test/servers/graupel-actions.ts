import * as v from 'valibot'
import type { Action } from './cloud-server.js'
import { bare, type InstanceRow, type KeyPairRow, type Region } from './region.js'

/** The behaviours of Graupel that its documents leave open. */
export interface GraupelTraits {
  readonly namesRepeat: boolean
  /** The code of a delete that is refused as the key pair is bound. */
  readonly inUseCode: string
  /** The delay until reads show an attach or detach. */
  readonly boundAfterMs: number
}

const texts = v.array(v.string())
const page = { offset: v.number(), limit: v.number() }
const tags = v.record(v.string(), v.string())
const keyChange = v.object({ keyPairId: v.string(), instanceIds: texts, forceStop: v.boolean() })
type KeyChange = v.InferOutput<typeof keyChange>

/** Returns the actions of Graupel by name. Each throws if the body is malformed. */
export function graupelActions(
  region: Region,
  { namesRepeat, inUseCode, boundAfterMs }: GraupelTraits,
): Readonly<Record<string, (body: unknown) => Action>> {
  /** Changes all of the instances, or none if one cannot be changed. */
  function changeAll(
    ids: readonly string[],
    problemOf: (row: InstanceRow) => string | undefined,
    changed: (row: InstanceRow) => InstanceRow,
  ): object {
    const rows = ids.flatMap((id) => region.state.instances.get(id) ?? [])
    if (rows.length < ids.length) return { refused: 'InstanceNotFound' }
    const refused = rows.map(problemOf).find((problem) => problem !== undefined)
    if (refused !== undefined) return { refused }
    region.putInstances(rows.map(changed))
    return { count: rows.length }
  }

  function changeKey(call: 'attach' | 'detach', { keyPairId, instanceIds, forceStop }: KeyChange): Action {
    const bind = (bound: string | undefined): string | undefined =>
      call === 'attach' ? keyPairId : bound === keyPairId ? undefined : bound
    const problemOf = ({ kind, power }: InstanceRow): string | undefined => {
      if (kind !== 'linux') return 'InstanceUnsupported'
      return power === 'stopped' || (forceStop && power === 'running') ? undefined : 'InstanceNotStopped'
    }
    const changed = (row: InstanceRow): InstanceRow => {
      const bound = bind(row.bound)
      // An instance that is stopped by force starts again, and its guest gets the key.
      return { ...row, bound, ...(row.power === 'running' && { authorized: bound }) }
    }
    const perform = (): object =>
      region.state.keyPairs.has(keyPairId) ? changeAll(instanceIds, problemOf, changed) : { refused: 'KeyPairNotFound' }
    return { call, mutating: true, items: instanceIds, forced: forceStop, perform }
  }

  function changePower(
    call: 'stop' | 'start' | 'reboot',
    body: unknown,
    changed: (row: InstanceRow) => InstanceRow,
  ): Action {
    const { instanceIds, force } = v.parse(v.object({ instanceIds: texts, force: v.boolean() }), body)
    const perform = (): object => changeAll(instanceIds, () => undefined, changed)
    return { call, mutating: true, items: instanceIds, forced: force, perform }
  }
  const started = (row: InstanceRow): InstanceRow => ({ ...row, power: 'running', authorized: row.bound })

  return {
    ListKeyPairs(body) {
      const { idsOrNames, ...at } = v.parse(v.object({ idsOrNames: v.optional(texts), ...page }), body)
      const perform = (pageItems?: number): object => {
        const meant = new Set(idsOrNames)
        const all = [...region.seen().keyPairs.values()]
        const found = idsOrNames === undefined ? all : all.filter(({ id, name }) => meant.has(id) || meant.has(name))
        return pageOf(found.map(keyPairOf), at, pageItems)
      }
      const call = idsOrNames === undefined ? 'list' : 'lookup'
      return { call, mutating: false, items: idsOrNames ?? [], perform }
    },

    ImportKeyPair(body) {
      const {
        name,
        publicKey,
        tags: given,
      } = v.parse(v.object({ name: v.string(), publicKey: v.string(), tags }), body)
      const perform = (): object => {
        if (!/^[\w-]{1,64}$/.test(name)) return { refused: 'InvalidParameter' }
        const isTaken = [...region.state.keyPairs.values()].some((keyPair) => keyPair.name === name)
        if (isTaken && !namesRepeat) return { refused: 'DuplicateName' }
        const id = region.nextId('kp')
        region.putKeyPairs([{ ...bare, id, name, publicKey, tags: given }])
        return { id }
      }
      return { call: 'import', mutating: true, items: [], perform }
    },

    DeleteKeyPairs(body) {
      const { ids } = v.parse(v.object({ ids: texts }), body)
      const perform = (): object => {
        const { keyPairs, instances } = region.state
        if (!ids.every((id) => keyPairs.has(id))) return { refused: 'KeyPairNotFound' }
        const isUsed = [...instances.values()].some(({ bound }) => bound !== undefined && ids.includes(bound))
        if (isUsed) return { refused: inUseCode }
        region.dropKeyPairs(ids)
        return { count: ids.length }
      }
      return { call: 'delete', mutating: true, items: ids, perform }
    },

    ListInstances(body) {
      const form = v.object({ ids: v.optional(texts), keyPairId: v.optional(v.string()), ...page })
      const { ids, keyPairId, ...at } = v.parse(form, body)
      const perform = (pageItems?: number): object => {
        const { instances } = region.seen(boundAfterMs)
        const rows = ids === undefined ? [...instances.values()] : ids.flatMap((id) => instances.get(id) ?? [])
        const found = rows.filter(({ bound }) => keyPairId === undefined || bound === keyPairId)
        return pageOf(found.map(instanceOf), at, pageItems)
      }
      const call = ids === undefined ? 'list-instances' : 'read-instances'
      return { call, mutating: false, items: ids ?? [], perform }
    },

    AttachKeyPair: (body) => changeKey('attach', v.parse(keyChange, body)),
    DetachKeyPair: (body) => changeKey('detach', v.parse(keyChange, body)),
    StopInstances: (body) => changePower('stop', body, (row) => ({ ...row, power: 'stopped' })),
    StartInstances: (body) => changePower('start', body, (row) => (row.power === 'stopped' ? started(row) : row)),
    RebootInstances: (body) => changePower('reboot', body, (row) => (row.power === 'running' ? started(row) : row)),
  }
}

const maxPage = 100

function pageOf(
  all: readonly object[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
  pageItems = maxPage,
): object {
  if (limit > maxPage) return { refused: 'InvalidParameter' }
  return { items: all.slice(offset, offset + Math.min(limit, pageItems)), total: all.length, offset }
}

function keyPairOf({ id, name, tags: kept }: KeyPairRow): object {
  return { id, name, tags: kept }
}

function instanceOf({ id, power, bound }: InstanceRow): object {
  const state = { running: 'on', stopped: 'off', starting: 'booting' }[power]
  return { id, state, ...(bound !== undefined && { keyPair: { id: bound } }) }
}

import { createHash } from 'node:crypto'
import type { FaultyCall } from '@cloud-keypair/core/testing'
import * as v from 'valibot'
import type { Action } from './cloud-server.js'
import { bare, type InstanceRow, type KeyPairRow, type Region } from './region.js'

/** The behaviours of Virga that its documents leave open. */
export interface VirgaTraits {
  /** The form of fingerprints; `opaque` cannot be compared. */
  readonly fingerprint: 'md5' | 'sha256' | 'opaque'
  /** True if the delete of a key pair that does not exist succeeds. */
  readonly deletesNothing: boolean
  /** True if a refused call that is sent again with its token is refused the same way; false if it is carried out. */
  readonly tokenFailure: 'replayed' | 'forgotten'
}

const text = v.string()
const texts = v.array(text)
const labels = v.record(text, text)
const maxPage = 100
const maxNameLength = 128

/** Returns the actions of Virga by name. Each throws if the body is malformed. */
export function virgaActions(
  region: Region,
  { fingerprint, deletesNothing }: VirgaTraits,
  generateKeyPair: () => { readonly privateKey: string; readonly publicKey: string },
): Readonly<Record<string, (body: unknown) => Action>> {
  const shown = ({ name, publicKey, tags }: KeyPairRow): object => {
    const forms = { md5: md5Of, sha256: sha256Of, opaque: opaqueOf }
    return { KeyName: name, Fingerprint: forms[fingerprint](publicKey), Labels: tags }
  }

  /** Adds a key pair, which nothing else tells from others but its name. */
  function add(row: Omit<KeyPairRow, 'id'>): object {
    const { name } = row
    if (name.length > maxNameLength) return { refused: 'BadRequest' }
    if (region.state.keyPairs.has(name)) return { refused: 'KeyExists' }
    region.putKeyPairs([{ ...row, id: name }])
    return shown({ ...row, id: name })
  }

  return {
    ListKeys(body) {
      const { KeyNames, NextToken } = v.parse(
        v.object({ KeyNames: v.optional(texts), NextToken: v.optional(text) }),
        body,
      )
      const perform = (pageItems?: number): object => {
        const all = [...region.seen().keyPairs.values()]
        const found = KeyNames === undefined ? all : all.filter(({ name }) => KeyNames.includes(name))
        return pageOf(found, NextToken, shown, pageItems)
      }
      return { call: KeyNames === undefined ? 'list' : 'lookup', mutating: false, items: KeyNames ?? [], perform }
    },

    ImportKey(body) {
      const form = v.object({ KeyName: text, PublicKey: text, Labels: labels })
      const { KeyName: name, PublicKey: publicKey, Labels: tags } = v.parse(form, body)
      return change('import', [], () => add({ ...bare, name, publicKey, tags }))
    },

    CreateKey(body) {
      const { KeyName: name, Labels: tags } = v.parse(v.object({ KeyName: text, Labels: labels }), body)
      return change('create', [], () => {
        const { publicKey, privateKey } = generateKeyPair()
        const Key = add({ ...bare, name, publicKey, tags })
        return 'refused' in Key ? Key : { Key, PrivateKey: privateKey }
      })
    },

    LabelKey(body) {
      const form = v.object({ KeyName: text, Set: v.optional(labels), Remove: v.optional(texts) })
      const { KeyName, Set: set = {}, Remove = [] } = v.parse(form, body)
      return change('update', [], () => {
        const row = region.state.keyPairs.get(KeyName)
        if (row === undefined) return { refused: 'KeyNotFound' }
        const kept = Object.entries({ ...row.tags, ...set }).filter(([key]) => !Remove.includes(key))
        region.putKeyPairs([{ ...row, tags: Object.fromEntries(kept) }])
        return {}
      })
    },

    DeleteKey(body) {
      const { KeyName } = v.parse(v.object({ KeyName: text }), body)
      return change('delete', [KeyName], () => {
        if (!region.state.keyPairs.has(KeyName) && !deletesNothing) return { refused: 'KeyNotFound' }
        region.dropKeyPairs([KeyName])
        return {}
      })
    },

    ListServers(body) {
      const { LaunchKey, NextToken } = v.parse(
        v.object({ LaunchKey: v.optional(text), NextToken: v.optional(text) }),
        body,
      )
      const perform = (pageItems?: number): object => {
        const found = [...region.seen().instances.values()].filter(
          ({ bound }) => LaunchKey === undefined || bound === LaunchKey,
        )
        return pageOf(found, NextToken, shownServer, pageItems)
      }
      return { call: 'list-instances', mutating: false, items: [], perform }
    },
  }
}

function change(call: FaultyCall, items: readonly string[], perform: () => object): Action {
  return { call, mutating: true, items, perform }
}

/** Returns a page. It begins after the id in the token of the earlier page, even if that id was deleted. */
function pageOf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  token: string | undefined,
  shown: (row: Row) => object,
  pageItems = maxPage,
): object {
  const after = Buffer.from(token ?? '', 'base64url').toString()
  const rest = rows.filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const page = rest.slice(0, pageItems)
  const last = page.at(-1)
  const isLast = last === undefined || rest.length === page.length
  return { Items: page.map(shown), ...(!isLast && { NextToken: Buffer.from(last.id).toString('base64url') }) }
}

function shownServer({ id, power, bound }: InstanceRow): object {
  return { ServerId: id, State: { running: 'Up', stopped: 'Down', starting: 'Booting' }[power], LaunchKey: bound }
}

function blobOf(publicKey: string): Uint8Array {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
}

/** Returns an MD5 in upper case, with colons. */
function md5Of(publicKey: string): string {
  const hex = createHash('md5').update(blobOf(publicKey)).digest('hex')
  return (hex.toUpperCase().match(/../g) ?? []).join(':')
}

function sha256Of(publicKey: string): string {
  return createHash('sha256').update(blobOf(publicKey)).digest('base64')
}

/** Returns a text that is no digest of the whole key. */
function opaqueOf(publicKey: string): string {
  return `virga-${sha256Of(publicKey)
    .replaceAll(/[^a-z]/g, '')
    .slice(0, 9)}`
}

import * as v from 'valibot'

// Writes and reads the databases of Nova, so that the snapshots of the suite owe nothing to the adapter.

const keyPairSchema = v.object({ name: v.string(), public_key: v.string() })
const serverSchema = v.object({
  uuid: v.string(),
  vm_state: v.picklist(['active', 'stopped']),
  key_name: v.nullable(v.string()),
})
const recordsSchema = v.object({ key_pairs: v.array(keyPairSchema), servers: v.array(serverSchema) })

/** The records that are there, in the words of Nova's columns. */
export type StoredRecords = v.InferOutput<typeof recordsSchema>

/** A key pair to write. */
export interface NewKeyPair extends v.InferOutput<typeof keyPairSchema> {
  readonly user_id: string
}

/** A server to write. */
export interface NewServer extends v.InferOutput<typeof serverSchema> {
  readonly user_id: string
  readonly project_id: string
}

/** A change of the records. */
export interface RecordChange {
  /** True if all earlier records are removed first. */
  readonly forget?: boolean
  readonly keyPairs?: readonly NewKeyPair[]
  readonly servers?: readonly NewServer[]
}

/** Changes the records at a URL. Returns all that are there after it. */
export async function changeRecords(
  url: string,
  { forget = false, keyPairs = [], servers = [] }: RecordChange,
): Promise<StoredRecords> {
  const body = JSON.stringify({ forget, key_pairs: keyPairs, servers })
  const response = await fetch(url, { method: 'POST', body })
  if (!response.ok) throw new Error(`The records of Nova cannot be changed: ${await response.text()}`)
  return v.parse(recordsSchema, await response.json())
}

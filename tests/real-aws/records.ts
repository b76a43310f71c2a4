import * as v from 'valibot'
import type { Moto } from './moto.js'

// Reads what moto has with a schema of its own, so that the snapshots of the suite owe nothing to the adapter.

const text = v.optional(v.string(), '')

/** A list of elements. An empty one is an element without content. */
function listOf<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.optional(v.union([v.object({ item: v.array(item) }), v.literal('')]), ''),
    v.transform((list) => (list === '' ? [] : list.item)),
  )
}

const keyPairSchema = v.object({
  keyPairId: v.string(),
  keyName: v.string(),
  publicKey: text,
  tagSet: listOf(v.object({ key: v.string(), value: text })),
})
const keyPairsSchema = v.object({ keySet: listOf(keyPairSchema) })
const instanceSchema = v.object({
  instanceId: v.string(),
  keyName: v.optional(v.string()),
  instanceState: v.object({ name: v.string() }),
})
const instancesSchema = v.object({ instancesSet: listOf(instanceSchema) })
const reservationsSchema = v.object({ reservationSet: listOf(instancesSchema) })

export type MotoKeyPair = v.InferOutput<typeof keyPairSchema>
export type MotoInstance = v.InferOutput<typeof instanceSchema>

export async function readKeyPairs(moto: Moto): Promise<readonly MotoKeyPair[]> {
  const answer = await moto.call('ec2', { Action: 'DescribeKeyPairs', IncludePublicKey: 'true' })
  return v.parse(keyPairsSchema, answer).keySet
}

export async function readInstances(moto: Moto): Promise<readonly MotoInstance[]> {
  const answer = await moto.call('ec2', { Action: 'DescribeInstances' })
  const instances = v.parse(reservationsSchema, answer).reservationSet.flatMap(({ instancesSet }) => instancesSet)
  return instances.filter(({ instanceState }) => instanceState.name !== 'terminated')
}

/** Launches an instance. Returns its id. */
export async function launch(moto: Moto, keyName: string | undefined): Promise<string> {
  const answer = await moto.call('ec2', {
    Action: 'RunInstances',
    ImageId: 'ami-12345678',
    MinCount: '1',
    MaxCount: '1',
    ...(keyName !== undefined && { KeyName: keyName }),
  })
  const [instance] = v.parse(instancesSchema, answer).instancesSet
  if (instance === undefined) throw new Error('moto launched no instance')
  return instance.instanceId
}

import * as v from 'valibot'
import type { VendorApi, Named } from '../vendor-api.js'
import { parse } from '../parse.js'
import { change, read, type Request } from '../wire.js'
import { verdictsOf } from './batch.js'
import { powerOf } from './ecs-api.js'

const instances = v.object({
  Instances: v.object({
    Instance: v.array(
      v.object({
        InstanceId: v.string(),
        Status: v.string(),
        OSName: v.nullish(v.string(), ''),
        KeyPairName: v.optional(v.unknown()),
      }),
    ),
  }),
})

const keyPairs = v.object({
  KeyPairs: v.object({
    KeyPair: v.array(
      v.object({ KeyPairName: v.string(), KeyPairId: v.string(), KeyPairFingerPrint: v.nullish(v.string(), '') }),
    ),
  }),
})

/**
 * The calls of ENS 2017-11-10: www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-attachkeypair
 * and its like.
 */
export const ensApi: VendorApi = {
  commandLine: 'aliyun ens',
  common: {},
  attachesTo: ['stopped'],
  readInstance: (id) =>
    read('DescribeInstances', { InstanceIds: JSON.stringify([id]), PageNumber: '1', PageSize: '10' }),
  instances: (result) =>
    parse(instances, result)?.Instances.Instance.map(({ InstanceId, Status, OSName, KeyPairName }) => ({
      id: InstanceId,
      status: Status,
      power: powerOf(Status),
      os: /^win/i.test(OSName) ? 'windows' : 'linux',
      bound: typeof KeyPairName === 'string' ? KeyPairName : '',
      rawBound: KeyPairName,
      stoppedMode: '',
    })),
  readKeyPair: (name) => read('DescribeKeyPairs', { KeyPairName: name, PageNumber: '1', PageSize: '10' }),
  keyPairs: (result) =>
    parse(keyPairs, result)?.KeyPairs.KeyPair.map(({ KeyPairName, KeyPairId, KeyPairFingerPrint }) => ({
      name: KeyPairName,
      id: KeyPairId,
      fingerprint: KeyPairFingerPrint,
    })),
  importKeyPair: (name, publicKey) => ({
    ...change('ImportKeyPair', { KeyPairName: name, PublicKeyBody: publicKey }),
    creates: name,
  }),
  deleteKeyPair: (keyPair) => change('DeleteKeyPairs', named(keyPair)),
  attach: (keyPair, ids) => change('AttachKeyPair', { ...named(keyPair), InstanceIds: JSON.stringify(ids) }),
  detach: (keyPair, ids) => change('DetachKeyPair', { ...named(keyPair), InstanceIds: JSON.stringify(ids) }),
  stop: (id) => change('StopInstance', { InstanceId: id, ForceStop: 'false' }),
  start: (id) => change('StartInstance', { InstanceId: id }),
  verdicts: verdictsOf,
}

/** Returns the id or the name, never both: one of the questions is which of the two counts. */
function named({ name, id }: Named): Request['parameters'] {
  return id === undefined ? { KeyPairName: name } : { KeyPairId: id }
}

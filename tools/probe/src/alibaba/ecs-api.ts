import * as v from 'valibot'
import type { VendorApi, Seen } from '../vendor-api.js'
import { parse } from '../parse.js'
import { change, read } from '../wire.js'
import { verdictsOf } from './batch.js'

const instances = v.object({
  Instances: v.object({
    Instance: v.array(
      v.object({
        InstanceId: v.string(),
        Status: v.string(),
        OSType: v.nullish(v.string(), ''),
        KeyPairName: v.optional(v.unknown()),
        StoppedMode: v.nullish(v.string(), ''),
      }),
    ),
  }),
})

const keyPairs = v.object({
  KeyPairs: v.object({
    KeyPair: v.array(v.object({ KeyPairName: v.string(), KeyPairFingerPrint: v.nullish(v.string(), '') })),
  }),
})

/**
 * Makes the calls of ECS 2014-05-26:
 * www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-attachkeypair and similar pages.
 */
export function ecsApi(region: string): VendorApi {
  return {
    commandLine: 'aliyun ecs',
    common: { RegionId: region },
    attachesTo: ['running', 'stopped'],
    readInstance: (id) => read('DescribeInstances', { InstanceIds: JSON.stringify([id]) }),
    instances: (result) =>
      parse(instances, result)?.Instances.Instance.map(({ InstanceId, Status, OSType, KeyPairName, StoppedMode }) => ({
        id: InstanceId,
        status: Status,
        power: powerOf(Status),
        os: OSType.toLowerCase() === 'windows' ? 'windows' : 'linux',
        bound: typeof KeyPairName === 'string' ? KeyPairName : '',
        rawBound: KeyPairName,
        stoppedMode: StoppedMode,
      })),
    readKeyPair: (name) => read('DescribeKeyPairs', { KeyPairName: name }),
    keyPairs: (result) =>
      parse(keyPairs, result)?.KeyPairs.KeyPair.map(({ KeyPairName, KeyPairFingerPrint }) => ({
        name: KeyPairName,
        fingerprint: KeyPairFingerPrint,
      })),
    importKeyPair: (name, publicKey) => ({
      ...change('ImportKeyPair', { KeyPairName: name, PublicKeyBody: publicKey }),
      creates: name,
    }),
    deleteKeyPair: ({ name }) => change('DeleteKeyPairs', { KeyPairNames: JSON.stringify([name]) }),
    attach: ({ name }, ids) => change('AttachKeyPair', { KeyPairName: name, InstanceIds: JSON.stringify(ids) }),
    detach: ({ name }, ids) => change('DetachKeyPair', { KeyPairName: name, InstanceIds: JSON.stringify(ids) }),
    stop: (id, mode) =>
      change('StopInstances', { 'InstanceId.1': id, ...(mode !== undefined && { StoppedMode: mode }) }),
    start: (id) => change('StartInstances', { 'InstanceId.1': id }),
    verdicts: verdictsOf,
  }
}

/** Maps the states of both products. */
export function powerOf(status: string): Seen['power'] {
  switch (status) {
    case 'Running':
      return 'running'
    case 'Stopped':
      return 'stopped'
    case 'Starting':
    case 'Stopping':
      return 'changing'
    default:
      return 'other'
  }
}

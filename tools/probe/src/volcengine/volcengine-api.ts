import * as v from 'valibot'
import type { VendorApi, Named, Seen } from '../vendor-api.js'
import { parse } from '../parse.js'
import { change, read, type Request } from '../wire.js'

const instances = v.object({
  Instances: v.array(
    v.object({
      InstanceId: v.string(),
      Status: v.string(),
      OsType: v.nullish(v.string(), ''),
      KeyPairName: v.optional(v.unknown()),
      StoppedMode: v.nullish(v.string(), ''),
    }),
  ),
})

const keyPairs = v.object({
  KeyPairs: v.array(
    v.object({ KeyPairName: v.string(), KeyPairId: v.string(), FingerPrint: v.nullish(v.string(), '') }),
  ),
})

const details = v.object({
  OperationDetails: v.array(
    v.object({
      InstanceId: v.optional(v.string()),
      KeyPairName: v.optional(v.string()),
      Error: v.nullish(v.object({ Code: v.nullish(v.string(), '') })),
    }),
  ),
})

/** The calls of Volcengine ECS 2020-04-01: volcengine.com/docs/6396/120445 and the pages beside it. */
export const volcengineApi: VendorApi = {
  commandLine: 've ecs',
  common: {},
  attachesTo: ['running', 'stopped'],
  readInstance: (id) => read('DescribeInstances', { 'InstanceIds.1': id }),
  instances: (result) =>
    parse(instances, result)?.Instances.map(({ InstanceId, Status, OsType, KeyPairName, StoppedMode }) => ({
      id: InstanceId,
      status: Status,
      power: powerOf(Status),
      os: OsType.toLowerCase() === 'windows' ? 'windows' : 'linux',
      bound: typeof KeyPairName === 'string' ? KeyPairName : '',
      rawBound: KeyPairName,
      stoppedMode: StoppedMode,
    })),
  readKeyPair: (name) => read('DescribeKeyPairs', { 'KeyPairNames.1': name }),
  keyPairs: (result) =>
    parse(keyPairs, result)?.KeyPairs.map(({ KeyPairName, KeyPairId, FingerPrint }) => ({
      name: KeyPairName,
      id: KeyPairId,
      fingerprint: FingerPrint,
    })),
  importKeyPair: (name, publicKey, token) => ({
    ...withToken('ImportKeyPair', { KeyPairName: name, PublicKey: publicKey }, token),
    creates: name,
  }),
  deleteKeyPair: ({ name }, token) => withToken('DeleteKeyPairs', { 'KeyPairNames.1': name }, token),
  attach: (keyPair, ids, token) => withToken('AttachKeyPair', { ...named(keyPair), ...instanceList(ids) }, token),
  detach: (keyPair, ids, token) => withToken('DetachKeyPair', { ...named(keyPair), ...instanceList(ids) }, token),
  stop: (id, mode, token) =>
    withToken('StopInstances', { 'InstanceIds.1': id, ...(mode !== undefined && { StoppedMode: mode }) }, token),
  start: (id, token) => withToken('StartInstances', { 'InstanceIds.1': id }, token),
  verdicts: (result) =>
    parse(details, result)?.OperationDetails.map(({ InstanceId, KeyPairName, Error: error }) => ({
      id: InstanceId ?? KeyPairName ?? '',
      ok: error === null || error === undefined,
      code: error?.Code ?? '',
    })),
}

/** Makes a call that changes something, with its token (ClientToken, volcengine.com/docs/6396/120513). */
export function withToken(action: string, parameters: Request['parameters'], token: string): Request {
  return change(action, { ...parameters, ...(token !== '' && { ClientToken: token }) })
}

function named({ name, id }: Named): Request['parameters'] {
  return id === undefined ? { KeyPairName: name } : { KeyPairId: id }
}

function instanceList(ids: readonly string[]): Request['parameters'] {
  return Object.fromEntries(ids.map((id, index) => [`InstanceIds.${index + 1}`, id]))
}

function powerOf(status: string): Seen['power'] {
  switch (status) {
    case 'RUNNING':
      return 'running'
    case 'STOPPED':
      return 'stopped'
    case 'STOPPING':
    case 'STARTING':
    case 'REBOOTING':
      return 'changing'
    default:
      return 'other'
  }
}

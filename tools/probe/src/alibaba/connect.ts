import * as v from 'valibot'
import {
  createCall,
  createCredentials,
  createEcsEndpoint,
  createSigner,
  judgeEcs,
  judgeEns,
  type Product,
  resolveEnsEndpoint,
  surroundingsOf,
} from '@cloud-keypair/alibaba/internals'
import type { AlibabaOptions } from '@cloud-keypair/alibaba'
import { telling, type Connect, type Reach } from '../connection.js'
import type { Send } from '../wire.js'

/** Sends calls to Alibaba Cloud ECS. */
export const connectEcs: Connect = (reach) => {
  const endpoint = createEcsEndpoint({ ...optionsOf(reach), region: reach.region, endpoint: reach.endpoint })
  const region = endpoint()
    .map((to) => to.region)
    .unwrapOr('')
  const send = sender(reach, { endpoint, version: '2014-05-26', judge: judgeEcs })
  return {
    region,
    send: (request, signal) => send({ ...request, parameters: { ...request.parameters, RegionId: region } }, signal),
  }
}

/** Sends calls to Alibaba Cloud ENS. */
export const connectEns: Connect = (reach) => {
  const endpoint = resolveEnsEndpoint({ endpoint: reach.endpoint })
  return { region: '', send: sender(reach, { endpoint: () => endpoint, version: '2017-11-10', judge: judgeEns }) }
}

function optionsOf({ accessKey, environment }: Reach): AlibabaOptions {
  if (accessKey === undefined) return { testing: { environment } }
  const { id, secret, token } = accessKey
  return { testing: { environment }, credentials: { accessKeyId: id, accessKeySecret: secret, securityToken: token } }
}

function sender(reach: Reach, { endpoint, version, judge }: Product): Send {
  const { transport, onSecrets } = reach
  const options = optionsOf(reach)
  const surroundings = surroundingsOf({ ...options, transport })
  const call = createCall({
    endpoint,
    credentials: telling(createCredentials(options, surroundings), (key) =>
      onSecrets([key.accessKeyId, key.accessKeySecret, key.securityToken]),
    ),
    sign: createSigner(version, surroundings.newNonce),
    transport,
    judge,
    now: Date.now,
  })
  return (request, signal) => call(request, v.unknown(), { signal, token: '', trace: () => {} })
}

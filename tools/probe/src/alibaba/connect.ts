import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import {
  createCall,
  createCredentialSource,
  createSigner,
  judgeEcs,
  judgeEns,
  type Product,
  resolveEcsEndpoint,
  resolveEnsEndpoint,
} from '@cloud-keypair/alibaba/internals'
import { telling, type Connect, type Reach } from '../connection.js'
import type { Send } from '../wire.js'

/** Sends calls to Alibaba Cloud ECS. */
export const connectEcs: Connect = (reach) => {
  const endpoint = resolveEcsEndpoint({ region: reach.region, endpoint: reach.endpoint }, reach.environment)
  const region = endpoint.isOk() ? endpoint.value.region : ''
  const send = sender(reach, { endpoint, version: '2014-05-26', judge: judgeEcs })
  return {
    region,
    send: (request, signal) => send({ ...request, parameters: { ...request.parameters, RegionId: region } }, signal),
  }
}

/** Sends calls to Alibaba Cloud ENS. */
export const connectEns: Connect = (reach) => {
  const endpoint = resolveEnsEndpoint({ endpoint: reach.endpoint })
  return { region: '', send: sender(reach, { endpoint, version: '2017-11-10', judge: judgeEns }) }
}

function sender({ accessKey, transport, onSecrets }: Reach, { endpoint, version, judge }: Product): Send {
  const credentials = accessKey && {
    accessKeyId: accessKey.id,
    accessKeySecret: accessKey.secret,
    securityToken: accessKey.token,
  }
  const call = createCall({
    endpoint,
    credentials: telling(createCredentialSource({ credentials }), (key) =>
      onSecrets([key.accessKeyId, key.accessKeySecret, key.securityToken]),
    ),
    sign: createSigner(version, randomUUID),
    transport,
    judge,
    now: Date.now,
  })
  return (request, signal) => call(request, v.unknown(), { signal, token: '', trace: () => {} })
}

import * as v from 'valibot'
import { createCall, createCredentials, createEndpoint, surroundingsOf } from '@cloud-keypair/volcengine/internals'
import { telling, type Connect } from '../connection.js'

/** Sends calls to Volcengine ECS. */
export const connectVolcengine: Connect = ({ region, endpoint, accessKey, environment, transport, onSecrets }) => {
  const credentials = accessKey && {
    accessKeyId: accessKey.id,
    secretAccessKey: accessKey.secret,
    sessionToken: accessKey.token,
  }
  const options = { region, endpoint, credentials, environment }
  const surroundings = surroundingsOf({ ...options, transport })
  const home = createEndpoint(options, surroundings)()
  const parts = {
    credentials: telling(createCredentials(options, surroundings), (key) =>
      onSecrets([key.accessKeyId, key.secretAccessKey, key.sessionToken]),
    ),
    transport,
    now: Date.now,
  }
  const here = createCall({ ...parts, endpoint: () => home })
  const elsewhere = createCall({
    ...parts,
    endpoint: () => home.map((at) => ({ ...at, region: at.region === 'cn-shanghai' ? 'cn-beijing' : 'cn-shanghai' })),
  })
  return {
    region: home.isOk() ? home.value.region : '',
    send: (request, signal) =>
      (request.elsewhere === true ? elsewhere : here)(request, v.unknown(), { signal, token: '', trace: () => {} }),
  }
}

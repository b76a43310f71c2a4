import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTlsServer } from 'node:tls'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { createAwsKeyPairStore } from '@cloud-keypair/aws'
import { canAttach, type KeyPairError, type KeyPairStore } from '@cloud-keypair/core'
import { createOpenStackKeyPairStore } from '@cloud-keypair/openstack'
import { createTencentKeyPairService } from '@cloud-keypair/tencent'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  certificate,
  listen,
  lookupFails,
  rawServer,
  type RawServer,
  tunnelProxy,
} from '../../packages/core/test/http/loopback.js'

interface Connection {
  readonly endpoint?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly certificateAuthorities?: string
}

const keyPair = { name: 'deploy', id: 'kp-1' }
const canary = 'canary-9d2b'
const accessKeyId = 'access-key-id'

// Each at the end of its first retry at once.
const random = (): number => 0

interface Cloud {
  readonly create: (connection: Connection) => KeyPairStore
  /** The host without an option `endpoint`. */
  readonly host: string
  /** A part of the first request. */
  readonly asks: RegExp
}

const clouds: Readonly<Record<string, Cloud>> = {
  Volcengine: {
    create: ({ environment = {}, ...connection }) =>
      createVolcengineKeyPairService({
        region: 'cn-beijin',
        testing: { environment, random },
        credentials: { accessKeyId, secretAccessKey: canary },
        ...connection,
      }),
    host: 'volcengineapi.com',
    asks: /DescribeInstances|DescribeKeyPairs/,
  },
  'Alibaba Cloud ECS': {
    create: ({ environment = {}, ...connection }) =>
      createAlibabaEcsKeyPairService({
        region: 'cn-hangzho',
        testing: { environment, random },
        credentials: { accessKeyId, accessKeySecret: canary },
        ...connection,
      }),
    host: 'cn-hangzho.aliyuncs.com',
    asks: /DescribeInstances|DescribeKeyPairs/,
  },
  'Alibaba Cloud ENS': {
    create: ({ environment = {}, ...connection }) =>
      createAlibabaEnsKeyPairService({
        testing: { environment, random },
        credentials: { accessKeyId, accessKeySecret: canary },
        ...connection,
      }),
    host: 'ens.aliyuncs.com',
    asks: /DescribeInstances|DescribeKeyPairs/,
  },
  'Tencent Cloud': {
    create: ({ environment = {}, ...connection }) =>
      createTencentKeyPairService({
        region: 'ap-guangzho',
        testing: { environment, random },
        credentials: { secretId: accessKeyId, secretKey: canary },
        ...connection,
      }),
    host: 'cvm.tencentcloudapi.com',
    asks: /DescribeInstances|DescribeKeyPairs/,
  },
  'Amazon EC2': {
    create: ({ environment = {}, ...connection }) =>
      createAwsKeyPairStore({
        region: 'eu-central-9',
        testing: { environment, random },
        credentials: { accessKeyId, secretAccessKey: canary },
        ...connection,
      }),
    host: 'ec2.eu-central-9.amazonaws.com',
    asks: /ec2\/aws4_request/,
  },
  OpenStack: {
    create: ({ environment = {}, endpoint = 'https://keystone.example', ...connection }) =>
      createOpenStackKeyPairStore({
        authUrl: endpoint,
        testing: { environment, random },
        credentials: {
          kind: 'application-credential',
          applicationCredentialId: accessKeyId,
          applicationCredentialSecret: canary,
        },
        ...connection,
      }),
    host: 'keystone.example',
    asks: /auth\/tokens/,
  },
}

describe.each(Object.entries(clouds))('%s', (_, { create, host, asks }) => {
  const serviceWith = (connection: Connection): KeyPairStore => {
    const service = create(connection)
    onTestFinished(() => service[Symbol.asyncDispose]())
    return service
  }
  const failedCall = async (connection: Connection): Promise<KeyPairError> => {
    const service = serviceWith(connection)
    const called = canAttach(service) ? await service.attach(keyPair, ['i-1', 'i-2']) : await service.get(keyPair)
    return called._unsafeUnwrapErr()
  }

  test('fails at once for an untrusted certificate, with a hint for its authority', async () => {
    const { key, cert } = certificate()
    let connections = 0
    const server = createTlsServer({ key, cert }, (socket) => socket.on('error', () => {}))
    const port = await listen(server.on('connection', () => (connections += 1)))
    const error = await failedCall({ endpoint: `https://localhost:${port}` })
    expect(error).toMatchObject({ code: 'network', outcome: 'none', retry: 'never' })
    expect(error.message).toContain(`localhost:${port}`)
    expect(error.hint).toMatch(/NODE_EXTRA_CA_CERTS.*certificateAuthorities/)
    expect(connections).toBe(1)
  })

  test('trusts the given authorities, also through the tunnel of a proxy', async () => {
    const { key, cert } = certificate('cloud.example')
    const requests: string[] = []
    const port = await listen(
      createHttpsServer({ key, cert }, (request, response) => {
        requests.push(JSON.stringify([request.url, request.headers]))
        response.writeHead(403, { 'content-type': 'application/json' }).end('{}')
      }),
    )
    const proxy = await tunnelProxy()
    const environment = { HTTPS_PROXY: proxy.url }
    const endpoint = `https://cloud.example:${port}`
    const error = await failedCall({ endpoint, environment, certificateAuthorities: cert })
    expect([error.code, error.vendor?.httpStatus, requests.length]).toEqual(['permission-denied', 403, 1])
    expect(requests[0]).toMatch(asks)
    expect(proxy.received()).toContain(`CONNECT cloud.example:${port} `)
    expect(proxy.received()).not.toMatch(/Describe|authorization|canary/i)
  })

  test('fails at once if a port does not speak TLS', async () => {
    const server = await rawServer(({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failedCall({ endpoint: `https://127.0.0.1:${server.port}` })
    expect(error).toMatchObject({ code: 'network', outcome: 'none', retry: 'never' })
    expect(error.message).toContain(`127.0.0.1:${server.port}`)
    expect(error.hint).toContain('Check the endpoint')
    expect(server.connections).toHaveLength(1)
  })

  test('fails at once for an unknown host, with a hint to check the region', async () => {
    using lookup = lookupFails('ENOTFOUND')
    const error = await failedCall({})
    expect(error).toMatchObject({ code: 'network', outcome: 'none', retry: 'never' })
    expect(error.message).toContain(host)
    expect(error.hint).toContain('Check the region and the endpoint.')
    expect(lookup.calls()).toBe(1)
  })

  test('retries if the look-up of the host may succeed a little later', async () => {
    using lookup = lookupFails('EAI_AGAIN')
    const error = await failedCall({})
    expect(error).toMatchObject({ code: 'network', outcome: 'none', retry: 'safe' })
    expect(lookup.calls()).toBeGreaterThan(3)
  })

  const refusing = (status: number): Promise<RawServer> =>
    rawServer(({ socket }) => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`))

  test.each([
    [407, /Check the user name and the password in HTTPS_PROXY/],
    [403, /let this host through/],
  ])('fails at once if a proxy refused with %i, and sends its password once', async (status, hint) => {
    const proxy = await refusing(status)
    const environment = { HTTPS_PROXY: `http://user:${canary}@127.0.0.1:${proxy.port}` }
    const error = await failedCall({ environment })
    expect(error).toMatchObject({ code: 'network', outcome: 'none', retry: 'never' })
    expect(error.message).toContain(`127.0.0.1:${proxy.port} refused the tunnel with status ${status}`)
    expect(error.hint).toMatch(hint)
    expect(error.message + error.stack).not.toContain(canary)
    expect(proxy.connections).toHaveLength(1)
  })

  test('retries if a proxy fails for the moment', async () => {
    const proxy = await refusing(502)
    const error = await failedCall({ environment: { https_proxy: `http://127.0.0.1:${proxy.port}` } })
    expect(error).toMatchObject({ code: 'network', retry: 'safe' })
    expect(proxy.connections.length).toBeGreaterThan(3)
  })
})

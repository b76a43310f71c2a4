import ecs from '@alicloud/ecs20140526'
import core from '@alicloud/openapi-core'
import vendor from '@volcengine/openapi/lib/base/service.js'
import type { SentCall } from './recording-transport.js'
import type { BenchCloud, CloudAccess } from './simulated-cloud.js'

/** Makes one call with the vendor's SDK. */
export type ByHand = (call: SentCall) => Promise<unknown>

/** Makes what calls a cloud with its vendor's SDK, as a program without this library does. */
export function sdkByHand(cloud: BenchCloud, access: CloudAccess): ByHand {
  switch (cloud) {
    case 'volcengine':
      return volcengineByHand(access)
    case 'alibaba-ecs':
      return ecsByHand(access)
    case 'alibaba-ens':
      return ensByHand(access)
  }
}

function volcengineByHand({ url, region = '', accessKeyId, secretAccessKey }: CloudAccess): ByHand {
  const service = new vendor.default({
    serviceName: 'ecs',
    host: new URL(url).host,
    protocol: 'http:',
    region,
    accessKeyId,
    secretKey: secretAccessKey,
  })
  return async ({ action, parameters: query }) => {
    const answer = await service.fetchOpenAPI({
      Action: action,
      Version: '2020-04-01',
      method: 'GET',
      query: { ...query },
    })
    if (answer.Result === undefined) throw new Error(JSON.stringify(answer))
    return answer
  }
}

function configOf({
  url,
  region,
  accessKeyId,
  accessKeySecret,
}: CloudAccess): InstanceType<typeof core.$OpenApiUtil.Config> {
  const endpoint = new URL(url).host
  return new core.$OpenApiUtil.Config({
    accessKeyId,
    accessKeySecret,
    endpoint,
    protocol: 'http',
    regionId: region,
    readTimeout: 300_000,
    connectTimeout: 300_000,
  })
}

/** Uses the typed client: its request and response models, one for each action. */
function ecsByHand(access: CloudAccess): ByHand {
  const client = new ecs.default(configOf(access))
  return async ({ action, parameters }) => {
    const fields = fieldsOf(parameters)
    switch (action) {
      case 'DescribeKeyPairs':
        return client.describeKeyPairs(new ecs.DescribeKeyPairsRequest(fields))
      case 'DescribeInstances':
        return client.describeInstances(new ecs.DescribeInstancesRequest(fields))
      case 'AttachKeyPair':
        return client.attachKeyPair(new ecs.AttachKeyPairRequest(fields))
      case 'DeleteKeyPairs':
        return client.deleteKeyPairs(new ecs.DeleteKeyPairsRequest(fields))
      default:
        throw new Error(`The bench does not know ${action} of ECS`)
    }
  }
}

/** Returns the parameters as fields of a request model: `keyPairName` for `KeyPairName`. */
function fieldsOf(parameters: SentCall['parameters']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  )
}

/** The vendor has no client for ENS on npm, so this uses its client for any action. */
function ensByHand(access: CloudAccess): ByHand {
  const { $OpenApiUtil, OpenApiUtil } = core
  const client = new core.default(configOf(access))
  return ({ action, parameters }) => {
    const params = new $OpenApiUtil.Params({
      action,
      version: '2017-11-10',
      protocol: 'HTTPS',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      reqBodyType: 'formData',
      bodyType: 'json',
    })
    const query = OpenApiUtil.query({ ...parameters })
    return client.callApi(params, new $OpenApiUtil.OpenApiRequest({ query }), { toMap: () => ({}) })
  }
}

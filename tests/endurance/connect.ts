import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { createAwsKeyPairStore } from '@cloud-keypair/aws'
import type { KeyPairStore, ServiceOptions } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { createTencentKeyPairService } from '@cloud-keypair/tencent'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import type { ScaledTime } from './scaled-clock.js'

/** The address and credentials of a simulated cloud, for another process. */
export interface Access {
  readonly adapter: string
  readonly endpoint: string
  readonly region: string
  readonly secret: string
  readonly token: string
  readonly id: string
  readonly time: ScaledTime
}

/** Makes a service over a cloud of another process. */
export function connect(access: Access, options: ServiceOptions & { readonly transport: HttpTransport }): KeyPairStore {
  const { adapter, endpoint, region, secret, token, id } = access
  const accessKey = { accessKeyId: id, secretAccessKey: secret, sessionToken: token }
  const alibabaKey = { accessKeyId: id, accessKeySecret: secret, securityToken: token }
  switch (adapter) {
    case 'volcengine':
      return createVolcengineKeyPairService({ ...options, endpoint, region, credentials: accessKey })
    case 'alibaba-ecs':
      return createAlibabaEcsKeyPairService({ ...options, endpoint, region, credentials: alibabaKey })
    case 'alibaba-ens':
      return createAlibabaEnsKeyPairService({ ...options, endpoint, credentials: alibabaKey })
    case 'tencent':
      return createTencentKeyPairService({
        ...options,
        endpoint,
        region,
        credentials: { secretId: id, secretKey: secret, token },
      })
    case 'aws':
      return createAwsKeyPairStore({ ...options, endpoint, region, credentials: accessKey })
    default:
      throw new Error(`There is no adapter ${adapter} over the wire`)
  }
}

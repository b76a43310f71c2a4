import type { TestingOptions } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { CredentialReport } from '@cloud-keypair/core/credentials'
import type { HttpTransport } from '@cloud-keypair/core/http'

/** The options of an adapter. An absent one comes from the environment and the vendor's files. */
export interface CloudOptions {
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly profile?: string | undefined
  readonly testing: TestingOptions
  readonly transport?: HttpTransport | undefined
}

/** The part of an adapter that the command uses. */
export interface Adapter {
  createDriver(options: CloudOptions): KeyPairDriver | KeyPairStoreDriver
  inspectCredentials(options: CloudOptions): Promise<CredentialReport>
}

export interface Cloud {
  readonly title: string
  /** `none` if its key pairs belong to no region. `optional` if the cloud tells its region, unless it has several. */
  readonly regions: 'none' | 'required' | 'optional'
  /** Loads the adapter, which loads a part of its vendor's SDK. */
  load(): Promise<Adapter>
}

/** Every cloud by the name that `--cloud` takes, which is the `provider` of its service. */
export const clouds: ReadonlyMap<string, Cloud> = new Map<string, Cloud>([
  [
    'volcengine',
    {
      title: 'Volcengine ECS',
      regions: 'required',
      load: () =>
        import('@cloud-keypair/volcengine').then((adapter) => ({
          createDriver: adapter.createVolcengineDriver,
          inspectCredentials: adapter.inspectVolcengineCredentials,
        })),
    },
  ],
  [
    'alibaba-ecs',
    {
      title: 'Alibaba Cloud ECS',
      regions: 'required',
      load: () =>
        import('@cloud-keypair/alibaba').then((adapter) => ({
          createDriver: adapter.createAlibabaEcsDriver,
          inspectCredentials: adapter.inspectAlibabaCredentials,
        })),
    },
  ],
  [
    'alibaba-ens',
    {
      title: 'Alibaba Cloud ENS',
      regions: 'none',
      load: () =>
        import('@cloud-keypair/alibaba').then((adapter) => ({
          createDriver: adapter.createAlibabaEnsDriver,
          inspectCredentials: adapter.inspectAlibabaCredentials,
        })),
    },
  ],
  [
    'aws',
    {
      title: 'Amazon EC2',
      regions: 'required',
      load: () =>
        import('@cloud-keypair/aws').then((adapter) => ({
          createDriver: adapter.createAwsDriver,
          inspectCredentials: adapter.inspectAwsCredentials,
        })),
    },
  ],
  [
    'tencent',
    {
      title: 'Tencent Cloud CVM',
      regions: 'required',
      load: () =>
        import('@cloud-keypair/tencent').then((adapter) => ({
          createDriver: adapter.createTencentDriver,
          inspectCredentials: adapter.inspectTencentCredentials,
        })),
    },
  ],
  [
    'openstack',
    {
      title: 'OpenStack',
      regions: 'optional',
      load: () =>
        import('@cloud-keypair/openstack').then((adapter) => ({
          createDriver: adapter.createOpenStackDriver,
          inspectCredentials: adapter.inspectOpenStackCredentials,
        })),
    },
  ],
])

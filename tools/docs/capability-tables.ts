import { createAlibabaEcsDriver, createAlibabaEnsDriver } from '@cloud-keypair/alibaba'
import { createAwsDriver } from '@cloud-keypair/aws'
import type { Capabilities, InstanceCapabilities, Limit } from '@cloud-keypair/core'
import type { KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { createOpenStackDriver } from '@cloud-keypair/openstack'
import { createTencentDriver } from '@cloud-keypair/tencent'
import { createVolcengineDriver } from '@cloud-keypair/volcengine'

interface Cloud {
  readonly title: string
  readonly driver: KeyPairStoreDriver
}

interface Row {
  readonly title: string
  /** True if it stands in the README too. */
  readonly short: boolean
  valueOf(capabilities: Capabilities): string
}

const clouds: readonly Cloud[] = [
  { title: 'Volcengine ECS', driver: createVolcengineDriver() },
  { title: 'Alibaba Cloud ECS', driver: createAlibabaEcsDriver() },
  { title: 'Alibaba Cloud ENS', driver: createAlibabaEnsDriver() },
  { title: 'Amazon EC2', driver: createAwsDriver() },
  { title: 'Tencent Cloud CVM', driver: createTencentDriver() },
  { title: 'OpenStack', driver: createOpenStackDriver() },
]

const rows: readonly Row[] = [
  { title: 'a key pair is named by (`identity`)', short: true, valueOf: ({ identity }) => identity.join(', ') },
  { title: 'longest name (`name.maxLength`)', short: true, valueOf: ({ name }) => String(name.maxLength) },
  { title: 'a name is known to be unique (`name.unique`)', short: true, valueOf: ({ name }) => yesNo(name.unique) },
  { title: 'characters of a name (`name.allows`)', short: false, valueOf: ({ name }) => characters(name.allows) },
  { title: 'key types (`keys.types`)', short: false, valueOf: ({ keys }) => listed(keys.types) },
  { title: 'bits of RSA keys (`keys.rsaBits`)', short: false, valueOf: ({ keys }) => listed(keys.rsaBits) },
  { title: 'takes each public key once (`keys.unique`)', short: false, valueOf: ({ keys }) => yesNo(keys.unique) },
  { title: 'fingerprints', short: false, valueOf: ({ fingerprints }) => listed(fingerprints) },
  { title: 'description', short: true, valueOf: ({ description }) => description },
  { title: 'tags', short: true, valueOf: ({ tags }) => tags },
  { title: 'project or resource group (`group`)', short: true, valueOf: ({ group }) => group },
  { title: 'generates key pairs (`createInCloud`)', short: true, valueOf: ({ createInCloud }) => yesNo(createInCloud) },
  { title: 'returns public keys (`publicKey`)', short: true, valueOf: ({ publicKey }) => yesNo(publicKey) },
  {
    title: 'idempotency tokens (`idempotencyToken`)',
    short: true,
    valueOf: ({ idempotencyToken }) => yesNo(idempotencyToken),
  },
  { title: 'key pairs in one read by name or id (`lookup`)', short: false, valueOf: ({ lookup }) => limit(lookup) },
  {
    title: 'key pairs in one page of a list (`pageSize`)',
    short: false,
    valueOf: ({ pageSize }) => (pageSize === Infinity ? 'all' : String(pageSize)),
  },
  { title: 'key pairs in one delete (`delete`)', short: false, valueOf: (capabilities) => limit(capabilities.delete) },
  {
    title: 'itself refuses to delete one in use (`delete.refusesInUse`)',
    short: true,
    valueOf: (capabilities) => documented(capabilities.delete.refusesInUse),
  },
  {
    title: 'its success means deleted (`delete.confirms`)',
    short: false,
    valueOf: (capabilities) => yesNo(capabilities.delete.confirms),
  },
  { title: 'uses not looked at (`notLookedAt`)', short: false, valueOf: ({ notLookedAt }) => listed(notLookedAt) },
  ofInstances('instances in one attach or detach (`instances.change`)', true, ({ change }) => limit(change)),
  ofInstances('instances in one read by id (`instances.read`)', false, ({ read }) => limit(read)),
  ofInstances('instances may be (`instances.power`)', true, ({ power }) => power.join(', ')),
  ofInstances('an attach over another key replaces it (`instances.replaces`)', true, ({ replaces }) =>
    documented(replaces),
  ),
  ofInstances('instances in one stop, start or reboot (`instances.powerChange`)', false, ({ powerChange }) =>
    limit(powerChange),
  ),
  ofInstances('a guest gets its key by (`instances.restart`)', true, ({ restart }) => restart),
  ofInstances('instances name key pairs by id (`instances.showsKeyPairId`)', false, ({ showsKeyPairId }) =>
    yesNo(showsKeyPairId),
  ),
  ofInstances('its success means changed (`instances.confirms`)', false, ({ confirms }) => yesNo(confirms)),
  ofInstances('judges each instance of a call (`instances.perItemVerdicts`)', false, ({ perItemVerdicts }) =>
    yesNo(perItemVerdicts),
  ),
]

/** The cells of a table, row by row. */
export type Cells = readonly (readonly string[])[]

/** Returns the table of all capabilities of every cloud. */
export function fullTable(): Cells {
  return cellsOf(rows)
}

/** Returns the table of the capabilities in the README. */
export function shortTable(): Cells {
  return cellsOf(rows.filter(({ short }) => short))
}

function ofInstances(title: string, short: boolean, valueOf: (instances: InstanceCapabilities) => string): Row {
  return { title, short, valueOf: ({ instances }) => (instances === false ? 'none' : valueOf(instances)) }
}

function documented(value: boolean | 'undocumented'): string {
  return value === 'undocumented' ? value : yesNo(value)
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function listed(values: string | readonly (string | number)[]): string {
  if (typeof values === 'string') return values
  return values.length === 0 ? 'none' : values.join(', ')
}

function characters(allows: Capabilities['name']['allows']): string {
  return allows === 'any' ? allows : listed(allows.map((one) => `\`${one}\``))
}

function limit({ items, bytes }: Limit): string {
  return bytes === undefined ? String(items) : `${items}, ${bytes.toLocaleString('en')} bytes`
}

function cellsOf(chosen: readonly Row[]): Cells {
  const body = chosen.map(({ title, valueOf }) => [title, ...clouds.map(({ driver }) => valueOf(driver.capabilities))])
  return [['', ...clouds.map(({ title }) => title)], ...body]
}

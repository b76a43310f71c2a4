/** The settings of the two servers. */
export interface Settings {
  readonly folder: string
  readonly keystonePort: number
  readonly novaPort: number
  readonly networkPort: number
  readonly password: string
  readonly quota: number
}

/** Returns the catalog. Without an internal address of Keystone, Nova answers every call with 500. */
export function catalogTemplate({ keystonePort, novaPort }: Settings): string {
  const services = { identity: `http://127.0.0.1:${keystonePort}/v3`, compute: `http://127.0.0.1:${novaPort}/v2.1` }
  const lines = Object.entries(services).flatMap(([service, url]) => [
    ...['public', 'internal', 'admin'].map((kind) => `catalog.RegionOne.${service}.${kind}URL = ${url}`),
    `catalog.RegionOne.${service}.name = ${service}`,
  ])
  return `${lines.join('\n')}\n`
}

/** Returns `keystone.conf`. */
export function keystoneConfiguration({ folder }: Settings): string {
  return sections({
    DEFAULT: { log_file: `${folder}/keystone.log` },
    database: sqlite(folder, 'keystone.db'),
    // A login takes as long as the hash of its password, and many reads of the database.
    cache: { enabled: 'true', backend: 'dogpile.cache.memory' },
    identity: { password_hash_rounds: '4' },
    token: { provider: 'fernet' },
    fernet_tokens: { key_repository: `${folder}/fernet` },
    fernet_receipts: { key_repository: `${folder}/receipts` },
    credential: { key_repository: `${folder}/credential` },
    catalog: { driver: 'templated', template_file: `${folder}/catalog.templates` },
  })
}

/** Returns `nova.conf`, of an API without any compute host. */
export function novaConfiguration({ folder, keystonePort, networkPort, password, quota }: Settings): string {
  const keystone = `http://127.0.0.1:${keystonePort}/v3`
  return sections({
    DEFAULT: {
      state_path: folder,
      log_file: `${folder}/nova.log`,
      transport_url: 'fake://',
    },
    api: { auth_strategy: 'keystone' },
    api_database: sqlite(folder, 'api.db'),
    database: sqlite(folder, 'main.db'),
    neutron: { endpoint_override: `http://127.0.0.1:${networkPort}` },
    quota: { key_pairs: String(quota) },
    oslo_concurrency: { lock_path: `${folder}/lock` },
    keystone_authtoken: {
      www_authenticate_uri: keystone,
      auth_url: keystone,
      auth_type: 'password',
      username: 'admin',
      password,
      project_name: 'admin',
      user_domain_name: 'Default',
      project_domain_name: 'Default',
      service_type: 'compute',
    },
  })
}

/** Returns the settings of a database, which need not outlive this machine. */
function sqlite(folder: string, name: string): Readonly<Record<string, string>> {
  return { connection: `sqlite:///${folder}/${name}`, sqlite_synchronous: 'false' }
}

function sections(all: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const texts = Object.entries(all).map(([name, fields]) => {
    const lines = Object.entries(fields).map(([field, value]) => `${field} = ${value}`)
    return `[${name}]\n${lines.join('\n')}\n`
  })
  return texts.join('\n')
}

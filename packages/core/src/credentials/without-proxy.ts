import type { Environment } from '../http/proxy.js'

/** Returns an environment in which a host is reached without a proxy, as the metadata service of an instance has to be. */
export function withoutProxy(environment: Environment, host: string): Environment {
  const exempt = environment['no_proxy'] || environment['NO_PROXY']
  return { ...environment, no_proxy: exempt ? `${exempt},${host}` : host }
}

/** Variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The proxy for a target, as it was written; `undefined` for none. */
export type ProxyFor = (target: URL) => string | undefined

/** Reads which proxy to take for which target, once; see `HttpTransportOptions.proxy`. */
export function readProxy(proxy: string, environment: Environment): ProxyFor {
  if (proxy === 'none') return () => undefined
  if (proxy !== 'environment') return () => proxy

  // The lower-case name first, and an empty value as if it were absent, as curl has it.
  const read = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()] || undefined
  const ofProtocol = new Map([
    ['http:', read('http_proxy')],
    ['https:', read('https_proxy')],
  ])
  const exemptions = (read('no_proxy') ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(exemption)
  return (target) => (exemptions.some((exempts) => exempts(target)) ? undefined : ofProtocol.get(target.protocol))
}

/** One entry of NO_PROXY: `*`, or a host, which stands for its subdomains too, with or without a port. */
function exemption(entry: string): (target: URL) => boolean {
  if (entry === '*') return () => true
  const { host = entry, port } = /^(?<host>\[.+\]|[^:]+):(?<port>\d+)$/.exec(entry)?.groups ?? {}
  const name = withoutBrackets(host.toLowerCase().replace(/^\*?\./, ''))
  return (target) => {
    const targetName = withoutBrackets(target.hostname)
    return (targetName === name || targetName.endsWith(`.${name}`)) && (port === undefined || port === portOf(target))
  }
}

/** The host of a URL as sockets take it: an IPv6 address has no brackets there. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.+)\]$/, '$1')
}

/** The port of a URL, the default one of its protocol included. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

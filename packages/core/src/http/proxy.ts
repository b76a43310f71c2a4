import { BlockList, isIP } from 'node:net'

/** Variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The text of a proxy, and its source: `HTTPS_PROXY`. */
export interface GivenProxy {
  readonly address: string
  readonly from: string
}

/** Returns the proxy for a target; undefined for none. */
export type ProxyFor = (target: URL) => GivenProxy | undefined

/** Reads which proxy to take for which target, once; see `HttpTransportOptions.proxy`. */
export function readProxy(proxy: string, environment: Environment): ProxyFor {
  if (proxy === 'none') return () => undefined
  if (proxy !== 'environment') return () => ({ address: proxy, from: 'the option proxy' })

  // The lower-case name first, and an empty value as if it were absent, as curl has it.
  const read = (name: string): GivenProxy | undefined => {
    const from = [name, name.toUpperCase()].find((one) => environment[one])
    return from === undefined ? undefined : { address: environment[from] ?? '', from }
  }
  const ofProtocol = new Map([
    ['http:', read('http_proxy')],
    ['https:', read('https_proxy')],
  ])
  const exemptions = (read('no_proxy')?.address ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(exemption)
  const isExempt = (target: URL): boolean => isLoopback(target) || exemptions.some((exempts) => exempts(target))
  return (target) => {
    const given = ofProtocol.get(target.protocol)
    return given === undefined || isExempt(target) ? undefined : given
  }
}

/** Parses one entry of NO_PROXY: `*`, a host with its subdomains, or a range of addresses; with or without a port. */
function exemption(entry: string): (target: URL) => boolean {
  if (entry === '*') return () => true
  const { host = entry, port } = /^(?<host>\[.+\]|[^:]+):(?<port>\d+)$/.exec(entry)?.groups ?? {}
  const name = withoutBrackets(host.toLowerCase().replace(/^\*?\./, ''))
  const range = rangeOf(name)
  return (target) => {
    if (port !== undefined && port !== portOf(target)) return false
    const targetName = withoutBrackets(target.hostname)
    if (range !== undefined) return contains(range, targetName)
    return targetName === name || targetName.endsWith(`.${name}`)
  }
}

/** Reads an address, or a range of them such as `10.0.0.0/8`. Undefined for anything else. */
function rangeOf(text: string): BlockList | undefined {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  const bits = version === 4 ? 32 : 128
  if (version === 0 || Number(prefix ?? bits) > bits) return undefined
  const range = new BlockList()
  range.addSubnet(address, Number(prefix ?? bits), version === 4 ? 'ipv4' : 'ipv6')
  return range
}

function contains(range: BlockList, host: string): boolean {
  const version = isIP(host)
  return version !== 0 && range.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

/** True if the host is this machine, which no proxy of an environment can reach. */
function isLoopback({ hostname }: URL): boolean {
  const range = rangeOf('127.0.0.0/8')
  range?.addAddress('::1', 'ipv6')
  return /^(?:.+\.)?localhost\.?$/.test(hostname) || (range !== undefined && contains(range, withoutBrackets(hostname)))
}

/** Returns the host of a URL as sockets take it: an IPv6 address has no brackets there. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.+)\]$/, '$1')
}

/** Returns the port of a URL, the default one of its protocol included. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

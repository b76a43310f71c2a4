import { createBench } from '../bench.js'
import { openCall } from '../call-log.js'
import type { Circumstances, Outcome } from '../circumstances.js'
import { realClock } from '../clock.js'
import { headerText } from '../header-text.js'
import type { Exchange, HttpAnswer } from '../http-server.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom } from '../random.js'
import type { SimulatorOptions } from '../options.js'
import { type AdmittedCall, respond } from '../respond.js'
import { plant } from '../seed.js'
import { serve, type RunningSimulator } from '../serve.js'
import { type ActionName, actions } from './actions.js'
import { type Answer, damaged, noSuchPath, refuse, toHttp } from './answer.js'
import { createIdentity, type OpenStackAccount } from './identity.js'
import { readOpenStackSeed } from './read-settings.js'
import { createRegion } from './region.js'
import { defaultOpenStackVariants, type OpenStackVariants } from './variants.js'
import { createWorld, type OpenStackWorld } from './world.js'

/** The options of a simulator. */
export interface OpenStackSimulatorOptions extends SimulatorOptions<OpenStackAccount, OpenStackVariants> {
  /** Default `RegionOne`. */
  readonly region?: string | undefined
}

/** A running simulator of Keystone and of the key-pair API of Nova. */
export interface OpenStackSimulator extends RunningSimulator<OpenStackWorld, OpenStackVariants> {
  readonly region: string
  /** The URL of Keystone. */
  readonly authUrl: string
  /** The first account. */
  readonly account: OpenStackAccount
}

const demoAccount: OpenStackAccount = {
  userId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  username: 'demo',
  password: 'simulator-password',
  projectId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  projectName: 'demo',
  applicationCredentialId: 'simulator-application-credential',
  applicationCredentialSecret: 'simulator-application-secret',
}

/** A request for Nova, as far as its path tells. */
interface NovaRequest {
  readonly action: ActionName
  readonly name: string
}

/** Starts a simulator of Keystone and Nova on 127.0.0.1. Rejects if the port is taken. */
export async function startOpenStackSimulator(options: OpenStackSimulatorOptions = {}): Promise<OpenStackSimulator> {
  const { generateKeyPair = generateRsaKeyPair, accounts = [demoAccount], region: home = 'RegionOne' } = options
  const { clock = realClock, wallClock = Date.now, random = seededRandom(1) } = options
  const variants = { ...defaultOpenStackVariants, ...options.variants }
  const region = createRegion()
  const bench = createBench(clock, () => [region.schedule])
  const [account = demoAccount] = accounts

  const endpoints = (url: string) =>
    ['public', 'internal', 'admin'].map((kind) => ({ interface: kind, region_id: home, region: home, url }))
  const identity = createIdentity({
    accounts,
    random,
    tokenMs: variants.tokenMs,
    catalogOf: (projectId) => [
      { type: 'identity', name: 'keystone', endpoints: endpoints(`${served.url}/identity/v3`) },
      {
        type: 'compute',
        name: 'nova',
        endpoints: endpoints(`${served.url}/compute/v2.1${variants.endpointForm === 'project' ? `/${projectId}` : ''}`),
      },
    ],
  })

  /** Answers a request for Keystone, or for the versions of Nova. Undefined if it is for neither. */
  const answerBeside = ({ method, headers, body }: Exchange, path: string): readonly [string, Answer] | undefined => {
    if (path === '/identity/v3/auth/tokens' && method === 'POST')
      return ['Authenticate', identity.logIn(body, wallClock())]
    if (path === '/identity/v3/auth/tokens' && method === 'GET') {
      return ['DescribeToken', identity.describe(headers, wallClock())]
    }
    if (path !== '/compute/v2.1/' || method !== 'GET') return undefined
    const range = { min_version: `2.${variants.oldest}`, version: `2.${variants.newest}` }
    return ['DescribeVersion', { status: 200, body: { version: { id: 'v2.1', status: 'CURRENT', ...range } } }]
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    const url = new URL(exchange.url, 'http://127.0.0.1')
    const hex = (length: number): string => randomText(random, length, '0123456789abcdef')
    const requestId = `req-${[8, 4, 4, 4, 12].map(hex).join('-')}`
    const beside = answerBeside(exchange, url.pathname)
    const asked = requestOf(exchange, url.pathname, account.projectId)
    const record = openCall({
      action: beside?.[0] ?? asked?.action ?? '',
      query: { ...Object.fromEntries(url.searchParams), ...(asked?.name && { name: asked.name }) },
      token: undefined,
      rawUrl: exchange.url,
      headers: exchange.headers,
      atMs: clock.now(),
    })
    bench.calls.push(record)
    const send = (answer: HttpAnswer): void => {
      record.status = answer.status
      exchange.send(answer)
    }
    const sendAtOnce = (answer: Answer): void => send(toHttp(answer, requestId))
    if (beside !== undefined) return sendAtOnce(beside[1])
    if (!url.pathname.startsWith('/compute/')) return send(noSuchPath(requestId))
    // Nova checks the token before the path.
    const caller = identity.authenticate(exchange.headers, wallClock())
    if ('fault' in caller) return sendAtOnce(caller)
    if (asked === undefined) return send(noSuchPath(requestId))
    const minor = microversionOf(headerText(exchange.headers, 'openstack-api-version'), variants)
    if (typeof minor !== 'number') return sendAtOnce(minor)

    record.mutating = exchange.method !== 'GET'
    const generated = asked.action === 'CreateKeyPair' ? await generateKeyPair() : undefined
    const now = bench.catchUp()
    const carryOut = (at: Pick<Circumstances, 'now' | 'readAt' | 'pageItems'>): Outcome<Answer> => {
      const answer = actions[asked.action]({
        region,
        account: caller,
        variants,
        minor,
        generated,
        name: asked.name,
        query: url.searchParams,
        body: exchange.body,
        listUrl: `${served.url}${url.pathname}`,
        now: at.now,
        readAt: at.readAt,
        pageItems: at.pageItems,
      })
      return { answer, committed: record.mutating && !('fault' in answer) }
    }
    const call: AdmittedCall<Answer> = {
      carryOut,
      carryOutAt: (at, done) => {
        region.schedule.add(at, (late) => done(carryOut({ now: late, readAt: late }).committed))
      },
      throttled: ({ status = variants.throttledStatus, retryAfterMs }) => ({
        ...refuse(status, 'This request was rate-limited.'),
        retryAfterMs,
      }),
      refused: ({ status, code, message = 'Refused by a fault.' }) => ({ status, fault: code, message }),
      codeOf: (answer) => ('fault' in answer ? answer.fault : undefined),
      toHttp: (answer) => toHttp(answer, requestId),
      damaged: (damage, answer) => damaged(damage, answer, requestId),
    }
    const fault = bench.faults.take({ action: asked.action, mutating: record.mutating, hasItem: () => false }, now)
    await respond({ call, exchange, record, clock, now, readAt: bench.readAt(now) }, fault)
  }

  const world = createWorld(region, {
    bench,
    random,
    variants,
    userId: account.userId,
    revokeTokens: () => identity.revoke(),
  })
  const served = await serve(bench, {
    port: options.port ?? 0,
    variants,
    world,
    plantJson: (seed) => plant(world, readOpenStackSeed(seed, 'seed')),
    handle,
  })
  return Object.assign(served, { region: home, authUrl: `${served.url}/identity`, account })
}

/** Returns the call that a request for Nova makes. Undefined if Nova has none of it. */
function requestOf({ method, body }: Exchange, path: string, projectId: string): NovaRequest | undefined {
  const [, rest = ''] = new RegExp(`^/compute/v2\\.1(?:/${projectId})?/(.*)$`).exec(path) ?? []
  const [kind, name = '', ...more] = rest.split('/').map(decodeURIComponent)
  if (more.length > 0) return undefined
  switch (`${method} ${kind}${name === '' ? '' : '/'}`) {
    case 'GET os-keypairs':
      return { action: 'ListKeyPairs', name }
    case 'GET os-keypairs/':
      return { action: 'ShowKeyPair', name }
    case 'POST os-keypairs':
      return { action: body.includes('"public_key"') ? 'ImportKeyPair' : 'CreateKeyPair', name }
    case 'DELETE os-keypairs/':
      return { action: 'DeleteKeyPair', name }
    case 'GET servers/':
      return name === 'detail' ? { action: 'ListServers', name: '' } : undefined
    default:
      return undefined
  }
}

/** Returns the minor number of the microversion that a request asks for, 1 without a header, or a refusal. */
function microversionOf(header: string, { oldest, newest }: OpenStackVariants): number | Answer {
  const [, asked = header === '' ? '2.1' : ''] = /^compute (\S+)$/.exec(header) ?? []
  if (asked === 'latest') return newest
  const minor = Number(/^2\.(\d+)$/.exec(asked)?.[1] ?? -1)
  if (minor >= oldest && minor <= newest) return minor
  const range = `Minimum is 2.${oldest} and maximum is 2.${newest}.`
  return refuse(406, `Version ${asked} is not supported by the API. ${range}`)
}

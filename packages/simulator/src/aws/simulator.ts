import { createBench } from '../bench.js'
import { openCall } from '../call-log.js'
import type { Circumstances, Outcome } from '../circumstances.js'
import { realClock } from '../clock.js'
import { damageText, isShapeDamage } from '../damage.js'
import type { Exchange } from '../http-server.js'
import { parseParameters } from '../parameters.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom } from '../random.js'
import type { SimulatorOptions } from '../options.js'
import { type AdmittedCall, respond } from '../respond.js'
import { plant } from '../seed.js'
import { serve, type RunningSimulator } from '../serve.js'
import { type Action, actions } from './actions.js'
import { type Answer, refuse, toHttp } from './answer.js'
import { authenticate, type AwsAccount, type SigningKeys } from './gateway.js'
import { readAwsSeed } from './read-settings.js'
import { createRegion } from './region.js'
import { type AwsVariants, defaultAwsVariants } from './variants.js'
import { type AwsWorld, createWorld } from './world.js'

/** The options of a simulator. */
export interface AwsSimulatorOptions extends SimulatorOptions<AwsAccount, AwsVariants> {
  /** Default `eu-central-1`. */
  readonly region?: string | undefined
}

/** A running simulator of the key-pair API of Amazon EC2. */
export interface AwsSimulator extends RunningSimulator<AwsWorld, AwsVariants> {
  readonly region: string
  /** The access key id of the first account. */
  readonly accessKeyId: string
  /** The secret key of the first account. */
  readonly secretAccessKey: string
}

const demoAccount: AwsAccount = { accessKeyId: 'simulator-access-key', secretAccessKey: 'simulator-secret-key' }

/** Starts a simulator of the key-pair API of Amazon EC2 (version 2016-11-15) on 127.0.0.1. Rejects if the port is taken. */
export async function startAwsSimulator(options: AwsSimulatorOptions = {}): Promise<AwsSimulator> {
  const { generateKeyPair = generateRsaKeyPair, accounts = [demoAccount] } = options
  const { clock = realClock, wallClock = Date.now, random = seededRandom(1), region: home = 'eu-central-1' } = options
  const variants = { ...defaultAwsVariants, ...options.variants }
  const region = createRegion()
  const bench = createBench(clock, () => [region.schedule])
  const signingKeys: SigningKeys = new Map()

  const admit = async (exchange: Exchange, form: URLSearchParams): Promise<Action | Answer> => {
    const refusal = await authenticate(exchange, accounts, signingKeys, home, wallClock())
    if (refusal !== undefined) return refusal
    const action = actions.get(form.get('Action') ?? '')
    const isKnown = exchange.method === 'POST' && exchange.url === '/' && form.get('Version') === '2016-11-15'
    return isKnown && action !== undefined
      ? action
      : refuse('InvalidAction', 'The action is not valid for this web service')
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    const form = new URLSearchParams(exchange.body)
    const name = form.get('Action') ?? ''
    const record = openCall({
      action: name,
      query: Object.fromEntries(form),
      token: undefined,
      rawUrl: exchange.url,
      headers: exchange.headers,
      atMs: clock.now(),
    })
    bench.calls.push(record)
    const hex = (length: number): string => randomText(random, length, '0123456789abcdef')
    const requestId = [8, 4, 4, 4, 12].map(hex).join('-')
    const http = (answer: Answer) => toHttp(answer, name, requestId)
    const action = await admit(exchange, form)
    if (!('perform' in action)) {
      const answer = http(action)
      record.status = answer.status
      return exchange.send(answer)
    }
    record.mutating = action.mutating
    const generated = name === 'CreateKeyPair' ? await generateKeyPair() : undefined
    const now = bench.catchUp()
    const parameters = parseParameters(form, ['Action', 'Version', ...action.parameters])

    const carryOut = (at: Pick<Circumstances, 'now' | 'readAt' | 'pageItems'>): Outcome<Answer> => {
      const answer =
        'problem' in parameters
          ? refuse('UnknownParameter', parameters.problem)
          : action.perform({
              region,
              parameters,
              variants,
              random,
              generated,
              now: at.now,
              readAt: at.readAt,
              pageItems: at.pageItems,
            })
      return { answer, committed: 'result' in answer && action.mutating }
    }
    const call: AdmittedCall<Answer> = {
      carryOut,
      carryOutAt: (at, done) => {
        region.schedule.add(at, (late) => done(carryOut({ now: late, readAt: late }).committed))
      },
      throttled: ({ status = 503, code = 'RequestLimitExceeded', retryAfterMs }) => ({
        status,
        error: { code, message: 'Request limit exceeded.' },
        retryAfterMs,
      }),
      refused: ({ status, code, message = 'Refused by a fault.' }) => refuse(code, message, status),
      codeOf: (answer) => ('error' in answer ? answer.error.code : undefined),
      toHttp: http,
      damaged: (damage, answer = { status: 200, result: {} }) => {
        if (isShapeDamage(damage)) throw new TypeError(`No answer of Amazon EC2 can be damaged by ${damage}`)
        const whole = http(answer)
        if (damage === 'huge') return { ...whole, body: `${whole.body}${' '.repeat(50 * 1024 * 1024)}` }
        return damageText(damage, whole)
      },
    }
    const fault = bench.faults.take({ action: name, mutating: action.mutating, hasItem: () => false }, now)
    await respond({ call, exchange, record, clock, now, readAt: bench.readAt(now) }, fault)
  }

  const world = createWorld(region, { bench, random })
  const served = await serve(bench, {
    port: options.port ?? 0,
    variants,
    world,
    plantJson: (seed) => plant(world, readAwsSeed(seed, 'seed')),
    handle,
  })
  const [{ accessKeyId, secretAccessKey } = demoAccount] = accounts
  return Object.assign(served, { region: home, accessKeyId, secretAccessKey })
}

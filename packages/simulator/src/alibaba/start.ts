import { createBench } from '../bench.js'
import { openCall } from '../call-log.js'
import { realClock } from '../clock.js'
import type { Exchange } from '../http-server.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom, type Random } from '../random.js'
import type { SimulatorOptions } from '../options.js'
import { respond } from '../respond.js'
import { plant } from '../seed.js'
import { serve, type RunningSimulator } from '../serve.js'
import { admittedCall } from './admitted-call.js'
import { bodyOf, refuse, toHttp, type Origin, type Refusal } from './answer.js'
import type { Action } from './action.js'
import { createGateway, type AlibabaAccount } from './gateway.js'
import type { Product } from './product.js'
import { readAlibabaSeed } from './read-seed.js'
import { readRequest, recordable, withoutSecrets, type RpcRequest } from './request.js'
import { createStore } from './store.js'
import { seedInstance, seedKeyPair, takeSnapshot, type AlibabaWorld } from './world.js'

/** The options of a simulator of a product of Alibaba Cloud. */
export type AlibabaSimulatorOptions<Variants> = SimulatorOptions<AlibabaAccount, Variants>

/** A running simulator of one of Alibaba Cloud's products. */
export interface AlibabaSimulator<Variants> extends RunningSimulator<AlibabaWorld, Variants> {
  /** The access key id of the first account. */
  readonly accessKeyId: string
  /** The secret of the first account. */
  readonly accessKeySecret: string
}

const demoAccount: AlibabaAccount = {
  accessKeyId: 'simulator-access-key',
  accessKeySecret: 'simulator-access-key-secret',
}

/** Starts a simulator of a product on 127.0.0.1. Rejects if the port is taken. */
export async function startProduct<Variants>(
  product: Product<Variants>,
  options: AlibabaSimulatorOptions<Variants>,
): Promise<AlibabaSimulator<Variants>> {
  const {
    clock = realClock,
    wallClock = Date.now,
    random = seededRandom(1),
    generateKeyPair = generateRsaKeyPair,
  } = options
  const accounts = options.accounts ?? [demoAccount]
  const { variants, fingerprint, namesRepeat } = product
  const store = createStore()
  const bench = createBench(clock, () => [store.schedule])
  const pass = createGateway(accounts)

  /** Lets a request through to an action, or refuses it. */
  const admit = (request: RpcRequest): { readonly action: Action<Variants> } | Refusal => {
    const refusal = pass(request, { wallMs: wallClock(), clockMs: clock.now() })
    if (refusal !== undefined) return refusal
    if (request.version !== product.version) {
      return refuse(400, 'InvalidVersion', 'Specified parameter Version is not valid.')
    }
    const action = product.actions.get(request.action)
    return action === undefined
      ? refuse(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
      : { action }
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    const request = readRequest(exchange)
    const record = openCall({
      action: request.action,
      query: recordable(request),
      token: undefined,
      rawUrl: withoutSecrets(exchange.url),
      headers: exchange.headers,
      atMs: clock.now(),
    })
    bench.calls.push(record)
    const requestId = inventRequestId(random) + product.requestIdEnd
    const origin: Origin = { requestId, product: product.name, hostId: product.hostId }
    const admitted = request.path === '/' ? admit(request) : refuse(404, 'InvalidAction.NotFound', 'No such path.')
    if ('error' in admitted) {
      record.code = admitted.error.code
      record.status = admitted.status
      return exchange.send(toHttp(admitted, bodyOf(admitted, origin), requestId))
    }
    const { action } = admitted
    record.mutating = action.mutating
    const generated = record.action === 'CreateKeyPair' ? await generateKeyPair() : undefined
    const now = bench.catchUp()
    const call = admittedCall({ action, request, product, store, random, generated }, origin)
    const fault = bench.faults.take({ action: record.action, mutating: action.mutating, hasItem: call.hasItem }, now)
    await respond({ call, exchange, record, clock, now, readAt: bench.readAt(now) }, fault)
  }

  const world: AlibabaWorld = {
    seedInstances: (instances) => {
      const now = bench.catchUp()
      for (const instance of instances) seedInstance(store, instance, now)
    },
    seedKeyPair: (keyPair) => seedKeyPair(store, keyPair, { random, fingerprint, namesRepeat, now: bench.catchUp() }),
    snapshot: () => takeSnapshot(store, bench.catchUp()),
    settle: () => bench.settle(),
  }
  const served = await serve(bench, {
    port: options.port ?? 0,
    variants,
    world,
    plantJson: (seed) => plant(world, readAlibabaSeed(seed, 'seed')),
    handle,
  })
  const [{ accessKeyId, accessKeySecret } = demoAccount] = accounts
  return Object.assign(served, { accessKeyId, accessKeySecret })
}

function inventRequestId(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => randomText(random, length, '0123456789ABCDEF')).join('-')
}

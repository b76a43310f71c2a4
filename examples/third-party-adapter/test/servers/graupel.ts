import { createHmac } from 'node:crypto'
import type { ParkingClock } from '@cloud-keypair/conformance'
import { type Cloud, type CloudServer, type Reply, type Spoilt, startCloudServer } from './cloud-server.js'
import { graupelActions, type GraupelTraits } from './graupel-actions.js'
import { Region } from './region.js'

export interface GraupelServer extends CloudServer {
  readonly region: Region
}

interface Account {
  readonly accessKey: string
  readonly secretKey: string
}

/** Starts a Graupel on 127.0.0.1 that knows one access key. */
export async function startGraupel(
  clock: ParkingClock,
  traits: GraupelTraits,
  account: Account,
): Promise<GraupelServer> {
  const region = new Region(() => clock.now())
  const server = await startCloudServer(graupel(region, traits, account), clock)
  return Object.assign(server, { region })
}

const maxItems = 100

const statuses: Readonly<Record<string, number>> = {
  InvalidSignature: 401,
  Forbidden: 403,
  KeyPairNotFound: 404,
  InstanceNotFound: 404,
  TooManyRequests: 429,
  InternalError: 500,
}

const codes = {
  throttled: 'TooManyRequests',
  denied: 'Forbidden',
  failed: 'InternalError',
  gone: 'InstanceNotFound',
  strange: 'Strange.Code',
  'no-stock': 'OutOfStock',
} as const

function graupel(region: Region, traits: GraupelTraits, { accessKey, secretKey }: Account): Cloud {
  const actions = graupelActions(region, traits)
  let requests = 0
  const reply = (status: number, body: object): Reply => {
    requests += 1
    return { status, body: { requestId: `request-${requests}`, ...body } }
  }
  const refuse = (code: string, message = `Refused: ${code}.`): Reply =>
    reply(statuses[code] ?? 400, { error: { code, message } })
  const answerOf = (done: object): Reply => ('refused' in done ? refuse(String(done.refused)) : reply(200, done))

  return {
    understand({ method, path, headers: { authorization }, body }) {
      if (method !== 'POST') return refuse('BadRequest', `There is no ${method}.`)
      const action = path.slice(1)
      const signature = createHmac('sha256', secretKey).update(`${action}\n${body}`).digest('hex')
      if (authorization !== `Graupel ${accessKey}:${signature}`) {
        return refuse('InvalidSignature', 'The signature is not that of the request.')
      }
      const asked = actions[action]?.(JSON.parse(body))
      if (asked === undefined) return refuse('InvalidParameter', `There is no ${action}.`)
      const perform = (spoilt?: Spoilt, pageItems?: number): Reply => {
        if (spoilt !== undefined) return refuse(codes[spoilt.why], spoilt.message)
        if (asked.items.length > maxItems) return refuse('InvalidParameter', `A call takes ${maxItems} items.`)
        return answerOf(asked.perform(pageItems))
      }
      return { ...asked, perform }
    },
    // As clouds do, it says who is not allowed.
    refuse: (why, message = why === 'denied' ? `${accessKey} is not allowed to do that.` : undefined) =>
      refuse(codes[why], message),
    misjudge: ({ status, body }, how) => {
      const count: unknown = Reflect.get(body, 'count')
      return { status, body: { ...body, count: Number(count) + (how === 'omits' ? -1 : 1) } }
    },
  }
}

import type { ParkingClock } from '@cloud-keypair/conformance'
import * as v from 'valibot'
import { type Cloud, type CloudServer, type Reply, type Spoilt, startCloudServer } from './cloud-server.js'
import { Region } from './region.js'
import { virgaActions, type VirgaTraits } from './virga-actions.js'

export interface VirgaServer extends CloudServer {
  readonly region: Region
}

interface VirgaSettings {
  readonly traits: VirgaTraits
  readonly apiKey: string
  readonly generateKeyPair: () => { readonly privateKey: string; readonly publicKey: string }
}

/** Starts a Virga on 127.0.0.1 that knows one API key. */
export async function startVirga(clock: ParkingClock, settings: VirgaSettings): Promise<VirgaServer> {
  const region = new Region(() => clock.now())
  const server = await startCloudServer(virga(region, settings), clock)
  return Object.assign(server, { region })
}

const maxNames = 50

const statuses: Readonly<Record<string, number>> = { BadApiKey: 401, NotAllowed: 403, SlowDown: 429, ServerFault: 500 }

const codes = {
  throttled: 'SlowDown',
  denied: 'NotAllowed',
  failed: 'ServerFault',
  gone: 'KeyNotFound',
  strange: 'Strange',
  'no-stock': 'OutOfStock',
} as const

function virga(region: Region, { traits, apiKey, generateKeyPair }: VirgaSettings): Cloud {
  const actions = virgaActions(region, traits, generateKeyPair)
  const remembered = new Map<string, { readonly asked: string; readonly reply: Reply }>()
  let requests = 0
  const reply = (status: number, body: object): Reply => {
    requests += 1
    return { status, body: { RequestId: `request-${requests}`, ...body } }
  }
  const refuse = (code: string, said = `Refused: ${code}.`): Reply =>
    reply(statuses[code] ?? 400, { Fault: { Type: code, Text: said } })

  /** Does it, unless it was done with the same token before. */
  function once(token: string, asked: string, perform: () => Reply): Reply {
    const before = remembered.get(token)
    if (before !== undefined) return before.asked === asked ? before.reply : refuse('TokenReused')
    const now = perform()
    if (now.status === 200 || traits.tokenFailure === 'replayed') remembered.set(token, { asked, reply: now })
    return now
  }

  return {
    understand({ method, headers, body }) {
      if (method !== 'POST') return refuse('BadRequest', `There is no ${method}.`)
      if (headers['x-api-key'] !== apiKey) return refuse('BadApiKey', 'There is no such key.')
      const name = String(headers['x-action'])
      const { ClientToken, ...parameters } = v.parse(v.record(v.string(), v.unknown()), JSON.parse(body))
      const action = actions[name]?.(parameters)
      if (action === undefined) return refuse('BadRequest', `There is no ${name}.`)
      const { call, mutating, items } = action
      const perform = (spoilt?: Spoilt, pageItems?: number): Reply => {
        if (spoilt !== undefined) return refuse(codes[spoilt.why], spoilt.message)
        if (items.length > maxNames) return refuse('BadRequest', `A call takes ${maxNames} names.`)
        const done = action.perform(pageItems)
        return 'refused' in done ? refuse(String(done.refused)) : reply(200, done)
      }
      if (typeof ClientToken !== 'string') return { call, mutating, items, perform }
      const asked = `${name} ${JSON.stringify(parameters)}`
      return {
        call,
        mutating,
        items,
        token: ClientToken,
        perform: (spoilt) => once(ClientToken, asked, () => perform(spoilt)),
      }
    },
    // As clouds do, it says who is not allowed.
    refuse: (why, message = why === 'denied' ? `${apiKey} is not allowed to do that.` : undefined) =>
      refuse(codes[why], message),
    // One key pair is deleted at a time, and an answer has no verdicts.
    misjudge: (whole) => whole,
  }
}

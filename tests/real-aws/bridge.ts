import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ParkingClock } from '@cloud-keypair/conformance'
import type { Fault, ReceivedCall } from '@cloud-keypair/core/testing'
import { actions, callOf } from '../../packages/aws/test/support/vendor-calls.js'
import type { Form, Moto } from './moto.js'
import { readKeyPairs } from './records.js'

/** A server between the adapter and moto: counts calls, makes faults, and corrects what moto is known to do wrong. */
export interface Bridge extends AsyncDisposable {
  readonly url: string
  readonly calls: ReceivedCall[]
  readonly faults: PendingFault[]
  /** The instances of moto by the ids that the suite gave them. */
  readonly instanceIds: Map<string, string>
}

/** A fault with the number of calls before the next strike, and of strikes that are left. */
interface PendingFault {
  readonly fault: Fault
  skip: number
  times: number
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Form
}

const silenceMs = 1_000_000_000

/** Starts a bridge to a moto that does not check access: what the bridge changes is signed no more. */
export async function startBridge(moto: Moto, clock: ParkingClock): Promise<Bridge> {
  const calls: ReceivedCall[] = []
  const faults: PendingFault[] = []
  const instanceIds = new Map<string, string>()
  const oneAtATime = createQueue()

  const forward = async (form: Form, headers: IncomingHttpHeaders): Promise<Answer> => {
    const corrected = await correctedFor(moto, form)
    if (typeof corrected === 'string') return refusal(400, corrected)
    const sent = mapValues(corrected, (value) => instanceIds.get(value) ?? value)
    const { authorization = '', 'x-amz-date': date = '' } = headers
    const response = await fetch(moto.url, {
      method: 'POST',
      body: String(new URLSearchParams(sent)),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        authorization,
        'x-amz-date': String(date),
      },
    })
    let body = await response.text()
    for (const [id, known] of instanceIds) body = body.replaceAll(known, id)
    return { status: response.status, body }
  }

  const answer = async (form: Form, headers: IncomingHttpHeaders, response: ServerResponse): Promise<void> => {
    const { Action: action = '' } = form
    const mutating = !action.startsWith('Describe')
    calls.push(callOf({ action, query: form, mutating }))
    // moto takes no lock, and would let two callers create one name.
    const carryOut = (): Promise<Answer> =>
      mutating ? oneAtATime(() => forward(form, headers)) : forward(form, headers)
    const waitMs = async (ms: number): Promise<void> => {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      await clock.sleep(ms, gone.signal, headers).catch(() => undefined)
    }
    const fault = nextStrike(faults, action)
    if (fault === undefined) return send(response, await carryOut())
    switch (fault.kind) {
      case 'throttled':
        return send(response, throttled(fault.retryAfterMs))
      case 'denied':
        return send(response, refusal(403, 'UnauthorizedOperation'))
      case 'server-error':
        if (fault.commit) await carryOut()
        return send(response, fault.commit ? { status: 503, body: '' } : refusal(500, 'InternalError'))
      case 'reset':
        if (fault.commit) await carryOut()
        response.destroy()
        return
      case 'silence':
        if (fault.commit) await carryOut()
        return waitMs(silenceMs)
      case 'garbled': {
        const whole = fault.commit ? await carryOut() : { status: 200, body: '' }
        return send(response, damaged(whole, fault.how))
      }
      default:
        throw new TypeError(`The bridge has no fault ${fault.kind}`)
    }
  }

  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(Object.fromEntries(new URLSearchParams(body)), request.headers, response))
      .catch((thrown: unknown) => send(response, { status: 500, body: String(thrown) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    faults,
    instanceIds,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Returns the parameters with which moto does what Amazon EC2 does, or the code of the refusal that moto does not make.
 * moto deletes by name alone, whatever id is given, and accepts tags for what does not exist.
 */
async function correctedFor(moto: Moto, form: Form): Promise<Form | string> {
  const { Action: action, KeyPairId: id, 'ResourceId.1': resource } = form
  if (action === 'DeleteKeyPair' && id !== undefined) {
    const { KeyPairId: _id, ...others } = form
    const keyPair = (await readKeyPairs(moto)).find(({ keyPairId }) => keyPairId === id)
    return { ...others, KeyName: keyPair?.keyName ?? 'no key pair has this name' }
  }
  if (resource !== undefined && !(await readKeyPairs(moto)).some(({ keyPairId }) => keyPairId === resource)) {
    return 'InvalidKeyPair.NotFound'
  }
  return form
}

function nextStrike(faults: readonly PendingFault[], action: string): Fault | undefined {
  for (const pending of faults) {
    if (actions[pending.fault.on] !== action || pending.times === 0) continue
    if (pending.skip > 0) {
      pending.skip -= 1
      continue
    }
    pending.times -= 1
    return pending.fault
  }
  return undefined
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', ...headers }).end(body)
}

function throttled(retryAfterMs: number | undefined): Answer {
  const seconds = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
  return { ...refusal(503, 'RequestLimitExceeded'), headers: seconds }
}

function refusal(status: number, code: string): Answer {
  const error = `<Errors><Error><Code>${code}</Code><Message>Refused.</Message></Error></Errors>`
  return { status, body: `<Response>${error}<RequestID>bridge</RequestID></Response>` }
}

function damaged({ status, body }: Answer, how: 'html' | 'truncated' | 'empty' | 'array' | 'huge'): Answer {
  switch (how) {
    case 'html':
      return { status: 200, body: '<html><body>Welcome</body></html>' }
    case 'truncated':
      return { status, body: body.slice(0, Math.ceil(body.length / 2)) }
    case 'empty':
      return { status: 503, body: '' }
    case 'array':
      return { status: 200, body: '[]' }
    case 'huge':
      return { status: 200, body: `<${'x'.repeat(50_000_000)}/>` }
  }
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work, work)
    last = result
    return result
  }
}

function mapValues(form: Form, map: (value: string) => string): Form {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, map(value)]))
}

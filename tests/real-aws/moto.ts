import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { XMLParser } from 'fast-xml-parser'
import * as v from 'valibot'
import { freePort } from '../support/ports.js'

/** Parameters of a call, by their names on the wire. */
export type Form = Readonly<Record<string, string>>

/** A moto server: an Amazon EC2 that nobody of this project wrote (docs.getmoto.org). */
export interface Moto extends AsyncDisposable {
  readonly url: string
  /** Makes a call that moto does not authenticate. Returns the element of the answer; rejects if moto refuses. */
  call(service: 'ec2' | 'iam', form: Form): Promise<unknown>
  /** Removes everything from all accounts. */
  reset(): Promise<void>
  /** Turns the checks of signatures and permissions on or off. */
  checkAccess(isOn: boolean): Promise<void>
}

const versions = { ec2: '2016-11-15', iam: '2010-05-08' }
const parser = new XMLParser({ ignoreDeclaration: true, parseTagValue: false, isArray: (name) => name === 'item' })

/** Starts moto. Rejects if the program `moto_server` is not there, or does not answer. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' }
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', env: environment })
  const ended = new Promise<string>((resolve) => {
    server.once('error', () =>
      resolve('There is no moto_server. Install it: pip install "moto[ec2,iam,server]==5.2.1"'),
    )
    server.once('exit', (code) => resolve(`moto_server ended with ${code}`))
  })
  const post = async (path: string, body: string, headers: Form = {}): Promise<string> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body, headers })
    const text = await response.text()
    if (!response.ok) throw new Error(`moto answered ${response.status}: ${text}`)
    return text
  }
  const reset = async (): Promise<void> => void (await post('/moto-api/reset', ''))
  const problem = await Promise.race([untilAnswered(reset), ended])
  if (problem !== undefined) throw new Error(problem)
  return {
    url,
    call: async (service, form) => {
      const scope = `moto/20261129/eu-central-1/${service}/aws4_request`
      const text = await post('/', String(new URLSearchParams({ Version: versions[service], ...form })), {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      })
      const document = v.parse(v.record(v.string(), v.unknown()), parser.parse(text))
      return document[`${form['Action']}Response`]
    },
    reset,
    // "inf" calls are not checked, or none is left that is not.
    checkAccess: async (isOn) =>
      void (await post('/moto-api/reset-auth', isOn ? '0' : 'inf', { 'content-type': 'text/plain' })),
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL')
      await ended
    },
  }
}

async function untilAnswered(ask: () => Promise<void>): Promise<undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ask()
      return undefined
    } catch (thrown) {
      if (attempt === 300) throw thrown
      await sleep(100)
    }
  }
}

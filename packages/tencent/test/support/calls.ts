import { ok } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { HttpRequest, HttpTransport } from '@cloud-keypair/core/http'
import { createTencentDriver, type TencentOptions } from '../../src/index.js'

/** The outcome of one call. */
export interface Outcome {
  readonly sent: readonly HttpRequest[]
  readonly failure?: CallFailure
  readonly location: { readonly region: string; readonly endpoint: string }
}

/** Makes one call by these options. The cloud gives these answers, the last one again and again. */
export async function call(options: TencentOptions, answers: readonly object[] = [{}]): Promise<Outcome> {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (request) => {
      sent.push(request)
      const Response = { ...answers[Math.min(sent.length, answers.length) - 1], RequestId: 'req-1' }
      return ok({ status: 200, headers: {}, text: JSON.stringify({ Response }) })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const testing = { environment: {}, homeDirectory: '/nonexistent', ...options.testing }
  const driver = createTencentDriver({ transport, ...options, testing })
  const context = { signal: new AbortController().signal, token: '', trace: () => undefined }
  const answered = await driver.doDeleteKeyPairs([{ name: 'k', id: 'skey-1' }], context)
  await driver.close()
  return { sent, location: driver.location, ...(answered.isErr() && { failure: answered.error }) }
}

/** Returns the secret id and the token of each request. */
export function signers({ sent }: Outcome): readonly (readonly unknown[])[] {
  return sent.map(({ headers }) => [
    /Credential=([^/]+)\//.exec(headers['authorization'] ?? '')?.[1],
    headers['x-tc-token'],
  ])
}

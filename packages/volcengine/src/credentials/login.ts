import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { type Finding, parseJson, readSmallFile, sendWithin, unauthenticated } from '@cloud-keypair/core/credentials'
import type { HttpRequest } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import type { Credentials } from './keys.js'
import type { Surroundings } from './surroundings.js'

// Logins of the vendor's command end, and are renewed with a refresh token. As in the vendor's SDKs, a renewed login
// is kept in memory: its files are written by the command alone.

/** Gets credentials by a login of the vendor's command. */
export type FindByLogin = (profile: Profile) => Promise<Finding<Credentials>>

const limitMs = 10_000

/** A login is renewed this long before it ends. */
export const renewalMs = 60_000

/** Reads the file of a login. Errors: what to say, with nothing of the file. */
export function readLogin<T>(path: string, schema: v.GenericSchema<unknown, T>): Result<T, string> {
  const text = readSmallFile(path)
  if (text.isErr()) return err(`the login in ${path} ${text.error}`)
  if (text.value === undefined) return err('there is no login')
  const parsed = v.safeParse(schema, parseJson(text.value))
  return parsed.success ? ok(parsed.output) : err(`the login in ${path} is not in the form of the vendor's command`)
}

/**
 * Makes a request about a login and reads the JSON that answers it. Errors hold the code of a refusal, and no more of
 * it.
 */
export async function askForLogin<T>(
  request: HttpRequest,
  schema: v.GenericSchema<unknown, T>,
  { transport, limit }: Surroundings,
): Promise<Result<T, CallFailure>> {
  const sent = await sendWithin(transport, request, limitMs, limit)
  if (sent.isErr()) return err(sent.error)
  const { status, text } = sent.value
  const json = parseJson(text)
  if (status < 200 || status >= 300) return err(refusal(status, json))
  const parsed = v.safeParse(schema, json)
  return parsed.success ? ok(parsed.output) : err(unauthenticated('the answer is not in the expected form'))
}

// OAuth answers { error }, the portal { ResponseMetadata: { Error: { Code } } }.
const code = v.pipe(v.string(), v.regex(/^[A-Za-z_.]{1,60}$/))
const oauthSchema = v.pipe(
  v.object({ error: code }),
  v.transform(({ error }) => error),
)
const portalSchema = v.pipe(
  v.object({ ResponseMetadata: v.object({ Error: v.object({ Code: code }) }) }),
  v.transform(({ ResponseMetadata }) => ResponseMetadata.Error.Code),
)

function refusal(status: number, json: unknown): CallFailure {
  const parsed = v.safeParse(v.union([oauthSchema, portalSchema]), json)
  const failure = unauthenticated(`HTTP ${status}${parsed.success ? `, ${parsed.output}` : ''}`)
  return status >= 500 || status === 429 ? { ...failure, code: 'unavailable', transient: true } : failure
}

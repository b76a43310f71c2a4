import type { GeneratedKeyPair } from '../public-key.js'
import type { Random } from '../random.js'
import type { Action } from './action.js'
import type { Circumstances, Outcome } from '../circumstances.js'
import { isRefusal, refuse, type Answer } from './answer.js'
import type { Parameters } from '../parameters.js'
import { readParameters } from './parameters.js'
import type { Region } from './region.js'
import { isToken } from './tokens.js'
import type { VolcengineVariants } from './variants.js'

/** A call that passed the gateway. */
export interface ServiceCall {
  readonly action: Action
  readonly query: URLSearchParams
  readonly region: Region
  readonly variants: VolcengineVariants
  readonly random: Random
  readonly generated: GeneratedKeyPair | undefined
}

/** Returns the answer to a call that is malformed, or whose token is known. */
export function answerAtOnce(call: ServiceCall, now: number): Answer | undefined {
  const parameters = parametersOf(call)
  if ('error' in parameters) return parameters
  const token = tokenOf(call)
  if (token === undefined) return undefined
  if (!isToken(token)) return refuse(400, 'InvalidClientToken.Malformed', 'The specified ClientToken is malformed.')
  return call.region.tokens.recall(token, requestOf(call), now)
}

/** Marks a call as being carried out: until {@link finish}, its token is answered with 412. */
export function begin(call: ServiceCall, now: number): void {
  const token = tokenOf(call)
  if (token !== undefined) call.region.tokens.begin(token, requestOf(call), now)
}

/** Carries out a call that {@link begin} was told of. */
export function finish(call: ServiceCall, circumstances: Circumstances): Outcome<Answer> {
  const parameters = parametersOf(call)
  const answer = 'error' in parameters ? parameters : call.action.perform({ ...call, ...circumstances, parameters })
  settleToken(call, answer)
  return { answer, committed: !isRefusal(answer) && call.action.mutating }
}

/** Carries out a call, or repeats the answer that its token had. */
export function carryOut(call: ServiceCall, circumstances: Circumstances): Outcome<Answer> {
  const known = answerAtOnce(call, circumstances.now)
  if (known !== undefined) return { answer: known, committed: false }
  begin(call, circumstances.now)
  return finish(call, circumstances)
}

/** Remembers a refusal that did not come from the action itself, as if it had. */
export function rememberRefusal(call: ServiceCall, answer: Answer, now: number): void {
  if (answerAtOnce(call, now) !== undefined) return
  begin(call, now)
  settleToken(call, answer)
}

function settleToken(call: ServiceCall, answer: Answer): void {
  const token = tokenOf(call)
  if (token !== undefined) call.region.tokens.finish(token, answer, call.variants)
}

function parametersOf({ action, query }: ServiceCall): Parameters | ReturnType<typeof refuse> {
  return readParameters(query, action.mutating ? [...action.parameters, 'ClientToken'] : action.parameters)
}

/** Returns the token of a call. An empty token is none. */
function tokenOf({ action, query }: ServiceCall): string | undefined {
  return (action.mutating ? query.get('ClientToken') : null) || undefined
}

/** Returns the parameters that a repeated token has to come with. */
function requestOf({ query }: ServiceCall): string {
  const sorted = new URLSearchParams(query)
  sorted.delete('ClientToken')
  sorted.sort()
  return sorted.toString()
}

import type { Random } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { pick } from './pick.js'

/** Values that no cloud should answer. */
const strange: readonly unknown[] = [
  null,
  '',
  'x'.repeat(5_000),
  '\ud800',
  '__proto__',
  -1,
  1e308,
  true,
  [],
  {},
  [[]],
  { constructor: { prototype: null } },
]

/** Wraps a transport: changes a share of the answers by chance. `onMutated` is told of each. */
export function mutating(
  transport: HttpTransport,
  random: Random,
  share: number,
  onMutated: () => void,
): HttpTransport {
  return {
    close: () => transport.close(),
    send: async (request, signal) => {
      const response = await transport.send(request, signal)
      if (response.isErr() || random() >= share) return response
      onMutated()
      return response.map((answer) => ({ ...answer, text: mutated(answer.text, random) }))
    },
  }
}

function mutated(body: string, random: Random): string {
  return random() < 0.3 ? mutatedText(body, random) : mutatedJson(body, random)
}

/** Cuts, repeats or replaces a piece of the text. */
function mutatedText(body: string, random: Random): string {
  const at = Math.floor(random() * body.length)
  const piece = body.slice(at, at + 1 + Math.floor(random() * 20))
  const others = ['', piece + piece, '\u0000', '"', '}{', '<![CDATA[']
  return body.slice(0, at) + pick(others, random) + body.slice(at + piece.length)
}

function mutatedJson(body: string, random: Random): string {
  try {
    const value: unknown = JSON.parse(body)
    return JSON.stringify(replaceOne(value, Math.floor(random() * countIn(value)), pick(strange, random)).value) ?? ''
  } catch {
    return mutatedText(body, random)
  }
}

function countIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, one: unknown) => sum + countIn(one), 1)
}

/** Replaces the value of that number, counted from the outside. Returns the rest of the number too. */
function replaceOne(value: unknown, number: number, by: unknown): { readonly value: unknown; readonly left: number } {
  if (number === 0) return { value: by, left: -1 }
  if (typeof value !== 'object' || value === null) return { value, left: number - 1 }
  let left = number - 1
  const entries = Object.entries(value).map(([key, one]: [string, unknown]): readonly [string, unknown] => {
    if (left < 0) return [key, one]
    const replaced = replaceOne(one, left, by)
    left = replaced.left
    return [key, replaced.value]
  })
  return { value: Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries), left }
}

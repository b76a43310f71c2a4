import { type Refusal, refuse } from './answer.js'

/** The type of a parameter. */
export type ParameterType = 'text' | 'number' | 'flag' | 'texts' | 'structures'

/** The parameters of a call. Each reader is for the type that its action gives the parameter. */
export interface Parameters {
  text(name: string): string | undefined
  number(name: string): number | undefined
  flag(name: string): boolean
  /** Returns an empty list for a missing one. */
  texts(name: string): readonly string[]
  /** Returns an empty list for a missing one. */
  structures(name: string): readonly Parameters[]
  /** Returns the keys that were sent. */
  readonly names: readonly string[]
}

type Fields = ReadonlyMap<string, unknown>

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map<string, unknown>(Object.entries(value))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function parametersOf(fields: Fields): Parameters {
  const texts = (name: string): readonly string[] => listOf(fields.get(name)).map(String)
  return {
    text: (name) => {
      const value = fields.get(name)
      return typeof value === 'string' ? value : undefined
    },
    number: (name) => {
      const value = fields.get(name)
      return typeof value === 'number' ? value : undefined
    },
    flag: (name) => fields.get(name) === true,
    texts,
    structures: (name) => listOf(fields.get(name)).map((item) => parametersOf(fieldsOf(item) ?? new Map())),
    names: [...fields.keys()],
  }
}

function isOf(type: ParameterType, value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'number':
      return Number.isInteger(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'structures':
      return Array.isArray(value) && value.every((item) => fieldsOf(item) !== undefined)
  }
}

/** Reads the body of a call. Refuses an unknown parameter, and one of the wrong type. */
export function readParameters(body: string, known: Readonly<Record<string, ParameterType>>): Parameters | Refusal {
  const fields = fieldsOf(parse(body))
  if (fields === undefined) return refuse('InvalidRequest', 'The body is not a JSON object.')
  for (const [name, value] of fields) {
    const type = Object.hasOwn(known, name) ? known[name] : undefined
    if (type === undefined) return refuse('UnknownParameter', `The parameter \`${name}\` is not recognized.`)
    if (!isOf(type, value)) return refuse('InvalidParameter', `The parameter \`${name}\` has the wrong type.`)
  }
  return parametersOf(fields)
}

/** Returns the parameters of a body as texts, for the record of a call: what is no text as JSON. */
export function recordedParameters(body: string): Readonly<Record<string, string>> {
  const fields = fieldsOf(parse(body)) ?? new Map<string, unknown>()
  return Object.fromEntries(
    [...fields].map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

import * as v from 'valibot'

/** Parses an answer by a schema. Undefined if it does not match. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | undefined {
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  return parsed.success ? parsed.output : undefined
}

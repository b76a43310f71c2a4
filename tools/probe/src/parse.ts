import * as v from 'valibot'

/** What a schema takes an answer for; undefined where it doesn't. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | undefined {
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  return parsed.success ? parsed.output : undefined
}

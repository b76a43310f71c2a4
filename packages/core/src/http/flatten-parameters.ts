/** A parameter of a form or query. A list becomes `Name.1`, `Name.2`; an object becomes `Name.Key`, `Name.Value`. */
export type FormParameter = string | number | boolean | undefined | readonly FormParameter[] | FormParameters

/** Parameters by name. */
export interface FormParameters {
  readonly [name: string]: FormParameter
}

/**
 * Returns parameters as names and texts of a form or query. Undefined ones are left out. A text that is not well-formed
 * UTF-16 has no percent-encoding: made well-formed, it is one that the cloud can judge.
 */
export function flattenParameters(parameters: FormParameters): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).flatMap(([name, value]) => flatten(name, value)))
}

function flatten(name: string, value: FormParameter): readonly (readonly [string, string])[] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [[name, String(value).toWellFormed()]]
  const entries = Array.isArray(value)
    ? value.map((item: FormParameter, index) => [index + 1, item] as const)
    : Object.entries(value)
  return entries.flatMap(([key, item]) => flatten(`${name}.${key}`, item))
}

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
  const entries: (readonly [string, string])[] = []
  for (const [name, value] of Object.entries(parameters)) flatten(name, value, entries)
  return Object.fromEntries(entries)
}

/** Adds a parameter, by its parts. */
function flatten(name: string, value: FormParameter, entries: (readonly [string, string])[]): void {
  if (value === undefined) return
  if (typeof value !== 'object') entries.push([name, String(value).toWellFormed()])
  else if (Array.isArray(value)) {
    value.forEach((item: FormParameter, index) => flatten(`${name}.${index + 1}`, item, entries))
  } else {
    for (const [key, item] of Object.entries(value)) flatten(`${name}.${key}`, item, entries)
  }
}

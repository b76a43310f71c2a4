/** Reads a part of a JSON value. Throws a `TypeError` that names `path` if the part is something else. */
export type Read<T> = (value: unknown, path: string) => T

/** Reads a text. */
export const readText: Read<string> = (value, path) => {
  if (typeof value !== 'string') throw new TypeError(`${path} must be a string`)
  return value
}

/** Reads a number that is not negative, or the text `Infinity`, since JSON has no other word for it. */
export const readNumber: Read<number> = (value, path) => {
  const number = value === 'Infinity' ? Infinity : value
  if (typeof number !== 'number' || Number.isNaN(number) || number < 0) throw new TypeError(`${path} must be a number`)
  return number
}

/** Reads true or false. */
export const readBoolean: Read<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new TypeError(`${path} must be true or false`)
  return value
}

/** Reads one of a few texts. */
export function readOneOf<const T extends string>(choices: readonly T[]): Read<T> {
  return (value, path) => {
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw new TypeError(`${path} must be one of ${choices.join(', ')}`)
    return choice
  }
}

/** Reads a list. */
export function readList<T>(read: Read<T>): Read<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new TypeError(`${path} must be a list`)
    return value.map((item: unknown, index) => read(item, `${path}[${index}]`))
  }
}

/** Reads a part that may be absent. */
export function readOptional<T>(read: Read<T>): Read<T | undefined> {
  return (value, path) => (value === undefined ? undefined : read(value, path))
}

/** Reads the entries of an object. Refuses unknown keys if `known` is given. */
export function readFields(value: unknown, path: string, known?: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${path} must be an object`)
  const fields = new Map<string, unknown>(Object.entries(value))
  const unknownKey = known === undefined ? undefined : [...fields.keys()].find((key) => !known.includes(key))
  if (unknownKey !== undefined) throw new TypeError(`${path}.${unknownKey} is not known`)
  return fields
}

/** Creates a function that reads the named fields of an object. */
export function fieldReader(fields: ReadonlyMap<string, unknown>, path: string): <T>(name: string, read: Read<T>) => T {
  return (name, read) => read(fields.get(name), `${path}.${name}`)
}

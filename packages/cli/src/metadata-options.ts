import { usageError } from './usage-error.js'

type TagChanges = Readonly<Record<string, string | null>>

/** Joins the tags to set and those to remove. Throws a usage error for a tag that is in both. */
export function tagChanges(
  set: Readonly<Record<string, string>> | undefined,
  remove: readonly string[] | undefined,
): TagChanges | undefined {
  if (set === undefined && remove === undefined) return undefined
  const twice = remove?.find((key) => set !== undefined && Object.hasOwn(set, key))
  if (twice !== undefined) {
    throw usageError(`the tag ${twice} cannot be set and removed at once`, 'Name it in --tag or in --remove-tag.')
  }
  return { ...set, ...Object.fromEntries((remove ?? []).map((key) => [key, null])) }
}

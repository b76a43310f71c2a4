import type { NameCapabilities } from '@cloud-keypair/core'

/** Returns a name with each character that the cloud does not document replaced, cut to the cloud's length; `*` stays. */
export function nameOf({ allows, maxLength }: NameCapabilities, wanted: string): string {
  const other = documents(allows, '_') ? '_' : 'x'
  const fitted = [...wanted].map((character) => (character === '*' || documents(allows, character) ? character : other))
  return fitted.slice(0, maxLength).join('')
}

/** Names that have between them the first and the last character of each entry of `allows`. */
export function namesOfEveryKind({ allows, maxLength }: NameCapabilities): readonly string[] {
  const ends = allows === 'any' ? ['_', '-'] : allows.flatMap(endsOf)
  const chunk = maxLength - 2
  const count = Math.ceil(ends.length / chunk)
  return Array.from({ length: count }, (_, index) => `k${ends.slice(index * chunk, (index + 1) * chunk).join('')}k`)
}

/** Characters that other clouds take in names, and that this one does not document. */
export function undocumentedCharacters({ allows }: NameCapabilities): readonly string[] {
  return ['-', '_', '.', '@', ' ', '/', '#', 'é', '名'].filter((character) => !documents(allows, character))
}

/** Characters that some cloud or protocol gives a meaning, of those that this cloud takes in names. */
export function meaningfulCharacters({ allows }: NameCapabilities): readonly string[] {
  return ['?', '*', '\\', '%', '+'].filter((character) => documents(allows, character))
}

/** Returns the character that takes the most bytes, of some that this cloud takes in names. */
export function widestCharacter({ allows }: NameCapabilities): string {
  return ['名', 'é', '#'].find((character) => documents(allows, character)) ?? 'k'
}

function documents(allows: NameCapabilities['allows'], character: string): boolean {
  return (
    allows === 'any' ||
    allows.some((entry) => {
      const [first = '', last = first] = endsOf(entry)
      return first <= character && character <= last
    })
  )
}

function endsOf(entry: string): readonly string[] {
  const [first = '', , last] = [...entry]
  return last === undefined ? [first] : [first, last]
}

/** The parameters of a request: `Name`, lists as `Name.1`, `Name.2`, structures as `Tags.1.Key`. */
export interface Parameters {
  /** Returns a text, which may be empty. */
  text(name: string): string | undefined
  /** Returns the texts of a list. */
  list(name: string): readonly string[]
  /** Returns the structures of a list. */
  structures(name: string): readonly Parameters[]
}

interface Node {
  value: string | undefined
  readonly children: Map<string, Node>
}

/**
 * Reads parameters, or says what is wrong with them: what is not known, what is given twice, and lists that don't
 * count 1, 2, 3 …. A real service may ignore some of it, and no client should count on that.
 */
export function parseParameters(
  pairs: Iterable<readonly [string, string]>,
  known: readonly string[],
): Parameters | { readonly problem: string } {
  const root: Node = { value: undefined, children: new Map() }
  for (const [name, value] of pairs) {
    const path = name.split('.')
    if (!known.includes(path[0] ?? '')) return { problem: `The parameter ${name} is not known here.` }
    const node = path.reduce(childOf, root)
    if (node.value !== undefined) return { problem: `The parameter ${name} is given twice.` }
    node.value = value
  }
  const gap = [...root.children.values()].some((child) => !countsUp(child))
  return gap ? { problem: 'A list does not count 1, 2, 3 and so on.' } : view(root)
}

/** Returns a parameter unless it is empty. */
export function given(parameters: Parameters, name: string): string | undefined {
  const value = parameters.text(name)
  return value === '' ? undefined : value
}

function childOf(node: Node, name: string): Node {
  const child = node.children.get(name) ?? { value: undefined, children: new Map<string, Node>() }
  node.children.set(name, child)
  return child
}

/** True if the lists at and below a node are numbered from 1 without a gap. */
function countsUp(node: Node): boolean {
  const numbered = [...node.children.keys()].some((name) => /^\d+$/.test(name))
  const whole =
    !numbered || Array.from(node.children, (_, index) => String(index + 1)).every((n) => node.children.has(n))
  return whole && [...node.children.values()].every(countsUp)
}

function view(node: Node): Parameters {
  const items = (name: string): Node[] => {
    const children = [...(node.children.get(name)?.children ?? [])]
    return children.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child)
  }
  return {
    text: (name) => node.children.get(name)?.value,
    list: (name) => items(name).flatMap(({ value }) => value ?? []),
    structures: (name) => items(name).map(view),
  }
}

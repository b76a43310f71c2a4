/** A call, as far as a plan and a cloud's log tell the same of it. */
interface Call {
  readonly call: string
  readonly instanceIds: readonly string[]
}

/** A key pair that is imported or deleted goes by a name in one cloud, and by an id in another. */
function isOfKeyPair(call: string): boolean {
  return call === 'import' || call === 'delete'
}

/**
 * The calls in their order, but for those of a kind that follow each other: they are sent at once. A removal that is
 * refused for a while is asked for again.
 */
export function callRuns(calls: readonly Call[]): readonly (readonly string[])[] {
  const runs: string[][] = []
  let last: string | undefined
  for (const { call, instanceIds } of calls) {
    const text = isOfKeyPair(call) ? call : [call, ...instanceIds.toSorted()].join(' ')
    if (call !== last) runs.push([text])
    else if (call !== 'delete') runs.at(-1)?.push(text)
    last = call
  }
  return runs.map((run) => run.toSorted())
}

/** The calls about each instance, in their order. An attach that is refused, a detach and another attach are one attach. */
export function callsByInstance(calls: readonly Call[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const { call, instanceIds } of calls) {
    if (isOfKeyPair(call)) all.set(call, '')
    else for (const id of instanceIds) all.set(id, `${all.get(id) ?? ''} ${call}`)
  }
  return new Map([...all].map(([id, text]) => [id, text.replace(/(?: attach)+ detach attach/, ' attach')]))
}

/** A call, as far as a plan and a cloud's log tell the same of it. */
interface Call {
  readonly call: string
  readonly instanceIds: readonly string[]
}

/** True if a call imports or deletes a key pair, which has a name in one cloud and an id in another. */
function isOfKeyPair(call: string): boolean {
  return call === 'import' || call === 'delete'
}

/**
 * Returns the calls in order, with equal neighbours as one group: they are sent at once. A delete that is refused for a
 * while is repeated.
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

/** Returns the calls for each instance, in order. A refused attach, a detach and another attach count as one attach. */
export function callsByInstance(calls: readonly Call[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const { call, instanceIds } of calls) {
    if (isOfKeyPair(call)) all.set(call, '')
    else for (const id of instanceIds) all.set(id, `${all.get(id) ?? ''} ${call}`)
  }
  return new Map([...all].map(([id, text]) => [id, text.replace(/(?: attach)+ detach attach/, ' attach')]))
}

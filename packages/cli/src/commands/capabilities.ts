import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Capabilities } from '@cloud-keypair/core'
import { targetOf } from '../target.js'
import { clouds } from '../clouds.js'
import type { RunCommand } from '../commands.js'
import type { View } from '../output/view.js'

/** The capabilities of one cloud. */
interface CloudCapabilities {
  readonly cloud: string
  readonly title: string
  readonly capabilities: Capabilities
}

/** One capability of every cloud. */
interface Row {
  readonly capability: string
  readonly values: ReadonlyMap<string, string>
}

/** Makes the command `capabilities`: what each cloud can do, as data. */
export function capabilitiesCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('capabilities').action(() =>
    run(async ({ options, output, connect, surroundings }) => {
      const chosen = [...clouds].filter(([name]) => options.cloud === undefined || options.cloud === name)
      const printer = output.rows(viewOf(chosen.map(([name]) => name)))
      const all = await Promise.all(
        chosen.map(async ([cloud, { title }]): Promise<CloudCapabilities> => {
          const { service } = await connect(targetOf(cloud, {}, surroundings))
          return { cloud, title, capabilities: service.capabilities }
        }),
      )
      await printer.list(rowsOf(all), all)
      return 0
    }),
  )
}

function viewOf(names: readonly string[]): View<Row> {
  const ofClouds = names.map((name) => [name, ({ values }: Row) => values.get(name)] as const)
  return {
    columns: { capability: ({ capability }) => capability, ...Object.fromEntries(ofClouds) },
    usual: ['capability', ...names],
    wrapped: ['capability', ...names],
    nameOf: ({ capability }) => capability,
  }
}

function rowsOf(all: readonly CloudCapabilities[]): readonly Row[] {
  const flat = all.map(({ cloud, capabilities }) => [cloud, flatten('', capabilities)] as const)
  const names = new Set(flat.flatMap(([, values]) => [...values.keys()]))
  return [...names].map((capability) => ({
    capability,
    values: new Map(flat.map(([cloud, values]) => [cloud, values.get(capability) ?? ''])),
  }))
}

/** Returns each value of an object under its path, such as `delete.refusesInUse`. */
function flatten(path: string, value: unknown): ReadonlyMap<string, string> {
  if (Array.isArray(value)) return new Map([[path, value.join(' ')]])
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, part]: [string, unknown]) => [
      ...flatten(path === '' ? key : `${path}.${key}`, part),
    ]),
  )
}

import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import type { View } from '../output/view.js'
import { packageVersion } from '../package-version.js'

interface Versions {
  readonly version: string
  readonly node: string
  readonly platform: string
}

const view: View<Versions> = {
  columns: {
    'cloud-keypair': ({ version }) => version,
    node: ({ node }) => node,
    platform: ({ platform }) => platform,
  },
  usual: ['cloud-keypair', 'node', 'platform'],
  nameOf: ({ version }) => version,
}

/** Makes the command `version`: the versions of the command and of what runs it. */
export function versionCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('version').action(() =>
    run(async ({ output }) => {
      const version = await packageVersion()
      const versions = { version, node: process.version, platform: `${process.platform} ${process.arch}` }
      await output.rows(view).object(versions)
      return 0
    }),
  )
}

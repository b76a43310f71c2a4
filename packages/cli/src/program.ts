import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { clouds } from './clouds.js'
import { formats, type OutputSettings } from './output/output.js'
import { parseDuration, parseNames } from './values.js'

/** Options that every command takes. */
export interface GlobalOptions extends OutputSettings {
  readonly cloud: string | undefined
  readonly region: string | undefined
  readonly profile: string | undefined
  readonly endpoint: string | undefined
  /** The time limit of the operation, in milliseconds. */
  readonly timeoutMs: number | undefined
}

/** The program with its global options, and without commands. */
export interface Program {
  readonly command: CommandUnknownOpts
  /** Returns the options that were parsed, wherever in the command line they stand. */
  options(): GlobalOptions
}

/** Makes the program. */
export function createProgram(): Program {
  const command = new Command('cloud-keypair')
    .description('SSH key pairs of cloud servers: create, attach, rotate and audit them on any cloud.')
    .addOption(new Option('--cloud <name>', 'the cloud').choices([...clouds.keys()]))
    .option('--region <region>', 'the region, such as cn-beijing')
    .option('--profile <name>', "an account of the configuration, or else a profile of the vendor's command")
    .option('--endpoint <url>', 'the host or URL of the API')
    .option(
      '--timeout <duration>',
      'the time limit of the operation, and of each page of list and usages: 90, 90s, 5m, 2h',
      parseDuration,
    )
    .addOption(
      new Option('-o, --output <format>', 'how results are shown (markdown and sarif: of an audit)')
        .choices(formats)
        .default('table'),
    )
    .option('--columns <names>', 'the columns to show, with commas between them', parseNames)
    .option('--no-header', 'leave out the titles of columns')
  return {
    command,
    options: () => {
      const { cloud, region, profile, endpoint, timeout, output, columns, header } = command.opts()
      return { cloud, region, profile, endpoint, timeoutMs: timeout, format: output, columns, header }
    },
  }
}

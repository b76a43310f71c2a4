import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { commands, type RunCommand } from './commands.js'
import { exitCodes, type ExitCode, worstFirst } from './exit-codes.js'
import { watchInterruptions } from './interruption.js'
import { createOutput } from './output/output.js'
import { watchStream, widthOf, write } from './output/stream.js'
import { createProgram } from './program.js'
import { reportProblem, reportThrown } from './report-error.js'
import type { Surroundings } from './surroundings.js'
import { isUsageError, type UsageError, usageError } from './usage-error.js'

/** Runs the command that the arguments name, and returns its exit code. Takes all that it needs from its surroundings. */
export async function main(given: Surroundings): Promise<ExitCode> {
  const watched = watchStream(given.stdout)
  const surroundings = { ...given, stdout: watched.stream }
  const { argv, stdout } = surroundings
  if (asksForExitCodes(argv)) {
    await write(stdout, exitCodeHelp())
    return 0
  }
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    const { packageVersion } = await import('./package-version.js')
    await write(stdout, `${await packageVersion()}\n`)
    return 0
  }
  if (argv[0] === 'complete') {
    const words = argv.slice(argv[1] === '--' ? 2 : 1)
    const [{ printCompletions }, program] = [await import('./complete.js'), createProgram()]
    await addCommands(
      program.command,
      () => true,
      async () => undefined,
    )
    printCompletions(program.command, words)
    return 0
  }
  const texts: string[] = []
  const program = createProgram()
  let exitCode: ExitCode = 0
  const run: RunCommand = async (work) => {
    const { withSession } = await import('./session.js')
    const options = program.options()
    const output = createOutput(options, surroundings)
    using interruptions = watchInterruptions(output, surroundings)
    exitCode = await withSession({ options, surroundings, output, interruptions }, work).catch((thrown: unknown) => {
      // A question without an answer.
      if (interruptions.exitCode() === undefined || !isUsageError(thrown)) throw thrown
      return 1
    })
    const interrupted = interruptions.exitCode()
    if (exitCode === 0 || interrupted === undefined) return
    await output.note(`Interrupted. Otherwise the exit code would be ${exitCode}: ${exitCodes[exitCode]}.`)
    exitCode = interrupted
  }
  const chosen = chosenCommand(argv)
  await addCommands(program.command, (name) => name === chosen, run)
  program.command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => texts.push(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => widthOf(stdout),
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExit codes: cloud-keypair --help exit-codes')
  inheritSettings(program.command)
  try {
    await program.command.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError) && !isUsageError(thrown)) {
      // A file that cannot be read or made, such as a checkpoint that somebody edited.
      await reportThrown(createOutput(program.options(), surroundings), thrown)
      return 1
    }
    if (thrown instanceof CommanderError && thrown.exitCode === 0) await write(stdout, texts.join(''))
    else {
      const { message, hint } = isUsageError(thrown) ? thrown : usageErrorOf(thrown, chosen)
      await reportProblem(createOutput(program.options(), surroundings), { code: 'usage', message, hint })
      return 2
    }
  }
  const loss = watched.loss()
  if (loss === undefined) return exitCode
  const hint = 'Make room, and look at what the cloud has before you repeat a command that changes something.'
  const message = `the output could not be written: ${loss}`
  await reportProblem(createOutput(program.options(), surroundings), { code: 'failed', message, hint })
  return exitCode === 0 ? 5 : exitCode
}

/** Adds the wanted commands with all that they have, and the others by their names alone. */
async function addCommands(
  program: CommandUnknownOpts,
  isWanted: (name: string) => boolean,
  run: RunCommand,
): Promise<void> {
  for (const [name, { summary, load }] of commands) {
    const command = isWanted(name) ? (await load())(run) : new Command(name)
    program.addCommand(command.summary(summary).description(summary))
  }
}

/** Hands the settings of a command to those below it. */
function inheritSettings(command: CommandUnknownOpts): void {
  for (const below of command.commands) {
    below.copyInheritedSettings(command)
    inheritSettings(below)
  }
}

/** Returns the first word that is no option, read without the options of commands. */
function chosenCommand(argv: readonly string[]): string | undefined {
  const probe = createProgram()
    .command.exitOverride()
    .configureOutput({ outputError: () => undefined })
  try {
    const { operands } = probe.parseOptions([...argv])
    return operands[0] === 'help' ? operands[1] : operands[0]
  } catch {
    // A mistake in the options is reported later, when they are parsed completely.
    return undefined
  }
}

function usageErrorOf({ message }: CommanderError, chosen: string | undefined): UsageError {
  const [said = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1')
  const help = chosen !== undefined && commands.has(chosen) ? `cloud-keypair ${chosen} --help` : 'cloud-keypair --help'
  return usageError(said, suggestion || `See ${help}.`)
}

function asksForExitCodes(argv: readonly string[]): boolean {
  const [first = '', second] = argv
  return argv.length === 2 && ['--help', '-h', 'help'].includes(first) && second === 'exit-codes'
}

function exitCodeHelp(): string {
  const lines = Object.entries(exitCodes).map(([code, meaning]) => `${code.padStart(4)}  ${meaning}`)
  const batch = `Of a batch the worst item counts, in this order: ${worstFirst.join(', ')}.`
  return `${lines.join('\n')}\n\n${batch}\n`
}

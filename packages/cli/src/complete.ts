import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { RootCommand } from '@bomb.sh/tab'

type Complete = (value: string, description: string) => void

/** Prints the completions of a command line, as the scripts of `completion` ask for them. */
export function printCompletions(program: CommandUnknownOpts, words: readonly string[]): void {
  const root = new RootCommand()
  for (const option of program.options) addOption(root, option)
  for (const [path, command] of commandsBelow(program, '')) {
    const completed = root.command(path, command.summary())
    for (const option of [...program.options, ...command.options]) addOption(completed, option)
    for (const argument of command.registeredArguments) {
      completed.argument(argument.name(), offerChoices(argument), argument.variadic)
    }
  }
  root.parse([...words])
}

/** Returns every command with its path, such as `plan attach`. */
function commandsBelow(
  { commands }: CommandUnknownOpts,
  path: string,
): readonly (readonly [string, CommandUnknownOpts])[] {
  return commands.flatMap((command) => {
    const own = `${path}${command.name()}`
    return [[own, command] as const, ...commandsBelow(command, `${own} `)]
  })
}

function addOption(command: Pick<RootCommand, 'option'>, option: Option): void {
  const name = option.long?.replace(/^--/, '') ?? ''
  const short = option.short?.replace(/^-/, '')
  if (option.required) command.option(name, option.description, offerChoices(option), short)
  else command.option(name, option.description, short)
}

/** Offers the choices of an option or an argument, if it has any. */
function offerChoices({ argChoices = [] }: Pick<Option | Argument, 'argChoices'>): (complete: Complete) => void {
  return (complete) => {
    for (const choice of argChoices) complete(choice, '')
  }
}

import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { releaseCommand } from '../fleet/release.js'
import { cancelCommand, pauseCommand, reportCommand, resumeCommand } from '../fleet/runs.js'
import { attachCommand, auditCommand, rotateCommand } from '../fleet/submit.js'
import { watchCommand } from '../fleet/watch.js'
import { workCommand } from '../fleet/work.js'

/** Makes the command `fleet`: operations over many places, by workers on any number of machines. */
export function fleetCommand(run: RunCommand): CommandUnknownOpts {
  const command = new Command('fleet')
  const submissions = [rotateCommand, attachCommand, auditCommand]
  const ofRuns = [watchCommand, reportCommand, pauseCommand, resumeCommand, cancelCommand]
  for (const make of [...submissions, workCommand, ...ofRuns, releaseCommand]) command.addCommand(make(run))
  return command
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { ExitCode } from './exit-codes.js'
import type { Session } from './session.js'

/** Runs the work of a command in a session. */
export type RunCommand = (work: (session: Session) => Promise<ExitCode>) => Promise<void>

/** Makes a command with its arguments and options, and with the work that it hands to `run`. */
export type MakeCommand = (run: RunCommand) => CommandUnknownOpts

interface CommandFile {
  readonly summary: string
  /** Loads the file of the command. */
  load(): Promise<MakeCommand>
}

/** Every command, in the order of the help. A file is loaded when its command is used. */
export const commands: ReadonlyMap<string, CommandFile> = new Map([
  ['list', { summary: 'list key pairs', load: async () => (await import('./commands/list.js')).listCommand }],
  ['show', { summary: 'show one key pair', load: async () => (await import('./commands/show.js')).showCommand }],
  [
    'create',
    {
      summary: 'generate a key pair here, and import its public key',
      load: async () => (await import('./commands/create.js')).createCommand,
    },
  ],
  [
    'import',
    { summary: 'import a public key', load: async () => (await import('./commands/import.js')).importCommand },
  ],
  [
    'ensure',
    {
      summary: 'import a public key unless it is there, and set its metadata',
      load: async () => (await import('./commands/ensure.js')).ensureCommand,
    },
  ],
  [
    'update',
    {
      summary: 'change the description, tags or group',
      load: async () => (await import('./commands/update.js')).updateCommand,
    },
  ],
  ['delete', { summary: 'delete key pairs', load: async () => (await import('./commands/delete.js')).deleteCommand }],
  [
    'attach',
    {
      summary: 'attach a key pair to instances',
      load: async () => (await import('./commands/attach.js')).attachCommand,
    },
  ],
  [
    'detach',
    {
      summary: 'detach a key pair from instances',
      load: async () => (await import('./commands/detach.js')).detachCommand,
    },
  ],
  [
    'usages',
    {
      summary: 'list the instances that have a key pair',
      load: async () => (await import('./commands/usages.js')).usagesCommand,
    },
  ],
  [
    'which',
    {
      summary: 'show which key pair each of these instances has',
      load: async () => (await import('./commands/which.js')).whichCommand,
    },
  ],
  [
    'rotate',
    {
      summary: 'replace a key pair by a new one on all of its instances',
      load: async () => (await import('./commands/rotate.js')).rotateCommand,
    },
  ],
  [
    'resume',
    {
      summary: 'finish an operation with restarts that was cut off',
      load: async () => (await import('./commands/resume.js')).resumeCommand,
    },
  ],
  [
    'plan',
    {
      summary: 'show what an operation with restarts would do, as a plan for apply',
      load: async () => (await import('./commands/plan.js')).planCommand,
    },
  ],
  [
    'apply',
    {
      summary: 'do what a plan says, if nothing has changed since',
      load: async () => (await import('./commands/apply.js')).applyCommand,
    },
  ],
  [
    'audit',
    {
      summary: 'look for unused, weak and doubled key pairs',
      load: async () => (await import('./commands/audit.js')).auditCommand,
    },
  ],
  [
    'fleet',
    {
      summary: 'rotate, attach and audit in many places, by workers on many machines',
      load: async () => (await import('./commands/fleet.js')).fleetCommand,
    },
  ],
  [
    'capabilities',
    {
      summary: 'show what each cloud can do',
      load: async () => (await import('./commands/capabilities.js')).capabilitiesCommand,
    },
  ],
  [
    'doctor',
    {
      summary: 'check credentials, region, connection, clock and permissions',
      load: async () => (await import('./commands/doctor.js')).doctorCommand,
    },
  ],
  [
    'simulator',
    {
      summary: 'start simulated clouds on this machine',
      load: async () => (await import('./commands/simulator.js')).simulatorCommand,
    },
  ],
  [
    'completion',
    {
      summary: 'print a script that completes commands in a shell',
      load: async () => (await import('./commands/completion.js')).completionCommand,
    },
  ],
  [
    'version',
    { summary: 'show the versions', load: async () => (await import('./commands/version.js')).versionCommand },
  ],
])

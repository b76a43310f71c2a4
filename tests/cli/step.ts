import type { Fault } from '@cloud-keypair/simulator'

/** The expected result of a command. */
export interface Expected {
  readonly exitCode: number
  readonly stdout?: RegExp
  readonly stderr?: RegExp
  /** Files that hold a private key after the command, for their owner alone. */
  readonly files?: readonly string[]
}

/** A signal, and when it is sent. */
export interface SentSignal {
  readonly signal: NodeJS.Signals
  /** When the simulator SLOW has had these calls of the command, one after another, or the standard error is like this. */
  readonly when: readonly string[] | RegExp
}

/** A command line of `cloud-keypair`, as a shell takes it, and its expected result. */
export interface Step {
  readonly command: string
  readonly input?: string
  /** Variables besides those of every step. */
  readonly environment?: Readonly<Record<string, string>>
  /** Files that are written before, in which `$NAME` is a variable of every step. */
  readonly write?: Readonly<Record<string, string>>
  /** A fault of the simulator of Volcengine ECS during the command. */
  readonly fault?: Fault
  /** Signals that are sent one after another. */
  readonly signals?: readonly SentSignal[]
  readonly expected: Expected
}

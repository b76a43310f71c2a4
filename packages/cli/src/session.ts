import type { KeyPairError, KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService, type Location } from '@cloud-keypair/core/driver'
import { resolveTarget, type Target } from './target.js'
import { exitCodeOf, type ExitCode } from './exit-codes.js'
import type { Interruptions } from './interruption.js'
import type { Output } from './output/output.js'
import type { GlobalOptions } from './program.js'
import { reportError } from './report-error.js'
import type { Surroundings } from './surroundings.js'
import { withInstances } from './with-instances.js'

/** A cloud that operations are sent to. */
export interface Connection {
  readonly target: Target
  readonly location: Location
  readonly service: KeyPairService
}

/** The context of a command. */
export interface Session {
  readonly options: GlobalOptions
  readonly surroundings: Surroundings
  readonly output: Output
  readonly interruptions: Pick<Interruptions, 'signal' | 'guard'>
  /** Limits of an operation: the signal, and the deadline of `--timeout`. */
  readonly limits: { readonly signal: AbortSignal; readonly deadlineMs?: number }
  /**
   * Loads the adapter of a cloud: by default of the one that the options lead to. The service is closed when the command
   * ends.
   */
  connect(target?: Target): Promise<Connection>
  /** Says what failed and what to do, which by default is what the error says. Returns the exit code. */
  fail(error: KeyPairError, advice?: string): Promise<ExitCode>
}

/** Runs one command with a session of its own, and returns its exit code. */
export async function withSession(
  {
    options,
    surroundings,
    output,
    interruptions,
  }: Pick<Session, 'options' | 'surroundings' | 'output' | 'interruptions'>,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { timeoutMs } = options
  const services: KeyPairService[] = []
  const session: Session = {
    options,
    surroundings,
    output,
    interruptions,
    limits: { signal: interruptions.signal, ...(timeoutMs !== undefined && { deadlineMs: timeoutMs }) },
    connect: async (target = resolveTarget(options, surroundings)) => {
      const { createDriver } = await target.cloud.load()
      const driver = withInstances(createDriver(target.options))
      const { clock, random } = surroundings
      const service = createKeyPairService(driver, { testing: { clock, random } })
      services.push(service)
      return { target, service, location: driver.location }
    },
    fail: async (error, advice) => {
      await reportError(output, error, advice)
      return exitCodeOf(error)
    },
  }
  try {
    return await work(session)
  } finally {
    for (const service of services) await service[Symbol.asyncDispose]()
  }
}

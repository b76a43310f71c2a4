import { inspect } from 'node:util'
import { join } from 'node:path'
import { attaches } from '@cloud-keypair/conformance/internals'
import {
  type ChangeOptions,
  generateKeyPair,
  type KeyPairError,
  type KeyPairStore,
  type Result,
} from '@cloud-keypair/core'
import { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import { leftStoppedIn } from './answers.js'
import { type Access, connect } from './connect.js'
import { answeredOnce, noInternalError } from './invariants.js'
import { ScaledClock } from './scaled-clock.js'
import { violations } from './tally.js'
import type { OneOperation, WorkerLine } from './worker-job.js'

const bits = 2048
// Long in the time of a cloud that runs faster than the machine.
const deadlineMs = 3_600_000

/** Performs one operation, or resumes it from the files of its folder. */
export async function performOne(job: OneOperation): Promise<void> {
  // On a busy machine, a deadline in the time of the cloud would pass while an RSA key is generated.
  const generated = await generateKeyPair({ bits })
  await using connection = connected(job.access, undefined, async () => generated)
  const { service } = connection
  const file = await checkpointFile(join(job.folder, 'checkpoint'))
  const checkpoints = job.forgets === true ? { ...file, resume: undefined } : file
  printLine({ line: 'begun' })
  printEnd(job.work, await operationOf(job, service, checkpoints), asked(job))
}

async function operationOf(
  { work, folder, replaced, attached, wanted, instanceIds, maxUnavailable, forgets }: OneOperation,
  service: KeyPairStore,
  checkpoints: Pick<ChangeOptions, 'onCheckpoint' | 'resume'>,
): Promise<Result<unknown, KeyPairError>> {
  const save = saveToFile(join(folder, wanted), { ifFileExists: forgets === true ? 'refuse' : 'reuse' })
  if (work === 'create') return service.create({ name: wanted, save, bits, deadlineMs })
  if (!attaches(service)) throw new Error(`A store has no ${work}`)
  switch (work) {
    case 'attach':
      return service.attach(attached, instanceIds, { takeEffect: 'now', maxUnavailable, deadlineMs, ...checkpoints })
    case 'detach':
      return service.detach(replaced, instanceIds, { takeEffect: 'now', maxUnavailable, deadlineMs, ...checkpoints })
    case 'rotate':
      return service.rotate(replaced, { name: wanted, save, bits, maxUnavailable, deadlineMs, ...checkpoints })
  }
}

function asked({ work, instanceIds }: OneOperation): readonly string[] | undefined {
  return work === 'attach' || work === 'detach' ? instanceIds : undefined
}

/** Makes a service over a cloud of another process, with its own connections. */
export function connected(
  access: Access,
  wrap = (transport: HttpTransport): HttpTransport => transport,
  generate: typeof generateKeyPair = generateKeyPair,
): AsyncDisposable & { readonly service: KeyPairStore } {
  const transport = createHttpTransport({ proxy: 'none' })
  const service = connect(access, {
    transport: wrap(transport),
    testing: { clock: new ScaledClock(access.time), environment: {}, generateKeyPair: generate },
  })
  return {
    service,
    [Symbol.asyncDispose]: async () => {
      await service.close()
      await transport.close()
    },
  }
}

export function printLine(line: WorkerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Prints the end of an operation, and the answer as a program would log it. */
export function printEnd(
  operation: string,
  answer: Result<unknown, KeyPairError>,
  askedIds: readonly string[] | undefined,
): void {
  process.stderr.write(`${inspect(answer, { depth: 10 })}\n`)
  printLine({
    line: 'ended',
    operation,
    code: answer.isOk() ? 'ok' : answer.error.code,
    message: answer.isOk() ? '' : answer.error.message,
    leftStopped: leftStoppedIn(answer),
    faults: 0,
    wrong: [
      ...violations('answered once', answeredOnce(askedIds, answer)),
      ...violations('thrown or internal error', noInternalError(answer)),
    ],
  })
}

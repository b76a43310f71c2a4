import { generateKeyPair, systemClock } from '@cloud-keypair/core'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { sshLogin } from './login.js'
import { newFile, type NewFile } from './new-file.js'
import { help, readCommandLine, type ProbeRun } from './options.js'
import { probe, type ProbeOutcome } from './probe.js'
import { reportOf, tell } from './report.js'

async function main(): Promise<number> {
  const asked = readCommandLine(process.argv.slice(2))
  switch (asked.kind) {
    case 'help':
      console.log(help)
      return 0
    case 'wrong':
      console.error(`probe: ${asked.why}; --help says more`)
      return 2
    case 'tell':
      console.log(tell(asked.cloud))
      return 2
    case 'probe':
      return await runProbe(asked)
  }
}

async function runProbe(asked: ProbeRun): Promise<number> {
  const files = await newFiles(asked)
  if (files === undefined) return 2
  const { cloud, instanceId, region, endpoint, login } = asked
  const interruption = new AbortController()
  const abandonment = new AbortController()
  const stop = (): void => {
    if (interruption.signal.aborted) abandonment.abort()
    else console.error('probe: interrupted; cleaning up, which can take minutes (again to give that up)')
    interruption.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  // Whoever read the output has gone; what is to be cleaned up has not.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => interruption.abort())
  const transport = createHttpTransport()
  const outcome = await probe({
    cloud,
    instanceId,
    region,
    endpoint,
    transport,
    environment: process.env,
    clock: systemClock,
    login: login && sshLogin(login),
    random: Math.random,
    newMaterial: () => generateKeyPair({ bits: 2048 }),
    signal: interruption.signal,
    abandon: abandonment.signal,
    onProgress: (line) => console.error(`probe: ${line}`),
  })
  await transport.close()
  return await conclude(outcome, asked, files)
}

interface Files {
  readonly record: NewFile | undefined
  readonly json: NewFile | undefined
}

/** Creates the files before the first question. Undefined if that fails. */
async function newFiles({ record, json }: ProbeRun): Promise<Files | undefined> {
  const made: NewFile[] = []
  const make = async (path: string | undefined): Promise<NewFile | undefined> => {
    if (path === undefined) return undefined
    const file = await newFile(path)
    if (file.isErr()) console.error(`probe: ${file.error}`)
    else made.push(file.value)
    return file.unwrapOr(undefined)
  }
  const files = { record: await make(record), json: await make(json) }
  const complete = (files.record === undefined) === (record === undefined)
  if (complete && (files.json === undefined) === (json === undefined)) return files
  for (const file of made) await file.discard()
  return undefined
}

async function conclude(outcome: ProbeOutcome, { cloud }: ProbeRun, files: Files): Promise<number> {
  const recorded = await write(files.record, outcome.exchanges)
  if (outcome.kind === 'refused') {
    await files.json?.discard()
    console.error(`probe: ${outcome.why}; nothing was changed`)
    return 2
  }
  console.log(reportOf(outcome, cloud.vendorApi(outcome.region)))
  const { rows, left, minutes, interrupted } = outcome
  const answered = await write(files.json, { cloud: cloud.title, minutes, rows, left })
  if (left.length > 0 || !recorded || !answered) return 1
  return interrupted ? 130 : 0
}

async function write(file: NewFile | undefined, value: unknown): Promise<boolean> {
  const written = await file?.write(`${JSON.stringify(value, undefined, 2)}\n`)
  if (written === undefined || written.isOk()) return true
  console.error(`probe: ${written.error}`)
  return false
}

process.exitCode = await main()

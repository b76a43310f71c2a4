import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { KeyPairStore } from '@cloud-keypair/core'
import { clouds, type Cloud } from './clouds.js'
import { type AccountRun, help, readRequest } from './options.js'
import { createBoard } from './rotation/board.js'
import { isRotated, rotateOn, type RotationOutcome } from './rotation/rotation.js'
import { createScreen } from './screen.js'
import { startSimulator } from './simulated-cloud.js'
import { createStepTaker, type StepTaker } from './steps.js'
import { launchedWith, type Store, stores } from './stores.js'
import { type StoreCast, tell, tellOfStore, temporaryFolder, type Told } from './story.js'
import { isGood, type Outcome, summaryOf, tableOf } from './summary.js'

const screen = createScreen(process.stdout, process.env)
const interrupted = new AbortController()

async function main(): Promise<number> {
  const request = readRequest(process.argv.slice(2))
  switch (request.kind) {
    case 'help':
      screen.line(help)
      return 0
    case 'wrong':
      screen.line(`demo: ${request.why}; --help says more`)
      return 1
    case 'account':
      return conclude([await runOnAccount(request)])
    case 'simulated': {
      const outcomes: Outcome[] = []
      // One after another, so that each can be followed while it works.
      for (const [provider, cloud] of Object.entries(clouds)) {
        if (!interrupted.signal.aborted) outcomes.push(await simulate(provider, cloud))
      }
      const kept: Outcome[] = []
      for (const [provider, store] of Object.entries(stores)) {
        if (!interrupted.signal.aborted) kept.push(await simulateStore(provider, store))
      }
      const areGood = [...outcomes, ...kept].every(isGood)
      return conclude(outcomes, kept, areGood ? await rotateEverywhere() : [])
    }
  }
}

async function simulate(provider: string, { title, connect, fleet, variants }: Cloud): Promise<Outcome> {
  const { instanceIds, refusals, seed } = fleet
  const lost = new AbortController()
  const circumstances = { variants, powerChangeMs: 20_000 }
  await using simulator = await startSimulator(provider, seed, (why) => lost.abort(why), circumstances)
  await using folder = await temporaryFolder()
  await using service = await connect(simulator.access)
  const where = `simulated at ${simulator.url} by process ${simulator.pid}`
  screen.line(`${screen.paint('strong', title)}, ${where}, ${instanceIds.length} instances\n`)
  const isReachable = (): boolean => !lost.signal.aborted
  const signal = AbortSignal.any([interrupted.signal, lost.signal])
  const keyFile = join(folder.path, 'key.pem')
  const cast = { service, name: newName(), keyFile, instanceIds, refusals, signal, isReachable }
  return await run(
    title,
    cast,
    (steps) => tell(steps, cast),
    async () => (isReachable() ? simulator.leftBehind() : undefined),
  )
}

async function simulateStore(provider: string, { title, connect }: Store): Promise<Outcome> {
  const name = newName()
  const { instanceIds, seed } = launchedWith(name)
  const lost = new AbortController()
  await using simulator = await startSimulator(provider, seed, (why) => lost.abort(why))
  await using folder = await temporaryFolder()
  await using service = await connect(simulator.access)
  const where = `simulated at ${simulator.url} by process ${simulator.pid}`
  screen.line(`${screen.paint('strong', title)}, ${where}, ${instanceIds.length} instances, no attach\n`)
  const isReachable = (): boolean => !lost.signal.aborted
  const signal = AbortSignal.any([interrupted.signal, lost.signal])
  const cast = { service, name, keyFile: join(folder.path, 'key.pem'), instanceIds, signal, isReachable }
  return await run(
    title,
    cast,
    (steps) => tellOfStore(steps, cast),
    async () => (isReachable() ? lookFor(service, name) : undefined),
  )
}

/** Rotates on all clouds at once, as most of the time is waiting. */
async function rotateEverywhere(): Promise<readonly RotationOutcome[]> {
  using board = createBoard(screen)
  return await Promise.all(
    Object.entries(clouds).map(([provider, cloud]) => rotateOn(provider, cloud, board, interrupted.signal)),
  )
}

async function runOnAccount({ cloud, region, endpoint, instanceIds, ...given }: AccountRun): Promise<Outcome> {
  const { title } = cloud
  await using service = await cloud.connect({ region, endpoint })
  const name = given.name ?? newName()
  // Never removed: until they are detached and started again, instances may accept no other key.
  const keyFile = given.keyFile ?? join((await temporaryFolder()).path, 'key.pem')
  screen.line(`${screen.paint('strong', title)}, a real account, ${instanceIds.length} instances\n`)
  const { signal } = interrupted
  const cast = { service, name, keyFile, instanceIds, refusals: new Map(), signal, isReachable: () => true }
  return await run(
    title,
    cast,
    (steps) => tell(steps, cast),
    () => lookFor(service, name),
  )
}

async function run(
  title: string,
  cast: StoreCast,
  story: (steps: StepTaker) => Promise<Told>,
  leftBehind: () => Promise<string | undefined>,
): Promise<Outcome> {
  using steps = createStepTaker(screen)
  const { mayExist, attached } = await story(steps)
  const left = mayExist ? await leftBehind() : undefined
  const ended: string | undefined = cast.signal.aborted ? String(cast.signal.reason) : undefined
  screen.line()
  return { title, reports: steps.reports, instances: cast.instanceIds.length, attached, left, ended }
}

/** Tells how it all came out, and gives the exit code. */
function conclude(
  outcomes: readonly Outcome[],
  kept: readonly Outcome[] = [],
  rotations: readonly RotationOutcome[] = [],
): number {
  if (rotations.length > 0) screen.line()
  for (const table of [outcomes, kept].filter(({ length }) => length > 0)) {
    for (const line of tableOf(table, screen.width)) screen.line(line)
    screen.line()
  }
  const all = [...outcomes, ...kept]
  const areGood = all.every(isGood) && rotations.every(isRotated)
  screen.line(screen.paint(areGood ? 'good' : 'bad', summaryOf(all, rotations)))
  if (interrupted.signal.aborted) return 130
  return areGood ? 0 : 1
}

/** Looks for remains of the demo in a real account. */
async function lookFor(service: KeyPairStore, name: string): Promise<string | undefined> {
  const found = await service.get({ name })
  if (found.isOk()) return `the key pair ${name}`
  return found.error.code === 'not-found' ? undefined : `perhaps the key pair ${name} (${found.error.code})`
}

/** Makes a name of 25 letters, digits and underscores, which every cloud takes. */
function newName(): string {
  return `cloud_keypair_demo_${randomBytes(3).toString('hex')}`
}

function interrupt(): void {
  if (interrupted.signal.aborted) process.exit(130)
  interrupted.abort('interrupted')
}

process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
// The reader of the output ended first.
process.stdout.on('error', () => interrupted.abort('the output was closed'))

try {
  process.exitCode = await main()
} catch (error) {
  screen.line(`demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

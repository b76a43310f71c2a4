import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { compilePrograms } from './compile.js'
import { exited } from './invariants.js'
import { allJobs, shortJobs } from './jobs.js'
import { type Job, subjects, type Told } from './parts.js'
import { plantedInProcesses } from './planted-faults.js'
import { type Proof, unproven } from './prove.js'
import { recordRun } from './results.js'
import { startChild } from './run-child.js'
import { addTallies, emptyTally, type Tally, violations } from './tally.js'

// Runs every operation of every adapter while things go wrong, and holds the invariants of invariants.ts in each trial.
//
//   --seed 7             another run of chance
//   --operations 2000    the operations of each wire adapter under faults; the other numbers follow from it
//   --minutes 10         the time of the soak of each adapter
//   --adapter volcengine one adapter alone
//   --part kills         one part alone: faults, others, kills, rivals or soak
//   --world 17           the world of faults of that number alone
//   --short              at most 20 seconds of processor time, for CI
//   --prove              plants a fault for each invariant, and nothing else
//   --record             adds the run to results.json

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '0.1' },
    adapter: { type: 'string' },
    part: { type: 'string' },
    world: { type: 'string' },
    short: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const adapters = subjects.map(({ name }) => name).filter((name) => (values.adapter ?? name) === name)
if (adapters.length === 0) throw new Error(`There is no adapter ${values.adapter}`)

await compilePrograms()
const limited = pLimit(availableParallelism())
const tallies = await Promise.all(jobsOfRun().map((jobs) => limited(() => run(jobs))))
const total = tallies.reduce(addTallies, emptyTally)
if (total.violations.length > 0) process.exitCode = 1
if (values.record) console.log('all recorded runs:', await recordRun(seed, adapters, total))
const { operations, faults, kills } = total
console.log(
  `endurance: ${operations} operations, ${faults} faults, ${kills} kills, ${total.violations.length} violations`,
)

function jobsOfRun(): readonly (readonly Job[])[] {
  if (values.short) return shortJobs(seed)
  if (values.prove) return [[{ part: 'prove', adapter: 'memory', seed, count: 0 }]]
  const size = { seed, operations: Number(values.operations), minutes: Number(values.minutes) }
  if (values.world === undefined) {
    const chosen = allJobs(size, adapters).map((jobs) => jobs.filter(({ part }) => (values.part ?? part) === part))
    return chosen.filter((jobs) => jobs.length > 0)
  }
  const world = Number(values.world)
  // As many worlds as the run has in which it was seen.
  return adapters.map((adapter) => [{ part: 'faults', adapter, seed, count: (world + 1) * 2, world }])
}

/** Runs jobs in a process of their own. */
async function run(jobs: readonly Job[]): Promise<Tally> {
  const own = new Map<string, Tally>(jobs.map((job) => [titleOf(job), emptyTally]))
  const proofs: Proof[] = []
  const proves = jobs.some(({ part }) => part === 'prove')
  const child = startChild<Told>('one', jobs, {
    onMessage: ({ job, tally, proof }) => {
      own.set(titleOf(job), addTallies(own.get(titleOf(job)) ?? emptyTally, tally))
      if (proof !== undefined) proofs.push(proof)
    },
    // Its planted timer keeps it from its end.
    ...(proves && { endsWithinMs: 1_000 }),
  })
  const { code, signal, output } = await child.ended
  for (const [title, tally] of own) show(title, tally)
  const wrong = violations('did not exit', exited(code, signal, output))
  const end = proves
    ? show('proofs', shownProofs(proofs, wrong.length > 0))
    : show('', { ...emptyTally, violations: wrong })
  return [...own.values()].reduce(addTallies, end)
}

function titleOf({ part, adapter }: Job): string {
  return `${adapter}, ${part}`
}

function show(title: string, tally: Tally): Tally {
  const { operations: run, faults: met, kills: killed, violations: found } = tally
  if (run > 0) console.log(`${title}: ${run} operations, ${met} faults, ${killed} kills`)
  for (const { invariant, message } of found.slice(0, 5)) console.log(`  ${invariant}: ${message}`)
  return tally
}

/** Prints each planted fault, and returns the invariants that none of them broke. */
function shownProofs(inProcess: readonly Proof[], isAlive: boolean): Tally {
  const atTheEnd = { name: plantedInProcesses['did not exit'], breaks: 'did not exit', isSeen: isAlive } as const
  const proofs = [...inProcess, atTheEnd]
  for (const { name, breaks, isSeen } of proofs) console.log(`${isSeen ? 'seen' : 'NOT SEEN'}: ${breaks}: ${name}`)
  return {
    ...emptyTally,
    violations: unproven(proofs).map((invariant) => ({
      invariant: 'false claim',
      message: `no planted fault breaks the invariant "${invariant}"`,
    })),
  }
}

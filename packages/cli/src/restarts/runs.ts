import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '@cloud-keypair/core/credentials'
import { checkpointFile, type CheckpointFile } from '@cloud-keypair/core/file'
import * as v from 'valibot'
import { inFolder } from '../config.js'
import type { Surroundings } from '../surroundings.js'
import { usageError } from '../usage-error.js'
import { type Job, jobSchema, keyPairOf } from './job.js'

/** A run of an operation with restarts that has not ended well yet. */
export interface Run {
  readonly id: string
  /** The cloud and how to reach it, as the first run did: its region and endpoint are those that it came to. */
  readonly cloud: string
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly profile?: string | undefined
  readonly job: Job
  readonly startedAt: string
  /** The process of the run. */
  readonly process: { readonly id: number; readonly host: string }
}

const text = v.optional(v.string())

const runSchema: v.GenericSchema<unknown, Run> = v.object({
  id: v.string(),
  cloud: v.string(),
  region: text,
  endpoint: text,
  profile: text,
  job: jobSchema,
  startedAt: v.string(),
  process: v.object({ id: v.number(), host: v.string() }),
})

/** The checkpoint of a run in its file. */
export interface RunCheckpoint extends CheckpointFile {
  /** Waits until nothing is written to the file any more: an operation that is aborted does not wait for its checkpoint. */
  written(): Promise<void>
}

/** The folder of the runs that have not ended well yet. */
export interface Runs {
  list(): Promise<readonly Run[]>
  /** Writes down a run before it begins. */
  begin(run: Omit<Run, 'id' | 'startedAt' | 'process'>): Promise<Run>
  /** Makes a run one of this process. Throws a usage error if another process did so since the run was read. */
  takeOver(run: Run): Promise<Run>
  /** Returns the file for the checkpoint of a run. */
  checkpointOf(run: Run): string
  /** Reads the checkpoint of a run. Throws an error with a hint for one that is damaged. */
  openCheckpoint(run: Run): Promise<RunCheckpoint>
  /** Forgets a run, which ended well. */
  end(run: Run): Promise<void>
}

/** Opens the folder of the runs, below $XDG_STATE_HOME or ~/.local/state. */
export async function openRuns(surroundings: Surroundings): Promise<Runs> {
  const { environment, homeDirectory, clock } = surroundings
  const folder = inFolder(environment['XDG_STATE_HOME'], homeDirectory, '.local/state', 'runs')
  if (folder === undefined) {
    throw usageError('there is no folder for checkpoints', 'Set XDG_STATE_HOME to one that survives this process.')
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const now = (): Date => new Date(clock?.now() ?? Date.now())
  const pathOf = (id: string): string => join(folder, `${id}.json`)
  const write = async (begun: Omit<Run, 'startedAt' | 'process'>): Promise<Run> => {
    const process = { id: globalThis.process.pid, host: hostname() }
    const run: Run = { ...begun, startedAt: now().toISOString(), process }
    const temporary = join(folder, `.${run.id}`)
    await writeFile(temporary, `${JSON.stringify(run, undefined, 2)}\n`, { mode: 0o600 })
    await rename(temporary, pathOf(run.id))
    return run
  }
  const checkpointOf = ({ id }: Pick<Run, 'id'>): string => join(folder, `${id}.checkpoint`)
  return {
    checkpointOf,
    openCheckpoint: async (run) => {
      try {
        return waitable(await checkpointFile(checkpointOf(run)))
      } catch (error) {
        if (typeof error === 'object' && error !== null) Object.assign(error, { hint: damagedHint(run) })
        throw error
      }
    },
    list: async () => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
      const runs = await Promise.all(names.map((name) => readRun(join(folder, name))))
      return runs.filter((run) => run !== undefined)
    },
    begin: (begun) => write({ ...begun, id: newId(begun.job.request.operation, now()) }),
    takeOver: (run) =>
      locked(join(folder, `.${run.id}.lock`), async () => {
        if (!isDeepStrictEqual(await readRun(pathOf(run.id)), run)) throw takenOver(run)
        return write(run)
      }),
    end: async (run) => {
      // A run without its checkpoint would begin anew. A checkpoint without its run is nothing.
      for (const path of [pathOf(run.id), checkpointOf(run)]) await unlink(path).catch(() => undefined)
    },
  }
}

function waitable({ resume, onCheckpoint }: CheckpointFile): RunCheckpoint {
  let writes: Promise<unknown> = Promise.resolve()
  return {
    resume,
    onCheckpoint: (...checkpoint) => {
      const write = onCheckpoint(...checkpoint)
      writes = Promise.allSettled([writes, write])
      return write
    },
    written: async () => void (await writes),
  }
}

function damagedHint({ id, job }: Run): string {
  const what = keyPairOf(job)
  return `Look at the instances of ${what}: one may be stopped. Then drop the run: cloud-keypair resume ${id} --forget`
}

/** Returns if the process of a run is still there: `unknown` for one of another host. */
export function isUnderWay({ process }: Run): 'yes' | 'no' | 'unknown' {
  const { id, host } = process
  if (host !== hostname()) return 'unknown'
  if (id === globalThis.process.pid) return 'no'
  try {
    globalThis.process.kill(id, 0)
    return 'yes'
  } catch (error) {
    // A process of another user is there, and takes no signal.
    return codeOf(error) === 'EPERM' ? 'yes' : 'no'
  }
}

/** Does something while a file of that name says that it is being done. Throws a usage error if it says so already. */
async function locked<Done>(path: string, run: () => Promise<Done>): Promise<Done> {
  try {
    await writeFile(path, '', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw usageError('another process is taking the run over', `If there is none, remove ${path}.`)
  }
  try {
    return await run()
  } finally {
    await unlink(path)
  }
}

function takenOver({ id }: Run): Error {
  return usageError(
    `another process has gone on with ${id}`,
    'cloud-keypair resume --list shows the runs that are left.',
  )
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** Reads a run; undefined if it has ended since its folder was read. */
async function readRun(path: string): Promise<Run | undefined> {
  const text = await readFileOfRun(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(runSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw usageError(`the file ${path} is not a run of this command`, 'Move it away.')
}

/** Reads the file of a run: undefined if it is gone, and an empty text for what is no regular file. */
async function readFileOfRun(path: string): Promise<string | undefined> {
  try {
    // Reading a named pipe would wait for its writer.
    if (!(await stat(path)).isFile()) return ''
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function newId(operation: string, date: Date): string {
  const time = date.toISOString().replace(/[-:]/g, '').slice(0, 15)
  return `${operation}-${time}-${randomBytes(2).toString('hex')}`
}

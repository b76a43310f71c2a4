import { constants } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ChangeOptions } from '../contract/change-options.js'
import { type Checkpoint, mayBeStopped } from '../contract/checkpoint.js'
import { CheckpointLines, foldLines } from './checkpoint-lines.js'
import { fileErrorCode, fileError, fileErrorFrom } from './file-error.js'
import { appendToFile, type FileState, fileIsTaken, isSameFile, putFile, stateAt } from './shared-file.js'
import { syncFolder } from './sync-folder.js'

/** The two options that keep a checkpoint in a file. */
export interface CheckpointFile {
  /** The checkpoint of an earlier run; undefined if there is no file. */
  readonly resume: Checkpoint | undefined
  readonly onCheckpoint: NonNullable<ChangeOptions['onCheckpoint']>
}

/**
 * Opens the file of a checkpoint, and gives `resume` and `onCheckpoint` for one operation:
 *
 *     await service.rotate(replaced, { ...options, ...(await checkpointFile('rotation.checkpoint')) })
 *
 * The first checkpoint of a run takes the place of the file at once (`rename`). Later ones are appended: what changed, a
 * line each, so the file grows with the work and not with its square. Each is on the disk before the calls that it tells
 * of. A process that is killed at any byte leaves the checkpoint before, whole: a last line that was cut off is left out.
 *
 * Only a missing file means that there was no earlier run. Delete the file when the operation is `Ok`.
 * `path` is taken as it is: `~` is not expanded, and a relative one is of the working directory of this call. A symbolic
 * link is followed. The folder has to exist. One file is for one operation at a time.
 *
 * Rejects with a `FileError` if the file cannot be read or holds something else. So does `onCheckpoint` if it cannot
 * write, if another operation has written to the file meanwhile, or if the file names instances in progress and the
 * operation was not given `resume`: the operation returns that as `storage`.
 */
export async function checkpointFile(path: string): Promise<CheckpointFile> {
  const target = await followLinks(resolve(path))
  const { checkpoint: resume, seen } = await loadCheckpoint(target)
  const writing = new CheckpointWriting(target, seen, resume)
  return { resume, onCheckpoint: (checkpoint, { changed }) => writing.write(checkpoint, changed) }
}

// As many as Linux follows (path_resolution(7)). Of a loop, opening the file tells.
const maxLinks = 40

/** Returns the file that a symbolic link names, there or not: a rename to the link would replace the link. */
async function followLinks(path: string, links = 0): Promise<string> {
  const to = links < maxLinks ? await readlink(path).catch(() => undefined) : undefined
  return to === undefined ? path : followLinks(resolve(dirname(path), to), links + 1)
}

interface Loaded {
  readonly checkpoint?: Checkpoint
  readonly seen?: FileState
}

async function loadCheckpoint(path: string): Promise<Loaded> {
  try {
    const { text, seen } = await readRegularFile(path)
    const checkpoint = foldLines(text)
    if (checkpoint.isErr()) {
      throw fileError(`it holds something else: ${checkpoint.error}`, { code: 'EINVAL', path, syscall: 'read' })
    }
    return { checkpoint: checkpoint.value, seen }
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return {}
    throw fileErrorFrom(error, `The checkpoint in ${path} cannot be resumed`, path)
  }
}

async function readRegularFile(path: string): Promise<{ readonly text: string; readonly seen: FileState }> {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) {
      throw fileError('it is not a regular file', { code: 'EINVAL', path, syscall: 'read' })
    }
    const bytes = await handle.readFile()
    const { ino } = await handle.stat()
    return { text: bytes.toString('utf8'), seen: { ino, size: bytes.length } }
  } finally {
    await handle.close()
  }
}

/** Writes the checkpoints of one operation to a file. */
class CheckpointWriting {
  readonly #path: string
  readonly #lines = new CheckpointLines()
  /** The file as this operation knows it. Undefined before there is one. */
  #seen: FileState | undefined
  /** The checkpoint that the first one of this operation takes the place of. */
  #earlier: Checkpoint | undefined
  /** True if the file holds all that was written so far, and ends with a whole line. */
  #isWhole = false

  constructor(path: string, seen: FileState | undefined, earlier: Checkpoint | undefined) {
    this.#path = path
    this.#seen = seen
    this.#earlier = earlier
  }

  async write(checkpoint: Checkpoint, changed: Checkpoint['instances']): Promise<void> {
    const appends = this.#isWhole
    // After a failure the file may end in half a line: the next checkpoint takes its place.
    this.#isWhole = false
    try {
      const found = await stateAt(this.#path)
      const isOwn = found === undefined || isSameFile(found, this.#seen)
      if (!isOwn || this.#lines.hasOthersInProgress(checkpoint, changed)) throw fileIsTaken(this.#path)
      this.#mustResume(checkpoint)
      if (appends) {
        this.#seen = await appendToFile(this.#path, this.#lines.change(checkpoint, changed), this.#seen)
      } else {
        this.#seen = await putFile(this.#path, this.#lines.whole(checkpoint), found)
        await syncFolder(dirname(this.#path))
      }
      this.#isWhole = true
      this.#earlier = undefined
    } catch (error) {
      if (fileErrorCode(error) !== 'EBUSY') await this.#lookAgain()
      throw fileErrorFrom(error, `The checkpoint could not be written to ${this.#path}`, this.#path)
    }
  }

  /** Learns the length of the file after half a line of our own. */
  async #lookAgain(): Promise<void> {
    const now = await stateAt(this.#path).catch(() => undefined)
    if (now !== undefined && now.ino === this.#seen?.ino) this.#seen = now
  }

  /** Throws if the file says which instances may be stopped, and the new checkpoint would lose that: nobody would start them. */
  #mustResume(checkpoint: Checkpoint): void {
    const forgotten = this.#earlier === undefined ? [] : forgottenIn(checkpoint, this.#earlier)
    if (forgotten.length === 0) return
    const reason = `an earlier operation has instances in progress there, and this one does not resume it: ${forgotten.join(', ')}`
    throw fileError(reason, { code: 'EBUSY', path: this.#path, syscall: 'write' })
  }
}

/** Returns the instances that were running, and are in progress in one checkpoint, and that another one does not know so. */
function forgottenIn({ instances }: Checkpoint, earlier: Checkpoint): readonly string[] {
  const known = new Set(instances.flatMap(({ id, power }) => (power === 'running' ? [id] : [])))
  return earlier.instances.filter(mayBeStopped).flatMap(({ id }) => (known.has(id) ? [] : [id]))
}

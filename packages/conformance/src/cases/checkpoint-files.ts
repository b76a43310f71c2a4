import assert from 'node:assert/strict'
import { stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChangeOptions, Checkpoint, InstanceBatch, KeyPairError, Result } from '@cloud-keypair/core'
import { type Case, type InstanceCaseContext, onInstances } from '../case-context.js'
import { batchOf, contextOf, given, givenInstances, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { standingStill } from '../standing-still.js'
import { inFolder } from './real-folder.js'
import { allAre, stateOf } from './power.js'

/** Cases of a checkpoint file: a resume takes every whole line, the last one too, and nothing else. */
export const checkpointFileCases: readonly Case[] = [
  onInstances(
    'KP-CHECKPOINT-01',
    7,
    'starts the instance again that the last line of its checkpoint file has in progress',
    (context) =>
      killed(context, async ({ ids, last, resume }) => {
        await stop(context, last)
        okOf(await resume())
        await context.world.settle()
        assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
      }),
  ),

  onInstances(
    'KP-CHECKPOINT-02',
    7,
    'changes no instance again that the lines of its checkpoint file call done',
    (context) =>
      killed(context, async ({ ids, last, resume }) => {
        await context.world.settle()
        await context.world.forgetCalls()
        okOf(await resume())
        const changed = new Set((await mutatingCalls(context)).flatMap(({ items }) => items))
        assert.deepEqual([...changed], [last])
        await context.world.settle()
        assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
      }),
  ),

  onInstances(
    'KP-CHECKPOINT-03',
    7,
    'leaves out a last line that was cut off: nothing that it tells of was begun',
    (context) =>
      killed(context, async ({ path, last, resume, stored }) => {
        await truncate(path, (await stat(path)).size - 2)
        // By somebody: it was not running, then, before the resumed run.
        await stop(context, last)
        okOf(await resume())
        await context.world.settle()
        const { instances } = await context.world.snapshot()
        const { power, bound } = instances.find(({ id }) => id === last) ?? {}
        assert.deepEqual([power, bound], ['stopped', 'deploy'])
        assert.deepEqual(new Set((await stored())?.instances.map(({ step }) => step)), new Set(['done']))
      }),
  ),
]

/** An attach that was killed, with its checkpoint in a file. */
interface KilledRun {
  readonly path: string
  readonly ids: readonly string[]
  /** The one instance in progress. The others are done. */
  readonly last: string
  /** Runs the attach again, with the same file. */
  resume(): Promise<Result<InstanceBatch, KeyPairError<InstanceBatch>>>
  /** Returns the checkpoint in the file. */
  stored(): Promise<Checkpoint | undefined>
}

/**
 * Attaches a key pair to three running instances, one after another, and kills the process once its checkpoint file has the
 * last of them in progress, before anything is sent to that instance.
 */
async function killed(context: InstanceCaseContext, then: (run: KilledRun) => Promise<void>): Promise<void> {
  const { service, clock } = context
  const keyPair = await given(context, { name: 'deploy' })
  const ids = await givenInstances(context, 3, { power: 'running' })
  const last = ids.at(-1)
  must(last !== undefined)
  await inFolder(async (folder) => {
    const path = join(folder, 'attach.checkpoint')
    const open = (): ReturnType<typeof context.checkpointFile> =>
      standingStill(clock, () => context.checkpointFile(path))
    const attach = async (diesAt?: string): Promise<Result<InstanceBatch, KeyPairError<InstanceBatch>>> => {
      const { resume, onCheckpoint } = await open()
      const write: ChangeOptions['onCheckpoint'] = async (checkpoint, update) => {
        await standingStill(clock, async () => onCheckpoint(checkpoint, update))
        const isEnd = checkpoint.instances.some(({ id, step }) => id === diesAt && step === 'in-progress')
        if (isEnd) throw new Error('the process dies')
      }
      return service.attach(keyPair, ids, { takeEffect: 'now', resume, onCheckpoint: write })
    }
    batchOf(await attach(last))
    await then({ path, ids, last, resume: attach, stored: async () => (await open()).resume })
  })
}

async function stop(context: InstanceCaseContext, id: string): Promise<void> {
  await context.world.settle()
  okOf(await context.driver.doStopInstances({ instanceIds: [id], force: false }, contextOf(context, 'by-another')))
  await context.world.settle()
}

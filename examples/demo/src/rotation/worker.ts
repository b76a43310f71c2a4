import { collect } from '@cloud-keypair/core'
import { checkpointFile } from '@cloud-keypair/core/file'
import * as v from 'valibot'
import { clouds } from '../clouds.js'
import { fastClock, speed } from './fast-clock.js'
import { type Job, jobSchema, type Message } from './messages.js'

// Only waiting is made shorter: a call takes as long as ever.
const attemptTimeoutMs = 20_000
const stop = new AbortController()

/** Rotates, or resumes the rotation of a killed process, and reports progress. */
async function rotate({ provider, access, replaced, name, publicKey, checkpointPath }: Job): Promise<Message> {
  const cloud = clouds[provider]
  if (cloud === undefined) return { kind: 'failed', why: `there is no provider ${provider}` }
  const clock = fastClock()
  await using service = await cloud.connect(access, { testing: { clock }, attemptTimeoutMs: attemptTimeoutMs * speed })
  // A cloud may find a key pair by its id alone.
  const listed = await collect(service.list({ namePattern: replaced }), { max: 1 })
  if (listed.isErr()) return { kind: 'failed', why: listed.error.message }
  const [keyPair = { name: replaced }] = listed.value
  const rotated = await service.rotate(keyPair, {
    name,
    publicKey,
    maxUnavailable: 2,
    onProgress: ({ step, instanceIds, finished, total }) => {
      clock.hurry()
      tell({ kind: 'progress', step, instanceIds, finished, total })
    },
    ...(await checkpointFile(checkpointPath)),
    signal: stop.signal,
  })
  if (rotated.isErr()) return { kind: 'failed', why: rotated.error.message }
  const { removed, pendingRestart } = rotated.value
  return { kind: 'rotated', removed, pendingRestart }
}

function tell(message: Message): void {
  process.send?.(message)
}

process.once('SIGTERM', () => stop.abort())
// Without the demo no process waits for this.
process.once('disconnect', () => stop.abort())
const job = await new Promise<unknown>((resolve) => process.once('message', resolve))
tell(await rotate(v.parse(jobSchema, job)))
process.disconnect()

import { performOne } from './work-once.js'
import { runRival } from './work-among-rivals.js'
import { soak } from './work-at-full-rate.js'
import type { WorkerJob } from './worker-job.js'

// Run as a process of its own, which is killed at any time, or has to end by itself.
const job: unknown = JSON.parse(process.argv[2] ?? '')
if (!isJob(job)) throw new TypeError('The job of a process is missing')
switch (job.work) {
  case 'rival':
    await runRival(job)
    break
  case 'soak':
    await soak(job)
    break
  case 'create':
  case 'attach':
  case 'detach':
  case 'rotate':
    await performOne(job)
}

function isJob(value: unknown): value is WorkerJob {
  return typeof value === 'object' && value !== null && 'work' in value
}

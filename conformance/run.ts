import { runSuite, summaryOf } from '@cloud-keypair/conformance'
import { memorySubject } from '../packages/memory/test/subject.js'
import { volcengineSubject } from '../packages/volcengine/test/subject.js'

const seed = Number(process.argv[2] ?? 1)
const subjects = [memorySubject, volcengineSubject]

let current = ''
const outcomes = await runSuite(subjects, seed, ({ adapter, variant, id, verdict, message }) => {
  const about = `${adapter}, ${variant}`
  if (about !== current) process.stdout.write(`${about}\n`)
  current = about
  if (verdict === 'failed') process.stdout.write(`  ${id} failed: ${message ?? ''}\n`)
})
if (outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
process.stdout.write(`seed ${seed}\n${summaryOf(outcomes)}\n`)

import { text } from 'node:stream/consumers'
import { onCall } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// Attaches a key pair to every instance whose id is on stdin, one a line: `bulk deploy < ids.txt`. Ctrl-C stops it in order.

const [, , name = 'deploy'] = process.argv
const ids = (await text(process.stdin)).split('\n').filter((line) => line !== '')
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

let sent = 0
onCall(({ operation, action, items, failure }) => {
  if (operation !== 'attach' || action !== 'AttachKeyPair' || failure !== undefined) return
  sent += items ?? 0
  console.error(`${sent} of ${ids.length}`)
})

const keyPairs = createVolcengineKeyPairService({ concurrency: 8 })
const attached = await keyPairs.attach({ name }, ids, { signal: stop.signal, deadlineMs: 60 * 60_000 })

const { items } = attached.match(
  (batch) => batch,
  (error) => {
    if (error.code !== 'incomplete') throw error
    process.exitCode = 1
    return error.details.batch
  },
)
for (const item of items) console.log(item.id, item.status, item.status === 'succeeded' ? '' : item.error.code)

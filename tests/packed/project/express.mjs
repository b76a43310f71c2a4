import { onlyItem } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import express from 'express'
import { statuses } from './statuses.mjs'

const keyPairs = createVolcengineKeyPairService()
const app = express()

app.put('/instances/:id/key-pair/:name', async (request, response) => {
  const { id, name } = request.params
  // A client that leaves ends the work for it.
  const left = new AbortController()
  response.once('close', () => left.abort())
  const attached = await onlyItem(keyPairs.attach({ name }, [id], { signal: left.signal, deadlineMs: 30_000 }))
  if (attached.isOk()) return response.json(attached.value)
  const { code, outcome, message, hint, retryAfterMs } = attached.error
  if (retryAfterMs !== undefined) response.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  return response.status(statuses[code]).json({ code, outcome, message, hint })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})
process.once('SIGTERM', () => server.close(() => keyPairs[Symbol.asyncDispose]()))

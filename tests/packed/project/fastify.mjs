import { onlyItem } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import Fastify from 'fastify'
import { statuses } from './statuses.mjs'

const keyPairs = createVolcengineKeyPairService()
const app = Fastify({ forceCloseConnections: true })

app.put('/instances/:id/key-pair/:name', async (request, reply) => {
  const { id, name } = request.params
  // A client that leaves ends the work for it.
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  const attached = await onlyItem(keyPairs.attach({ name }, [id], { signal: left.signal, deadlineMs: 30_000 }))
  if (attached.isOk()) return attached.value
  const { code, outcome, message, hint, retryAfterMs } = attached.error
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
  return reply.code(statuses[code]).send({ code, outcome, message, hint })
})

app.addHook('onClose', () => keyPairs[Symbol.asyncDispose]())
process.once('SIGTERM', () => app.close())
console.log(await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }))

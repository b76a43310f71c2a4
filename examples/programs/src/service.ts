import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type KeyPairError, onlyItem } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// An HTTP service: `PUT /instances/<id>/key-pair/<name>` attaches. A client that leaves ends the work for it.

const keyPairs = createVolcengineKeyPairService()

const server = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, id, name] = /^\/instances\/([\w-]+)\/key-pair\/([\w-]+)$/.exec(request.url ?? '') ?? []
  if (request.method !== 'PUT' || id === undefined || name === undefined) return void response.writeHead(404).end()
  const left = new AbortController()
  response.once('close', () => left.abort())
  const attached = await onlyItem(keyPairs.attach({ name }, [id], { signal: left.signal, deadlineMs: 30_000 }))
  const [status, body] = attached.match((item): readonly [number, object] => [200, item], answerOf)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answerOf({ code, outcome, message, hint }: KeyPairError): readonly [number, object] {
  return [statuses[code] ?? 502, { code, outcome, message, hint }]
}

const statuses: Partial<Record<KeyPairError['code'], number>> = {
  'invalid-argument': 400,
  'not-found': 404,
  conflict: 409,
  'instance-state': 409,
  'instance-unsupported': 422,
  throttled: 503,
  timeout: 504,
}

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => console.log('listening', server.address()))
process.once('SIGTERM', () => server.close())

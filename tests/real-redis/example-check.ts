import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Check } from './check.js'
import { startRedis } from './redis-server.js'

const main = fileURLToPath(new URL('../../examples/programs/src/main.ts', import.meta.url))

/** Runs the example, which starts a simulated cloud of its own. */
export const exampleCheck: Check = [
  'the example rotates a region to its end, and its process ends',
  async () => {
    await using redis = await startRedis()
    const flags = ['--conditions=cloud-keypair-source', '--import', import.meta.resolve('tsx'), main]
    const env = { ...process.env, REDIS_URL: redis.url }
    const child = spawn(process.execPath, [...flags, 'fleet', 'cn-beijing'], { env })
    const [out, err, end] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    assert.deepEqual(end, [0, null], out + err)
    assert.match(out, /^cn-beijing succeeded$/m)
  },
]

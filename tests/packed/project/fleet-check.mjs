import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { createFleet, FleetError } from '@cloud-keypair/fleet'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// At this port nothing listens any more.
const server = createServer()
const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
await new Promise((resolve) => server.close(resolve))

const fleet = createFleet({
  connection: `redis://user:secret-password@127.0.0.1:${port}`,
  services: ({ region }, { pacer }) => createVolcengineKeyPairService({ region, pacer }),
})
const places = [{ provider: 'volcengine', region: 'cn-beijing' }]
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ'
const watch = async () => {
  for await (const event of fleet.watch('run')) return event
}
const answers = await Promise.all([
  fleet.rotate(places, { from: 'deploy', to: { name: 'next', publicKey } }),
  fleet.report('run'),
  fleet.work(),
  watch(),
])
for (const { error } of answers) {
  assert.ok(error instanceof FleetError)
  assert.equal(error.code, 'storage')
  assert.equal(error.message, `Redis could not be reached: connect ECONNREFUSED 127.0.0.1:${port}`)
}
// The process has to end by itself now.
await fleet.close()

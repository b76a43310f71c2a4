import { saveToFile } from '@cloud-keypair/core/file'
import { createFleet } from '@cloud-keypair/fleet'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// Replaces the key pair `deploy` in each of these regions, over a Redis: `fleet cn-beijing cn-shanghai`. Killed, and run again,
// it goes on. Run it on several machines: each works on some of the regions.

const [, , ...regions] = process.argv
const id = 'rotation-2026'
const fleet = createFleet({
  connection: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  services: ({ region }, { pacer }) =>
    createVolcengineKeyPairService({ endpoint: process.env['VOLCENGINE_ENDPOINT'], region, pacer }),
})
const submitted = await fleet.rotate(
  regions.map((region) => ({ provider: 'volcengine', region })),
  {
    id,
    from: 'deploy',
    to: { name: 'deploy-new', save: saveToFile('deploy-new.pem', { ifFileExists: 'reuse' }) },
    maxUnavailable: 5,
  },
)
if (submitted.isErr()) throw submitted.error

const worker = await fleet.work()
if (worker.isErr()) throw worker.error
process.once('SIGTERM', () => void worker.value.close())
for await (const event of fleet.watch(id)) {
  if (event.isErr()) throw event.error
}
const report = await fleet.report(id)
if (report.isErr()) throw report.error
for (const { place, outcome } of report.value.places) console.log(place.region, outcome?.status)
await worker.value.close()
await fleet.close()

// Plain JavaScript: which instances have the key pair? `node plain.js deploy`

import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

const [, , name = 'deploy'] = process.argv
const keyPairs = createVolcengineKeyPairService()

for await (const usage of keyPairs.usages({ name })) {
  if (usage.isErr()) {
    console.error(usage.error.message, usage.error.hint ?? '')
    process.exitCode = 1
    break
  }
  console.log(usage.value.instanceId, usage.value.power)
}

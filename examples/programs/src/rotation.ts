import { checkLogin, checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// Replaces the key pair `deploy` on every instance. Each instance has to let the new key in before others are restarted.
// Killed, and run again, it goes on and starts the instances that it had stopped.

const keyPairs = createVolcengineKeyPairService()
const file = 'deploy-new.pem'
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

const rotated = await keyPairs.rotate(
  { name: 'deploy' },
  {
    name: 'deploy-new',
    save: saveToFile(file, { ifFileExists: 'reuse' }),
    maxUnavailable: 5,
    onProgress: ({ step, instanceIds, finished, total }) => console.log(`${finished}/${total}`, step, ...instanceIds),
    check: (instanceId, signal) =>
      checkLogin({
        // In a VPC an instance's name often resolves. Otherwise look its address up here.
        address: `${instanceId}.example.com`,
        user: 'root',
        privateKey: { file },
        hostKeys: { file: 'known_hosts', firstContact: 'record', name: instanceId },
        signal,
      }),
    ...(await checkpointFile('rotation.checkpoint')),
    signal: stop.signal,
  },
)
if (rotated.isErr()) throw rotated.error
console.log('replaced on all; the old key pair is', rotated.value.removed ? 'removed' : 'still there')

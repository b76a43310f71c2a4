import { saveToFile } from '@cloud-keypair/core/file'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// Makes a key pair and attaches it to two instances. The private key is in the file deploy.pem afterwards.

const keyPairs = createVolcengineKeyPairService()

const created = await keyPairs.create({ name: 'deploy', save: saveToFile('deploy.pem', { ifFileExists: 'reuse' }) })
if (created.isErr()) throw created.error
console.log('created', created.value.name, created.value.fingerprint)

const attached = await keyPairs.attach(created.value, ['i-1', 'i-2'])
if (attached.isErr()) throw attached.error
for (const { id, changed, effect } of attached.value.succeeded) console.log('attached', id, { changed, effect })

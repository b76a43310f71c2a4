import type { VolcengineVariants } from '@cloud-keypair/simulator'
import { is, other } from '../answer.js'
import { importNew } from '../key-pairs.js'
import type { Question } from '../question.js'
import { volcengineApi as vendorApi } from './volcengine-api.js'

interface Codes {
  readonly taken: string
  readonly badKey: string
}

const families: readonly (readonly [VolcengineVariants['createCodes'], Codes])[] = [
  ['suffixed', { taken: 'InvalidKeyPairName.Duplicate', badKey: 'InvalidPublicKey.Malformed' }],
  ['prefixed', { taken: 'KeyPairAlreadyExists', badKey: 'InvalidArgument' }],
]

/** The codes for a taken name and a bad public key. That for a full quota can't be brought about. */
export const createCodes: Question<VolcengineVariants['createCodes']> = {
  what: 'imports a key pair under a name that is taken, and a public key that is none',
  async *ask(context) {
    const { name } = yield* importNew(context, 'taken')
    const { publicKey } = await context.newMaterial()
    const taken = yield* context.call(vendorApi.importKeyPair(name, publicKey.line, context.newToken()))
    const badKey = yield* context.call(
      vendorApi.importKeyPair(context.journal.newName('bad-key'), 'ssh-rsa bm8ga2V5', context.newToken()),
    )
    const family = families.find(([, codes]) => codes.taken === taken.code && codes.badKey === badKey.code)
    if (family !== undefined) return is(family[0], taken, badKey)
    return other(`taken name: ${taken.code || 'taken'}; bad public key: ${badKey.code || 'taken'}`, taken, badKey)
  },
}

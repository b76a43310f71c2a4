import type { VolcengineVariants } from '@cloud-keypair/simulator'
import { is, other } from '../answer.js'
import { importNew } from '../key-pairs.js'
import type { Question } from '../question.js'
import { volcengineDialect as dialect } from './dialect.js'

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
  async *ask(lab) {
    const { name } = yield* importNew(lab, 'taken')
    const { publicKey } = await lab.newMaterial()
    const taken = yield* lab.call(dialect.importKeyPair(name, publicKey.line, lab.newToken()))
    const badKey = yield* lab.call(
      dialect.importKeyPair(lab.journal.newName('bad-key'), 'ssh-rsa bm8ga2V5', lab.newToken()),
    )
    const family = families.find(([, codes]) => codes.taken === taken.code && codes.badKey === badKey.code)
    if (family !== undefined) return is(family[0], taken, badKey)
    return other(`taken name: ${taken.code || 'taken'}; bad public key: ${badKey.code || 'taken'}`, taken, badKey)
  },
}

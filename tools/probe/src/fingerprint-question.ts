import { is, other } from './answer.js'
import { fingerprintForm } from './fingerprint-form.js'
import { shared } from './key-pairs.js'
import type { Question } from './question.js'

/** Asks for the fingerprint of an imported key. `opaque` is the name of the cloud's variant for 20 unknown bytes. */
export function fingerprint<const Opaque extends string>(opaque: Opaque): Question<'md5' | 'md5-of-spki' | Opaque> {
  return {
    what: 'imports a key pair and compares the fingerprint that is listed with the sums of the key',
    async *ask(context) {
      const keyPair = yield* shared(context, 'first')
      const reply = yield* context.call(context.vendorApi.readKeyPair(keyPair.name))
      const form = fingerprintForm(keyPair.fingerprint, keyPair.material)
      switch (form.kind) {
        case 'md5':
        case 'md5-of-spki':
          return is(form.kind, reply)
        case 'opaque':
          return is(opaque, reply)
        case 'other':
          return other(form.what, reply)
      }
    },
  }
}

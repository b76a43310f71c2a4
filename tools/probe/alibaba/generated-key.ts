import * as v from 'valibot'
import type { Lab } from '../lab.js'
import { parse } from '../parse.js'
import { type PrivateKeyForm, privateKeyForm } from '../private-key-form.js'
import { halt, type Script } from '../script.js'
import { change, type Reply } from '../wire.js'

/** Has the cloud generate a key pair, and tells how it writes the private key. */
export async function* generatedForm(lab: Lab): Script<{ readonly form: PrivateKeyForm; readonly reply: Reply }> {
  const name = lab.journal.newName('generated')
  const reply = yield* lab.call({ ...change('CreateKeyPair', { KeyPairName: name }), creates: name })
  if (!reply.taken) return yield* halt(`the cloud generates no key pair: ${reply.code}`, 'question')
  const body = parse(v.object({ PrivateKeyBody: v.string() }), reply.result)?.PrivateKeyBody ?? ''
  return { form: privateKeyForm(body), reply }
}

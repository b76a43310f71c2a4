import * as v from 'valibot'
import type { ProbeContext } from '../probe-context.js'
import { parse } from '../parse.js'
import { type PrivateKeyForm, privateKeyForm } from '../private-key-form.js'
import { halt, type Script } from '../script.js'
import { change, type Reply } from '../wire.js'

/** Has the cloud generate a key pair, and tells how it writes the private key. */
export async function* generatedForm(
  context: ProbeContext,
): Script<{ readonly form: PrivateKeyForm; readonly reply: Reply }> {
  const name = context.journal.newName('generated')
  const reply = yield* context.call({ ...change('CreateKeyPair', { KeyPairName: name }), creates: name })
  if (!reply.taken) return yield* halt(`the cloud generates no key pair: ${reply.code}`, 'question')
  const body = parse(v.object({ PrivateKeyBody: v.string() }), reply.result)?.PrivateKeyBody ?? ''
  return { form: privateKeyForm(body), reply }
}

import type { KeyPair } from '@cloud-keypair/core'
import type { RowPrinter } from './output/output.js'
import type { PrivateKeyPlace } from './private-key.js'
import type { Session } from './session.js'

/** Shows a key pair that was made, apart from its private key: data if that is in a file, a note if it is in the pipe. */
export async function showNewKeyPair(
  keyPair: KeyPair,
  { file }: PrivateKeyPlace,
  { output }: Session,
  printer: RowPrinter<KeyPair>,
): Promise<void> {
  if (file === undefined) {
    await output.note(`Created ${keyPair.name}. Its private key is in the standard output, and nowhere else.`)
    return
  }
  await printer.object(keyPair)
  await output.note(`The private key is in ${file}.`)
}

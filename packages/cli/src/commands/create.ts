import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { KeyPairError, NewKeyPair } from '@cloud-keypair/core'
import { adviceOn } from '../advice.js'
import type { RunCommand } from '../commands.js'
import type { ExitCode } from '../exit-codes.js'
import { showNewKeyPair } from '../new-key-pair.js'
import type { RowPrinter } from '../output/output.js'
import { passphraseOption, passphraseSource, readPassphrase } from '../passphrase.js'
import { mustBeCreatable, type PrivateKeyPlace, privateKeyOption, privateKeyPlace } from '../private-key.js'
import { reportProblem } from '../report-error.js'
import type { Session } from '../session.js'
import { usageError } from '../usage-error.js'
import { bitsOf, keyTypeOption, keyTypes, mustSuitKeyType, parseTag } from '../values.js'
import { keyPairView } from '../views/key-pairs.js'

/** Makes the command `create`: a new key pair, whose private key is generated here, or by the cloud. */
export function createCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('create')
    .argument('<name>', 'the name of the key pair')
    .requiredOption('--private-key <file>', privateKeyOption)
    .option('--reuse', 'go on with the private key in the file, if an earlier run left one')
    .option('--passphrase <from>', passphraseOption)
    .addOption(new Option('--key-type <type>', keyTypeOption).choices(keyTypes))
    .addOption(
      new Option('--bits <bits>', 'bits of the RSA key; default: 3072').choices(['2048', '3072', '4096'] as const),
    )
    .option('--in-cloud', 'let the cloud generate the key, and give it once')
    .option('--description <text>', 'the description')
    .option('--tag <key=value>', 'a tag; may be repeated', parseTag)
    .option('--group <group>', 'the project or resource group')
    .action(
      (
        name,
        { privateKey, reuse = false, passphrase: from, keyType, bits, inCloud = false, description, tag: tags, group },
      ) =>
        run(async (session) => {
          const printer = session.output.rows(keyPairView)
          if (inCloud && (reuse || bits !== undefined || keyType !== undefined || from !== undefined)) {
            throw usageError(
              '--in-cloud goes with none of --reuse, --bits, --key-type and --passphrase',
              'Leave one of them out.',
            )
          }
          mustSuitKeyType(keyType, { bits, passphrase: from })
          if (from !== undefined && privateKey === '-') {
            throw usageError('a private key in a pipe is not encrypted', 'Give --passphrase together with a file.')
          }
          const passphrase =
            from === undefined ? undefined : await readPassphrase(passphraseSource(from), resolve(privateKey), session)
          const place = privateKeyPlace(privateKey, reuse, session.surroundings, session.output, passphrase)
          const keyPair = { name, description, tags, group }
          if (inCloud) return createInCloud(keyPair, place, session, printer)
          const { service } = await session.connect()
          const size = bits === undefined ? {} : { bits: bitsOf[bits] }
          const created = await service.create({ ...keyPair, keyType, ...size, save: place.save, ...session.limits })
          if (created.isErr()) return session.fail(created.error, adviceFor(place, created.error))
          await showNewKeyPair(created.value, place, session, printer)
          return 0
        }),
    )
}

/** Returns what to do about an error. No run can go on with a private key in a pipe. */
function adviceFor({ file }: PrivateKeyPlace, error: KeyPairError): string {
  const advice = adviceOn(error)
  return file === undefined ? advice.replace('run the operation again with --reuse, or ', '') : advice
}

async function createInCloud(
  keyPair: NewKeyPair,
  place: PrivateKeyPlace,
  session: Session,
  printer: RowPrinter<Parameters<typeof showNewKeyPair>[0]>,
): Promise<ExitCode> {
  if (place.file !== undefined) await mustBeCreatable(place.file)
  const { service } = await session.connect()
  const created = await service.createInCloud({ ...keyPair, ...session.limits })
  if (created.isErr()) return session.fail(created.error)
  const { privateKey, ...made } = created.value
  try {
    await place.save(privateKey)
  } catch (error) {
    await reportProblem(session.output, {
      code: 'key-lost',
      message: `${made.name} was created, and its private key is lost: ${String(error)}`,
      hint: `Delete ${made.name}, and create it again.`,
    })
    return 3
  }
  await showNewKeyPair(made, place, session, printer)
  return 0
}

import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { RotateRequest } from '@cloud-keypair/core'
import type { RunCommand } from '../commands.js'
import { passphraseOption } from '../passphrase.js'
import { keyPairArgument, parseReference } from '../references.js'
import { restartOptions } from '../restarts/change-options.js'
import { newKeyOf } from '../restarts/new-key.js'
import { beginJob } from '../restarts/begin-or-resume.js'
import { keyTypeOption, keyTypes, parseCount, parseTag } from '../values.js'

/** Makes the command `rotate`: replaces a key pair by a new one on all of its instances. */
export function rotateCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('rotate')
    .argument('<key-pair>', keyPairArgument)
    .argument('<new-name>', 'the name of the new key pair')
    .option('--private-key <file>', 'the file for the new private key, which is generated and saved with mode 0600')
    .option('--public-key <file>', 'the file of the new public key, if there is one already; - is the standard input')
    .option('--reuse', 'go on with the private key in the file, if an earlier run left one')
    .option('--passphrase <from>', passphraseOption)
    .addOption(new Option('--key-type <type>', keyTypeOption).choices(keyTypes))
    .addOption(
      new Option('--bits <bits>', 'bits of the RSA key; default: 3072').choices(['2048', '3072', '4096'] as const),
    )
    .option('--description <text>', 'the description')
    .option('--tag <key=value>', 'a tag; may be repeated', parseTag)
    .option('--group <group>', 'the project or resource group')
    .option('--max-unavailable <count>', restartOptions.maxUnavailable, parseCount)
    .option('--force', restartOptions.force)
    .option(
      '--check <command>',
      `${restartOptions.check}, and $CLOUD_KEYPAIR_PRIVATE_KEY the file of the new private key`,
    )
    .option('-y, --yes', restartOptions.yes)
    .action(
      (
        name,
        newName,
        { publicKey: file, privateKey, reuse, passphrase: from, keyType, bits, tag, check, yes = false, ...rest },
      ) =>
        run(async (session) => {
          const replaced = parseReference(name)
          const generated = { privateKey, reuse, passphrase: from, keyType, bits }
          const { publicKey, job, passphrase } = await newKeyOf(file, generated, session)
          const request: RotateRequest = {
            operation: 'rotate',
            replaced,
            name: newName,
            ...(tag !== undefined && { tags: tag }),
            ...(publicKey !== undefined && { publicKey }),
            ...rest,
          }
          return beginJob(session, await session.connect(), { request, check, ...job }, { yes, passphrase })
        }),
    )
}

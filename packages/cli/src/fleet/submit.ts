import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { saveToFile } from '@cloud-keypair/core/file'
import type { NewKey } from '@cloud-keypair/fleet'
import type { RunCommand } from '../commands.js'
import { passphraseOption } from '../passphrase.js'
import { mustBeForNow, restartOptions } from '../restarts/change-options.js'
import { type GeneratedKeyOptions, newKeyOf } from '../restarts/new-key.js'
import type { Session } from '../session.js'
import { keyTypeOption, keyTypes, parseCount } from '../values.js'
import { confirmRun } from './confirm-run.js'
import { readAttachPlaces, readPlaces } from './places-file.js'
import { submit, withSubmission } from './submission.js'
import { mustNameNoPlace } from './with-fleet.js'

const maxUnavailableOption = 'instances of a place that may be down at once; default: 1'

/** Makes the command `fleet rotate`: replaces a key pair by a new one in every place. */
export function rotateCommand(run: RunCommand): CommandUnknownOpts {
  return withSubmission(new Command('rotate'))
    .description('replace a key pair by a new one in every place')
    .argument('<key-pair>', 'the name of the key pair, in every place')
    .argument('<new-name>', 'the name of the new key pair')
    .option('--private-key <file>', 'the file for the one new private key of all places, which is generated here')
    .option('--public-key <file>', 'the file of the new public key, if there is one already; - is the standard input')
    .option('--reuse', 'go on with the private key in the file, if an earlier submission left one')
    .option('--passphrase <from>', passphraseOption)
    .addOption(new Option('--key-type <type>', keyTypeOption).choices(keyTypes))
    .option('--max-unavailable <count>', maxUnavailableOption, parseCount)
    .option('-y, --yes', restartOptions.yes)
    .action(
      (from, name, { publicKey: file, privateKey, reuse, passphrase, keyType, maxUnavailable, yes, ...options }) =>
        run(async (session) => {
          mustNameNoPlace(session.options)
          const places = await readPlaces(options.places, session.surroundings.stdin)
          const to = await newKeyFor(name, file, { privateKey, reuse, passphrase, keyType }, session)
          if (yes !== true && !(await confirmRun(`rotate ${from}`, places, { maxUnavailable, ...options }, session)))
            return 1
          return submit('rotate', options, session, (fleet, limits) =>
            fleet.rotate(places, { from, to, maxUnavailable, ...limits }),
          )
        }),
    )
}

/** Makes the command `fleet attach`: attaches a key pair to the instances of every place. */
export function attachCommand(run: RunCommand): CommandUnknownOpts {
  return withSubmission(new Command('attach'))
    .description('attach a key pair to the instances of every place')
    .argument('<key-pair>', 'the name of the key pair, in every place')
    .option('--now', restartOptions.now)
    .option('--max-unavailable <count>', maxUnavailableOption, parseCount)
    .option('-y, --yes', restartOptions.yes)
    .action((keyPair, { now, maxUnavailable, yes, ...options }) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        if (now !== true) mustBeForNow({ maxUnavailable, yes, restartUnchanged: true })
        const places = await readAttachPlaces(options.places, session.surroundings.stdin)
        if (now === true && yes !== true) {
          if (!(await confirmRun(`attach ${keyPair}`, places, { maxUnavailable, ...options }, session))) return 1
        }
        const takeEffect = now === true ? 'now' : 'next-restart'
        return submit('attach', options, session, (fleet, limits) =>
          fleet.attach(places, { keyPair, takeEffect, maxUnavailable, ...limits }),
        )
      }),
    )
}

/** Makes the command `fleet audit`: audits the key pairs of every place. */
export function auditCommand(run: RunCommand): CommandUnknownOpts {
  return withSubmission(new Command('audit'))
    .description('look for unused, weak and doubled key pairs in every place')
    .action((options) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        const places = await readPlaces(options.places, session.surroundings.stdin)
        return submit('audit', options, session, (fleet, limits) => fleet.audit(places, limits))
      }),
    )
}

/** Returns the new key of a rotation: a public key, or the file for a private key that is made once for all places. */
async function newKeyFor(
  name: string,
  publicKeyFile: string | undefined,
  generated: GeneratedKeyOptions,
  session: Session,
): Promise<NewKey> {
  const { publicKey, job, passphrase } = await newKeyOf(publicKeyFile, generated, session)
  if (publicKey !== undefined) return { name, publicKey }
  const { privateKeyFile = '', keyType } = job
  const ifFileExists = generated.reuse === true ? 'reuse' : 'refuse'
  return { name, save: saveToFile(privateKeyFile, { ifFileExists, passphrase }), keyType }
}

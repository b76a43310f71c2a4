import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { resolveTarget } from '../target.js'
import type { RunCommand } from '../commands.js'
import { readText } from '../instance-ids.js'
import { passphraseOption } from '../passphrase.js'
import { restartOptions } from '../restarts/change-options.js'
import { generatedKeyOf, mustGenerateNone, type NewKey } from '../restarts/new-key.js'
import { readPlan } from '../restarts/read-plan.js'
import { beginJob } from '../restarts/begin-or-resume.js'
import { keyTypeOption, keyTypes } from '../values.js'

/** Makes the command `apply`: does what a plan says, if the cloud is as it was when the plan was made. */
export function applyCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('apply')
    .argument('<file>', 'the file of the plan; - is the standard input')
    .option('--private-key <file>', 'the file for the new private key of a rotation')
    .option('--reuse', 'go on with the private key in the file, if an earlier run left one')
    .option('--passphrase <from>', passphraseOption)
    .addOption(new Option('--key-type <type>', keyTypeOption).choices(keyTypes))
    .addOption(
      new Option('--bits <bits>', 'bits of the RSA key; default: 3072').choices(['2048', '3072', '4096'] as const),
    )
    .option('--check <command>', restartOptions.check)
    .option('-y, --yes', restartOptions.yes)
    .action((file, { check, yes = false, ...generated }) =>
      run(async (session) => {
        const { options, surroundings } = session
        const plan = readPlan(await readText(file, surroundings.stdin), file)
        const { request } = plan
        const needsKey = request.operation === 'rotate' && request.publicKey === undefined
        if (!needsKey) mustGenerateNone(generated)
        const { job, passphrase }: NewKey = needsKey ? await generatedKeyOf(generated, session) : { job: {} }
        const wanted = {
          cloud: options.cloud ?? plan.provider,
          region: options.region ?? (plan.region || undefined),
          profile: options.profile,
          endpoint: options.endpoint ?? plan.endpoint,
        }
        const connection = await session.connect(resolveTarget(wanted, surroundings))
        return beginJob(session, connection, { request, check, ...job }, { yes, plan, passphrase })
      }),
    )
}

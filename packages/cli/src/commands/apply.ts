import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { resolveTarget } from '../account.js'
import type { Run } from '../commands.js'
import { readText } from '../instance-ids.js'
import { mustBeCreatable } from '../private-key.js'
import { restartOptions } from '../restarts/change-options.js'
import { mustGenerateNone, newKeyOf } from '../restarts/new-key.js'
import { readPlan } from '../restarts/read-plan.js'
import { beginJob } from '../restarts/run-restarts.js'
import { bitsOf, keyTypeOption, keyTypes, mustBeRsa } from '../values.js'

/** Makes the command `apply`: does what a plan says, if the cloud is as it was when the plan was made. */
export function applyCommand(run: Run): CommandUnknownOpts {
  return new Command('apply')
    .argument('<file>', 'the file of the plan; - is the standard input')
    .option('--private-key <file>', 'the file for the new private key of a rotation')
    .option('--reuse', 'go on with the private key in the file, if an earlier run left one')
    .addOption(new Option('--key-type <type>', keyTypeOption).choices(keyTypes))
    .addOption(new Option('--bits <bits>', 'bits of the RSA key; default: 3072').choices(['2048', '3072', '4096']))
    .option('--check <command>', restartOptions.check)
    .option('-y, --yes', restartOptions.yes)
    .action((file, { privateKey, reuse, keyType, bits, check, yes = false }) =>
      run(async (session) => {
        mustBeRsa(keyType, bits)
        const { stdin } = session.surroundings
        const plan = readPlan(await readText(file, stdin), file)
        const { request } = plan
        const needsKey = request.operation === 'rotate' && request.publicKey === undefined
        if (needsKey) await newKeyOf({ privateKey, publicKey: undefined, reuse, keyType, bits }, stdin)
        else mustGenerateNone({ privateKey, reuse, keyType, bits })
        if (privateKey !== undefined && reuse !== true) await mustBeCreatable(resolve(privateKey))
        const { options, surroundings } = session
        const wanted = {
          cloud: options.cloud ?? plan.provider,
          region: options.region ?? (plan.region || undefined),
          profile: options.profile,
          endpoint: options.endpoint ?? plan.endpoint,
        }
        const connection = await session.connect(resolveTarget(wanted, surroundings))
        const job = {
          request,
          check,
          ...(privateKey !== undefined && { privateKeyFile: resolve(privateKey) }),
          ...(keyType !== undefined && { keyType }),
          ...(bits !== undefined && { bits: bitsOf[bits] }),
        }
        return beginJob(session, connection, job, { yes, plan })
      }),
    )
}

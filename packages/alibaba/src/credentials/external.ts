import { execFile } from 'node:child_process'
import { err, ok, type Result } from '@cloud-keypair/core'
import { errorKind, type Finding, parseJson, timeOf, unusable } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import { textOf } from './config-file.js'
import { checkKeys, type Credentials } from './keys.js'
import { type Surroundings, variable } from './surroundings.js'
import { loadSplitCommand } from '../vendor.js'

// The form of the output and the switch: providers/external.ts of @alicloud/credentials, and config/profile.go of
// github.com/aliyun/aliyun-cli.

const switchName = 'ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS'
const limitMs = 60_000
const largestOutput = 1024 * 1024

const text = v.nullish(v.string())
const outputSchema = v.object({
  mode: v.nullish(v.picklist(['', 'AK', 'StsToken'])),
  access_key_id: text,
  access_key_secret: text,
  sts_token: text,
  expiration: text,
})

/** Runs the command of a profile of mode External. Neither the command nor its output is in a message. */
export async function findByCommand(
  { label, fields }: Profile,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const what = `${label}: its process_command`
  const command = textOf(fields, 'process_command')
  if (command === undefined) return unusable(`${what} is missing`)
  const off = variable(surroundings, switchName)?.toLowerCase()
  if (off === '1' || off === 'true') return unusable(`${what} is switched off by ${switchName}`)
  const args = await split(command)
  if (args.isErr()) return unusable(`${what} ${args.error}`)
  const output = await run(args.value, surroundings)
  if (output.isErr()) return unusable(`${what} failed (${output.error})`)
  const parsed = v.safeParse(outputSchema, parseJson(output.value))
  if (!parsed.success) return unusable(`${what} gave no credentials in the form that the vendor's command takes`)
  const { access_key_id, access_key_secret, sts_token, expiration } = parsed.output
  const keys = { accessKeyId: access_key_id, accessKeySecret: access_key_secret, securityToken: sts_token }
  return checkKeys({ ...keys, expiresAt: timeOf(expiration) }, `what ${what} gave`)
}

async function split(command: string): Promise<Result<readonly string[], string>> {
  const splitCommand = await loadSplitCommand()
  if (splitCommand.isErr()) return err(splitCommand.error.message)
  try {
    return ok(splitCommand.value(command))
  } catch {
    // The vendor's message is about quotes.
    return err('is not a command line: a quote or a backslash has no end')
  }
}

function run([file = '', ...args]: readonly string[], { environment }: Surroundings): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    const options = { env: environment, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: largestOutput } as const
    const child = execFile(file, args, options, (error, stdout) => {
      resolve(error === null ? ok(stdout) : err(endOf(error)))
    })
    // A command that asks something gets no answer, and need not wait for one.
    child.stdin?.end()
  })
}

function endOf({ code, killed }: { readonly code?: unknown; readonly killed?: boolean | undefined }): string {
  if (typeof code === 'number') return `exit code ${code}`
  return killed === true && code === null ? `it took longer than ${limitMs / 1000} s` : errorKind({ code })
}

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { runPnpm } from '../support/packed.js'

/** A call of the client. */
type Command = object

/** The client of AWS for Amazon EC2, as far as it is used. */
interface VendorClient {
  send(command: Command): Promise<unknown>
  destroy(): void
}

/** Commands by name, such as `DescribeKeyPairs`. */
const commandNames = [
  'CreateKeyPair',
  'CreateTags',
  'DeleteKeyPair',
  'DeleteTags',
  'DescribeInstances',
  'DescribeKeyPairs',
  'ImportKeyPair',
] as const

/** The name of a command. */
export type CommandName = (typeof commandNames)[number]

/** The package `@aws-sdk/client-ec2`, installed in a folder of its own. */
export interface VendorPackage extends AsyncDisposable {
  client(options: object): VendorClient
  command(name: CommandName, input: object): Command
}

const isConstructor = (value: unknown): boolean => typeof value === 'function'
const commandClass = v.custom<new (input: object) => Command>(isConstructor)
const packageSchema = v.object({
  EC2Client: v.custom<new (options: object) => VendorClient>(isConstructor),
  ...v.entriesFromList(
    commandNames.map((name) => `${name}Command` as const),
    commandClass,
  ),
})

/**
 * Installs the package by its own lock file outside the workspace, for which it is too large, and loads it. Rejects if it
 * cannot be installed.
 */
export async function loadVendorPackage(): Promise<VendorPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-aws-client-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await cp(fileURLToPath(new URL('client', import.meta.url)), folder, { recursive: true })
    await runPnpm(folder, 'install', '--ignore-workspace', '--frozen-lockfile', '--prefer-offline', '--silent')
    const path = createRequire(join(folder, 'package.json')).resolve('@aws-sdk/client-ec2')
    const loaded: unknown = await import(pathToFileURL(path).href)
    const { EC2Client, ...commands } = v.parse(packageSchema, loaded)
    return {
      client: (options) => new EC2Client(options),
      command: (name, input) => new commands[`${name}Command`](input),
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

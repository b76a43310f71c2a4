import { createHash, createHmac } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { HttpRequest } from '@cloud-keypair/core/http'
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
  /** Signs a request by the signer of AWS. Returns the header `authorization`. */
  authorizationOf(request: HttpRequest, access: SigningAccess): Promise<string>
}

/** The keys that a request is signed with. */
export interface SigningAccess {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

const signerSchema = v.object({
  SignatureV4: v.custom<new (options: object) => { sign(request: object, options: object): Promise<unknown> }>(
    (value) => typeof value === 'function',
  ),
})
const signedSchema = v.object({ headers: v.object({ authorization: v.string() }) })

/** The hash that the signer of AWS is given. */
class Sha256 {
  readonly #hash

  constructor(secret?: Uint8Array | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
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
    const signerPath = ['@aws-sdk/core', '@smithy/signature-v4'].reduce(
      (from, name) => createRequire(from).resolve(name),
      path,
    )
    const signer: unknown = await import(pathToFileURL(signerPath).href)
    const { SignatureV4 } = v.parse(signerSchema, signer)
    const { EC2Client, ...commands } = v.parse(packageSchema, loaded)
    return {
      client: (options) => new EC2Client(options),
      command: (name, input) => new commands[`${name}Command`](input),
      authorizationOf: async ({ method, url, headers, body }, { region, ...credentials }) => {
        const { hostname, pathname: path } = new URL(url)
        const { 'x-amz-date': date = '', 'content-type': contentType } = headers ?? {}
        // The signer adds the token, the date and the hash of the body itself.
        const own = {
          host: hostname,
          'content-length': String(Buffer.byteLength(body ?? '')),
          'content-type': contentType,
        }
        const request = { method, hostname, path, query: {}, headers: own, body }
        const signingDate = new Date(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
        const signer4 = new SignatureV4({ credentials, region, service: 'ec2', sha256: Sha256 })
        return v.parse(signedSchema, await signer4.sign(request, { signingDate })).headers.authorization
      },
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

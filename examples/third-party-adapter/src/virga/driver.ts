import { err, type KeyPairStore, type PowerState, Secret, type ServiceOptions } from '@cloud-keypair/core'
import * as core from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { createCall, type VirgaOptions } from './api.js'
import { capabilities } from './capabilities.js'

const text = v.string()
const keyPair = v.pipe(
  v.object({ KeyName: text, Fingerprint: text, Labels: v.record(text, text) }),
  v.transform(({ KeyName: name, Fingerprint: fingerprint, Labels: tags }) => ({ name, fingerprint, tags })),
)
// A secret before anything else sees it.
const secretOf = (pem: string): Secret => new Secret(pem)
const generated = v.object({ Key: keyPair, PrivateKey: v.pipe(text, v.nonEmpty(), v.transform(secretOf)) })
const powers = new Map<string, PowerState>([
  ['Up', 'running'],
  ['Down', 'stopped'],
  ['Booting', 'starting'],
])
const server = v.pipe(
  v.object({ ServerId: text, State: text, LaunchKey: v.optional(text) }),
  v.transform(({ ServerId: id, State, LaunchKey: name }) => ({
    id,
    power: powers.get(State) ?? 'other',
    ...(name !== undefined && { keyPair: { name } }),
  })),
)
const done = v.object({})
const nameOf = (handle: core.KeyPairHandle): string => (handle.by === 'name' ? handle.name : handle.id)
const unsupported = core.refusal('unsupported', 'Virga keeps labels, and nothing else about a key pair')

/** Makes the store of Virga, whose servers keep the key pair of their launch. */
export function createVirgaKeyPairStore(options: VirgaOptions & ServiceOptions): KeyPairStore {
  return core.createKeyPairStore(createVirgaDriver(options), options)
}

/** Makes the driver of Virga: one call of its API each. */
export function createVirgaDriver(options: VirgaOptions): core.KeyPairStoreDriver {
  const transport = options.transport ?? createHttpTransport()
  const call = createCall(options, transport)

  async function read<T>(action: string, item: v.GenericSchema<unknown, T>, which: object, context: core.CallContext) {
    const page = v.object({ Items: v.array(item), NextToken: v.optional(text) })
    const answer = await call({ action, mutating: false, parameters: which }, page, context)
    return answer.map(({ Items: items, NextToken: next }): core.Page<T> => ({ items, ...(next && { cursor: next }) }))
  }

  const change = <T>(action: string, more: object, schema: v.GenericSchema<unknown, T>, context: core.CallContext) =>
    call({ action, mutating: true, parameters: { ...more, ClientToken: context.token } }, schema, context)

  return {
    provider: 'virga',
    location: { region: '', endpoint: options.endpoint },
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    doDescribeKeyPairs(request, context) {
      const names = request.kind === 'exact' && { KeyNames: request.keyPairs.map(nameOf) }
      return read('ListKeys', keyPair, { ...names, NextToken: request.cursor }, context)
    },
    doImportKeyPair: ({ name, publicKey, tags }, context) =>
      change('ImportKey', { KeyName: name, PublicKey: publicKey, Labels: tags }, keyPair, context),
    async doCreateKeyPair({ name, tags }, context) {
      const made = await change('CreateKey', { KeyName: name, Labels: tags }, generated, context)
      return made.map(({ Key, PrivateKey }) => ({ keyPair: Key, privateKey: PrivateKey }))
    },
    async doUpdateKeyPair({ keyPair: { name: KeyName }, change: wanted }, context) {
      if (wanted.kind !== 'set-tags' && wanted.kind !== 'remove-tags') return err(unsupported)
      const labels = wanted.kind === 'set-tags' ? { Set: wanted.tags } : { Remove: wanted.keys }
      return (await change('LabelKey', { KeyName, ...labels }, done, context)).map(() => null)
    },
    async doDeleteKeyPairs([keyPair], context) {
      const id = keyPair?.name ?? ''
      return (await change('DeleteKey', { KeyName: id }, done, context)).map(() => [{ id, ok: true }])
    },
    doDescribeInstances(request, context) {
      const LaunchKey = request.kind === 'bound-to' ? request.keyPair.name : undefined
      return read('ListServers', server, { LaunchKey, NextToken: request.cursor }, context)
    },
    close: async () => (options.transport === undefined ? transport.close() : undefined),
  }
}

import { err, type KeyPairService, type PowerState, type ServiceOptions } from '@cloud-keypair/core'
import * as core from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { createCall, type GraupelOptions } from './api.js'
import { capabilities } from './capabilities.js'

const id = v.string()
const keyPair = v.object({ id, name: v.string(), tags: v.record(v.string(), v.string()) })
const powers = new Map<string, PowerState>([
  ['on', 'running'],
  ['off', 'stopped'],
  ['booting', 'starting'],
])
const instance = v.pipe(
  v.object({ id, state: v.string(), keyPair: v.exactOptional(v.object({ id })) }),
  v.transform(({ state, ...rest }) => ({ ...rest, power: powers.get(state) ?? 'other' })),
)
const idOf = (handle: core.KeyPairHandle): string => (handle.by === 'id' ? handle.id : handle.name)
const unsupported = core.refusal('unsupported', 'Graupel has no such action')

/** Makes the service of Graupel. */
export function createGraupelKeyPairService(options: GraupelOptions & ServiceOptions): KeyPairService {
  return core.createKeyPairService(createGraupelDriver(options), options)
}

/** Makes the driver of Graupel: one call of its API each. */
export function createGraupelDriver(options: GraupelOptions): core.KeyPairDriver {
  const transport = options.transport ?? createHttpTransport()
  const call = createCall(options, transport)

  async function read<T>(action: string, item: v.GenericSchema<unknown, T>, which: object, context: core.CallContext) {
    const page = v.object({ items: v.array(item), total: v.number(), offset: v.number() })
    const answer = await call({ action, mutating: false, parameters: which }, page, context)
    return answer.map(({ items, total, offset }): core.Page<T> => {
      const next = offset + items.length
      return { items, total, ...(next < total && { cursor: String(next) }) }
    })
  }

  /** Changes items. Graupel changes all of them or none, and tells only their number. */
  async function change(action: string, items: readonly string[], parameters: object, context: core.CallContext) {
    const changed = v.object({ count: v.literal(items.length) })
    const answer = await call({ action, mutating: true, items, parameters }, changed, context)
    return answer.map(() => items.map((id) => ({ id, ok: true }) as const))
  }

  // Never forced: then Graupel would stop an instance that runs, and its power is the caller's.
  const changeKey = (action: string, { keyPair, instanceIds }: core.ChangeKeyRequest, context: core.CallContext) =>
    change(action, instanceIds, { keyPairId: idOf(keyPair), instanceIds, forceStop: false }, context)

  return {
    provider: 'graupel',
    location: { region: '', endpoint: options.endpoint },
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    doDescribeKeyPairs(request, context) {
      const which = request.kind === 'list' ? {} : { idsOrNames: request.keyPairs.map(idOf) }
      const page = { offset: Number(request.cursor ?? 0), limit: request.kind === 'list' ? request.pageSize : 100 }
      return read('ListKeyPairs', keyPair, { ...which, ...page }, context)
    },
    async doImportKeyPair({ name, publicKey, tags }, context) {
      const request = { action: 'ImportKeyPair', mutating: true, parameters: { name, publicKey, tags } }
      return (await call(request, v.object({ id }), context)).map((made) => ({ ...made, name, tags }))
    },
    doDeleteKeyPairs(keyPairs, context) {
      const ids = keyPairs.map((listed) => listed.id ?? listed.name)
      return change('DeleteKeyPairs', ids, { ids }, context)
    },
    doDescribeInstances(request, context) {
      const ids = request.kind === 'exact' ? request.instanceIds : undefined
      const keyPairId = request.kind === 'bound-to' ? request.keyPair.id : undefined
      const page = { offset: Number(request.cursor ?? 0), limit: 100 }
      return read('ListInstances', instance, { ids, keyPairId, ...page }, context)
    },
    doAttachKeyPair: (request, context) => changeKey('AttachKeyPair', request, context),
    doDetachKeyPair: (request, context) => changeKey('DetachKeyPair', request, context),
    doStopInstances: (request, context) => change('StopInstances', request.instanceIds, request, context),
    doStartInstances: (request, context) => change('StartInstances', request.instanceIds, request, context),
    doRebootInstances: (request, context) => change('RebootInstances', request.instanceIds, request, context),
    doCreateKeyPair: async () => err(unsupported),
    doUpdateKeyPair: async () => err(unsupported),
    close: async () => (options.transport === undefined ? transport.close() : undefined),
  }
}

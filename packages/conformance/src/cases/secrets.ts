import { inspect } from 'node:util'
import { collect, type Secret } from '@cloud-keypair/core'
import type { ItemFailure } from '@cloud-keypair/core/driver'
import { attaches, type Case, onInstances, proves } from '../case-context.js'
import { contextOf, driverFailure, given, givenInstances, handleOf, itemFailure, okOf } from '../expect.js'
import { must } from '../must.js'

// All that a case hears, and all that is printed meanwhile, is searched for secrets after each case. Here are the ways in
// which a secret comes nearest to getting out.
export const secretCases: readonly Case[] = [
  proves(
    'KP-SECRET-01',
    5,
    'no private key, access key or token is in any result, error or event, whatever fails',
    async (context) => {
      const { capabilities, service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 3)
      const save = async (key: { reveal(): string }): Promise<void> => {
        throw new Error(`no room for ${key.reveal()}`, { cause: new Error(key.reveal()) })
      }
      must((await service.create({ name: 'unsaved', save })).isErr())
      if (capabilities.createInCloud) {
        await world.fault({ on: 'create', kind: 'garbled', how: 'truncated', commit: true })
        must((await service.createInCloud({ name: 'cutOff' })).isErr())
      }
      const change = attaches(service)
        ? ({ on: 'attach', make: () => service.attach(keyPair, ids) } as const)
        : ({ on: 'import', make: () => service.import({ name: 'new', publicKey: keyOf(context) }) } as const)
      for (const kind of ['denied', 'throttled'] as const) {
        await world.fault({ on: change.on, kind, times: Infinity })
        must((await change.make()).isErr())
        await world.clearFaults()
      }
      for (const kind of ['reset', 'silence', 'server-error'] as const) {
        await world.fault({ on: 'lookup', kind, commit: false, times: 30 })
        must((await service.get(keyPair)).isErr())
        await world.clearFaults()
      }
    },
    ['denied', 'throttled', 'reset', 'silence', 'server-error', 'garbled'],
  ),

  proves('KP-SECRET-02', 5, 'a private key is redacted in every form in which a value is written', async (context) => {
    const { capabilities, service } = context
    const shown: unknown[] = []
    okOf(
      await service.create({
        name: 'here',
        save: async (privateKey) => void shown.push(privateKey),
      }),
    )
    const [made] = okOf(await collect(service.list(), { max: 1 }))
    must(made !== undefined)
    shown.push(okOf(await service.get(made)))
    if (capabilities.createInCloud) shown.push(okOf(await service.createInCloud({ name: 'there' })))
    const pems = context.keys.map(({ privateKey }) => privateKey.reveal().split('\n').at(-4) ?? '')
    for (const value of shown) {
      const forms = [
        String(value),
        JSON.stringify(value),
        inspect(value, { depth: 10, showHidden: true }),
        `${JSON.stringify([value])}`,
      ]
      for (const form of forms) must(!pems.some((line) => form.includes(line)), 'a private key is written out')
    }
  }),

  proves('KP-SECRET-03', 5, 'a line of the private key in an error of a save is redacted', async (context) => {
    const lines: string[] = []
    for (const at of [1, -3]) {
      const save = async (privateKey: Secret): Promise<void> => {
        const line = privateKey.reveal().split('\n').at(at) ?? ''
        lines.push(line)
        throw new Error(`cannot write "${line}"`)
      }
      const result = await context.service.create({ name: 'unsaved', save })
      must(result.isErr())
      const shown = inspect(result.error, { depth: 10, showHidden: true })
      must(!lines.some((line) => line !== '' && shown.includes(line)), 'a line of a private key is in the error')
    }
  }),

  proves(
    'KP-SECRET-04',
    5,
    'tells what the cloud says of a call, without the credentials that the cloud quotes',
    async (context) => {
      const { canaries, capabilities, driver, world } = context
      const request = {
        kind: 'list',
        cursor: undefined,
        pageSize: capabilities.pageSize,
        namePrefix: '',
        md5Fingerprint: undefined,
        tags: {},
        group: undefined,
      } as const
      for (const [index, secret] of quotable(canaries).entries()) {
        await world.fault({ on: 'list', kind: 'denied', message: sentenceWith(secret) })
        const answer = await driver.doDescribeKeyPairs(request, contextOf(context, `list-${index}`))
        verifyQuoted(driverFailure(answer), canaries)
      }
    },
    ['denied'],
  ),

  onInstances(
    'KP-SECRET-05',
    5,
    'tells what the cloud says of an item, without the credentials that the cloud quotes',
    async (context) => {
      const { canaries, driver, world } = context
      const keyPair = handleOf(await given(context, { name: 'deploy' }))
      for (const [index, secret] of quotable(canaries).entries()) {
        const instanceIds = await givenInstances(context, 1, { prefix: `i${index}` })
        await world.fault({
          on: 'attach',
          kind: 'items',
          ids: instanceIds,
          as: 'strange',
          message: sentenceWith(secret),
        })
        const answer = await driver.doAttachKeyPair({ keyPair, instanceIds }, contextOf(context, `attach-${index}`))
        verifyQuoted(itemFailure(answer), canaries)
      }
    },
    ['items'],
  ),
  proves(
    'KP-SECRET-06',
    5,
    'tells no credential of a request that a refusal repeats',
    async (context) => {
      const { canaries, driver, service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = attaches(service) ? await givenInstances(context, 1) : []
      const read = { kind: 'exact', keyPairs: [handleOf(keyPair)], cursor: undefined } as const
      const calls = [
        ['list', () => collect(service.list(), { max: 10 })],
        ['lookup', () => service.get(keyPair)],
        ['import', () => service.import({ name: 'new', publicKey: keyOf(context) })],
        ...(attaches(service) ? [['attach', () => service.attach(keyPair, ids)] as const] : []),
      ] as const
      for (const by of ['cloud', 'gateway'] as const) {
        for (const [on, call] of calls) {
          await world.fault({ on, kind: 'echo', by, times: Infinity })
          must((await call()).isErr(), `${on} succeeds although it is refused`)
          await world.clearFaults()
        }
        await world.fault({ on: 'lookup', kind: 'echo', by })
        const told = JSON.stringify(driverFailure(await driver.doDescribeKeyPairs(read, contextOf(context, by))))
        must(!canaries.some((secret) => told.includes(secret)), 'the credentials are in what the refusal repeats')
      }
    },
    ['echo'],
  ),
]

/** Returns the credentials that a cloud may quote; if there are none, another text. */
function quotable(canaries: readonly string[]): readonly string[] {
  return canaries.length === 0 ? ['somebody'] : canaries
}

function sentenceWith(secret: string): string {
  return `Refused for ${secret} on this day.`
}

/** Verifies that a failure has the sentence of the cloud, without credentials. */
function verifyQuoted(failure: ItemFailure, canaries: readonly string[]): void {
  const told = JSON.stringify(failure)
  must(told.includes('efused for ') && told.includes(' on this day'), `${told} lacks what the cloud said`)
  must(!canaries.some((secret) => told.includes(secret)), 'the credentials are in what the cloud said')
}

function keyOf({
  keys: [key],
}: {
  readonly keys: readonly { readonly publicKey: { readonly line: string } }[]
}): string {
  must(key !== undefined)
  return key.publicKey.line
}

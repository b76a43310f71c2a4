import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { collect, generateKeyPair, type KeyPairService, type UpdateOptions } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Account, alibabaEcsAccount, alibabaEnsAccount, volcengineAccount } from './accounts.js'
import { read } from './documents.js'
import { impatientClock } from './impatient-clock.js'

// The table of permissions by operation, held against what each operation asks of each cloud.

/** An answer that may be an error. */
interface Answer {
  isErr(): boolean
}

type Work = (service: KeyPairService) => Promise<readonly Answer[]>

const stopped = { name: 'on-stopped' }
const running = { name: 'on-running' }
const unused = { name: 'unused' }
const save = async (): Promise<void> => undefined
let publicKey = ''

beforeAll(async () => {
  publicKey = (await generateKeyPair({ bits: 2048 })).publicKey.line
})

/** The operation of each row of the table. */
const rows: ReadonlyMap<string, Work> = new Map<string, Work>([
  ['`get`, `list`', async (service) => [await service.get(unused), await collect(service.list(), { max: 9 })]],
  [
    '`usages`, `audit`, `plan`',
    async (service) => [
      await collect(service.usages(stopped), { max: 9 }),
      await service.audit(),
      await service.plan({ operation: 'rotate', replaced: running, name: 'fresh', publicKey }),
    ],
  ],
  [
    '`create`, `import`, `ensure`',
    async (service) => [
      await service.create({ name: 'created', ...tagsOf(service), save, bits: 2048 }),
      await service.import({ name: 'imported', publicKey, ...tagsOf(service) }),
      await service.ensure({ name: 'ensured', publicKey }),
    ],
  ],
  ['`createInCloud`', async (service) => [await service.createInCloud({ name: 'created', ...tagsOf(service) })]],
  [
    '`update`, `ensure` of what is there',
    async (service) => {
      const answers: Answer[] = []
      for (const update of updatesOf(service)) answers.push(await service.update(unused, update))
      return answers
    },
  ],
  ['`delete`, `deleteMany`', async (service) => [await service.delete(unused)]],
  ["`delete` with `ifInUse: 'detach'`", async (service) => [await service.delete(stopped, { ifInUse: 'detach' })]],
  [
    '`attach`, `detach`',
    async (service) => [await service.detach(stopped, ['i-1']), await service.attach(stopped, ['i-1'])],
  ],
  [
    "`attach`, `detach` with `takeEffect: 'now'`",
    async (service) => [
      await service.detach(running, ['i-2'], { takeEffect: 'now' }),
      await service.attach(running, ['i-2'], { takeEffect: 'now' }),
    ],
  ],
  ['`rotate`', async (service) => [await service.rotate(running, { name: 'fresh', publicKey })]],
])

function tagsOf({ capabilities }: KeyPairService): { readonly tags?: Readonly<Record<string, string>> } {
  return capabilities.tags === 'none' ? {} : { tags: { team: 'a' } }
}

function updatesOf({ capabilities, provider }: KeyPairService): readonly UpdateOptions[] {
  return [
    ...(capabilities.description === 'any-time' ? [{ description: 'new' }] : []),
    ...(capabilities.tags === 'any-time' ? [{ tags: { team: 'b' } }, { tags: { team: null } }] : []),
    ...(provider === 'alibaba-ecs' ? [{ group: 'rg-other' }] : []),
  ]
}

/** Permissions that a row needs in cases that do not occur here: a repair, a refusal, a missing key pair. */
const rare: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> = new Map([
  ['`delete`, `deleteMany`', { 'Volcengine ECS': ['DescribeInstances'], 'Alibaba Cloud ECS': ['DescribeInstances'] }],
  ['`attach`, `detach`', { 'Volcengine ECS': ['DescribeKeyPairs'], 'Alibaba Cloud ECS': ['DescribeKeyPairs'] }],
  [
    "`attach`, `detach` with `takeEffect: 'now'`",
    { 'Volcengine ECS': ['StartInstances'], 'Alibaba Cloud ECS': ['StartInstances'] },
  ],
  [
    '`rotate`',
    {
      'Volcengine ECS': ['StartInstances'],
      'Alibaba Cloud ECS': ['StartInstances'],
      'Alibaba Cloud ENS': ['DetachKeyPair'],
    },
  ],
])

/** Returns the actions of each row, in the column of a cloud. */
function tableOf(cloud: string): ReadonlyMap<string, readonly string[]> {
  const lines = read('docs/permissions.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const column = lines.find((cells) => cells.includes(cloud))?.indexOf(cloud) ?? 0
  return new Map(
    lines.map((cells) => [cells[1] ?? '', [...(cells[column] ?? '').matchAll(/\w{6,}/g)].map(String).sort()]),
  )
}

describe.each([
  ['Volcengine ECS', volcengineAccount, createVolcengineKeyPairService],
  ['Alibaba Cloud ECS', alibabaEcsAccount, createAlibabaEcsKeyPairService],
  ['Alibaba Cloud ENS', alibabaEnsAccount, createAlibabaEnsKeyPairService],
] as const)('on %s', (cloud, open: () => Promise<Account>, create) => {
  it.each([...rows])('%s asks for the permissions that the table names', async (row, work) => {
    const account = await open()
    const { simulator, environment } = account
    for (const { name } of [stopped, running, unused]) simulator.world.seedKeyPair({ name })
    account.seedStopped([{ id: 'i-1', keyPair: stopped.name }])
    simulator.world.seedInstances([{ id: 'i-2', keyPair: running.name }])
    await using service = create({ testing: { environment, clock: impatientClock() }, endpoint: simulator.url })
    const answers = await work(service)
    expect(answers.map((answer) => answer.isErr())).toEqual(answers.map(() => false))
    const asked = new Set([...simulator.calls.map(({ action }) => action), ...(rare.get(row)?.[cloud] ?? [])])
    expect(tableOf(cloud).get(row)).toEqual([...asked].sort())
    await simulator.close()
  })
})

import type { HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import type { ProbeOutcome } from '../src/probe.js'
import { reportOf, summaryOf, tell, type Probed } from '../src/report.js'
import type { ProbeOptions } from '../src/session.js'
import { instanceId, createMaterials, providers, startWorld, type ProbedWorld } from './worlds.js'

const materials = createMaterials()

/** A transport that changes what the cloud says. */
const saying =
  (change: (text: string) => string) =>
  (transport: HttpTransport): HttpTransport => ({
    close: () => transport.close(),
    send: async (request, signal) =>
      (await transport.send(request, signal)).map((response) => ({ ...response, text: change(response.text) })),
  })

async function probed(
  world: ProbedWorld,
  change?: Partial<ProbeOptions>,
  wrap?: (transport: HttpTransport) => HttpTransport,
): Promise<Probed> {
  const outcome: ProbeOutcome = await world.probe(change, wrap)
  return outcome.kind === 'probed' ? outcome : expect.unreachable(outcome.why)
}

test.each([
  ['volcengine', 'probe: 15 of 19 variants as assumed, 0 differ, 4 not asked, nothing left behind'],
  ['alibaba-ecs', 'probe: 18 of 19 variants as assumed, 0 differ, 1 not asked, nothing left behind'],
  ['alibaba-ens', 'probe: 25 of 27 variants as assumed, 0 differ, 2 not asked, nothing left behind'],
] as const)('of %s as it is assumed to be, the last line counts what was found', async (provider, line) => {
  await using world = await startWorld(provider, { variants: {}, running: true }, materials)
  const outcome = await probed(world)
  const lines = reportOf(outcome, world.cloud.vendorApi(outcome.region)).split('\n')
  expect(lines.at(-1)).toBe(line)
})

test('a row has the variant, the assumption, the answer, and the request that shows it', async () => {
  const variants = { inUseCode: 'InvalidKeyPair.Bound', powerChangeMs: 45_000 }
  await using world = await startWorld('volcengine', { variants, running: true }, materials)
  const outcome = await probed(world, { login: undefined })
  const lines = reportOf(outcome, world.cloud.vendorApi(outcome.region)).split('\n')
  expect(lines[0]).toMatch(/^variant +the simulator assumes +this cloud +evidence$/)
  expect(lines.find((line) => line.startsWith('inUseCode'))).toMatch(
    /^inUseCode +OperationDenied\.KeyPairInUse +≠ InvalidKeyPair\.Bound +DeleteKeyPairs InvalidKeyPair\.Bound 2\w{33}$/,
  )
  expect(lines.find((line) => line.startsWith('powerChangeMs'))).toMatch(/20000 +≠ more than 40000, at most 45000 /)
  expect(lines.find((line) => line.startsWith('secondChange'))).toMatch(/wins +\? not asked +needs --login$/)
  expect(lines.at(-1)).toBe('probe: 12 of 19 variants as assumed, 2 differ, 5 not asked, nothing left behind')
})

test('a behaviour that no variant describes is reported as seen', async () => {
  await using world = await startWorld('volcengine', { variants: {}, running: true }, materials)
  const strange = saying((text) =>
    text
      .replaceAll('OperationDenied.KeyPairInUse', 'KeyPair.StillInUse')
      .replaceAll(/"FingerPrint":"[0-9a-f]+"/g, '"FingerPrint":"SHA256:47DEQpj8HBSa"'),
  )
  const outcome = await probed(world, {}, strange)
  const { rows, left } = outcome
  const answers = new Map(rows.map(({ variant, answer }) => [variant, answer]))
  expect(answers.get('inUseCode')).toMatchObject({ kind: 'other', seen: 'KeyPair.StillInUse' })
  expect(answers.get('fingerprint')).toMatchObject({
    kind: 'other',
    seen: '19 characters that no sum of the key gives',
  })
  expect(reportOf(outcome, world.cloud.vendorApi(outcome.region))).toMatch(
    /inUseCode +\S+ +≠ other +KeyPair\.StillInUse: DeleteKeyPairs KeyPair\.StillInUse 2\w{33}\n/,
  )
  expect(summaryOf(rows, left)).toBe('probe: 13 of 19 variants as assumed, 2 differ, 4 not asked, nothing left behind')
})

test.each(providers)(
  'on %s, a key pair that cannot be deleted is named with the call that deletes it',
  async (provider) => {
    await using world = await startWorld(provider, { variants: {}, running: true }, materials)
    world.simulator.fault({ kind: 'refuse', action: 'DeleteKeyPairs', times: Infinity, status: 400, code: 'Strange' })
    const outcome = await probed(world)
    const report = reportOf(outcome, world.cloud.vendorApi(outcome.region))
    const own = world.look().keyPairs.filter((keyPair) => !keyPair.includes('canary'))
    expect(own.length).toBeGreaterThan(2)
    expect(outcome.left.map(({ call }) => call.action)).toEqual(own.map(() => 'DeleteKeyPairs'))
    for (const keyPair of own) {
      const [id = '', name = ''] = keyPair.split(' ')
      const command = {
        volcengine: `ve ecs DeleteKeyPairs --KeyPairNames.1 ${name}`,
        'alibaba-ecs': `aliyun ecs DeleteKeyPairs --RegionId cn-beijing --KeyPairNames '["${name}"]'`,
        'alibaba-ens': `aliyun ens DeleteKeyPairs --KeyPairId ${id}`,
      }[provider]
      expect(report).toContain(`left behind: key pair ${name} is there (Strange)\n  ${command}\n`)
    }
    expect(report).toMatch(new RegExp(`, ${own.length} left behind$`))
  },
)

test('an instance that cannot be started again is named', async () => {
  await using world = await startWorld('alibaba-ecs', { variants: {}, running: true }, materials)
  world.simulator.fault({ kind: 'refuse', action: 'StartInstances', times: Infinity, status: 403, code: 'No.Stock' })
  const outcome = await probed(world)
  const report = reportOf(outcome, world.cloud.vendorApi(outcome.region))
  expect(report).toContain(`left behind: instance ${instanceId} may not be running, as it was (`)
  expect(report).toContain(`\n  aliyun ecs StartInstances --RegionId cn-beijing --InstanceId.1 ${instanceId}\n`)
  expect(world.look().keyPairs).toHaveLength(1)
})

test.each(providers)('without an instance, the questions for %s are listed', async (provider) => {
  await using world = await startWorld(provider, { variants: {}, running: true }, materials)
  const told = tell(world.cloud)
  for (const variant of Object.keys(world.cloud.assumed)) expect(told).toContain(`\n  ${variant}: `)
  expect(told).toContain('Nothing was called')
})

test.each([
  ['volcengine', 'LackPolicy'],
  ['alibaba-ecs', 'Forbidden.RAM'],
  ['alibaba-ens', 'NoPermission'],
] as const)('on %s, a call without permission is no answer', async (provider, code) => {
  await using world = await startWorld(provider, { variants: {}, running: true }, materials)
  world.simulator.fault({ kind: 'refuse', action: 'DetachKeyPair', times: Infinity, status: 403, code })
  const { rows } = await probed(world)
  const asked = rows.filter(({ answer }) => answer.kind !== 'not-asked').map(({ answer }) => JSON.stringify(answer))
  expect(asked.filter((answer) => answer.includes(code))).toEqual([])
  const why = rows.flatMap(({ answer }) => (answer.kind === 'not-asked' ? [answer.why] : []))
  expect(why).toContain(`no permission for DetachKeyPair (${code})`)
})

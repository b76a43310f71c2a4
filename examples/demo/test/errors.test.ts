import { err, type KeyPairErrorCode } from '@cloud-keypair/core'
import { createKeyPairService, type CallFailureCode } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { describe, expect, it } from 'vitest'
import { blocks, read } from './documents.js'

/** True if a driver may give the code; the others are made by core. */
const codes = {
  'invalid-argument': true,
  unauthenticated: true,
  'permission-denied': true,
  'not-found': true,
  'already-exists': true,
  conflict: true,
  'in-use': true,
  incomplete: false,
  'instance-state': true,
  'instance-unsupported': true,
  'quota-exceeded': true,
  capacity: true,
  billing: true,
  throttled: true,
  busy: true,
  unsupported: true,
  unavailable: true,
  network: true,
  timeout: true,
  aborted: true,
  storage: false,
  'invalid-response': true,
  unknown: true,
} as const satisfies Record<KeyPairErrorCode, boolean>

const sections = new Map(
  read('docs/errors.md')
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`(.+)`/.exec(section)?.[1] ?? '', section]),
)

function isDriverCode(code: string): code is CallFailureCode {
  return Object.entries(codes).some(([name, isOfDriver]) => name === code && isOfDriver)
}

describe('the page of errors', () => {
  it('has every code, in the order of their declaration', () => {
    expect([...sections.keys()]).toEqual(Object.keys(codes))
  })

  it('lists every code in its index, with the status that the recipe gives', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| \[`([\w-]+)`\]\(#\1\).*\| (\d+) +\|$/gm)]
    const recipe = blocks().find(({ language, code }) => language === 'js' && code.includes('export const statuses'))
    const statuses = [...(recipe?.code ?? '').matchAll(/^ {2}'?([\w-]+)'?: (\d+),$/gm)]
    expect(rows.map(([, code]) => code)).toEqual(Object.keys(codes))
    expect(rows.map(([, code, status]) => [code, status])).toEqual(statuses.map(([, code, status]) => [code, status]))
  })

  it.each([...sections.keys()].filter(isDriverCode))('tells if %s may be retried', async (code) => {
    const { driver } = createMemoryCloud()
    const failing = createKeyPairService({
      ...driver,
      doDescribeKeyPairs: async () => err({ code, message: 'so', outcome: 'none', transient: false, scope: 'call' }),
    })
    const result = await failing.get({ name: 'deploy' })
    expect(result.isErr() && result.error.code).toBe(code)
    expect(sections.get(code)).toContain(`Retry: \`${result.isErr() ? result.error.retry : ''}\``)
  })

  it('describes the codes that core makes', async () => {
    const { driver, world } = createMemoryCloud()
    const service = createKeyPairService(driver)
    const save = (): Promise<void> => Promise.reject(new Error('full'))
    await world.seedKeyPairs([{ name: 'deploy' }])
    await world.seedInstances([{ id: 'i-windows', kind: 'windows' }])
    const answers = [
      await service.create({ name: 'new', save, bits: 2048 }),
      await service.attach({ name: 'deploy' }, ['i-windows']),
    ]
    const errors = answers.flatMap((answer) => (answer.isErr() ? [answer.error] : []))
    expect(errors.map(({ code, retry, outcome }) => ({ code, retry, outcome }))).toEqual([
      { code: 'storage', retry: 'after-check', outcome: 'none' },
      { code: 'incomplete', retry: 'after-check', outcome: 'none' },
    ])
    for (const { code, retry } of errors) expect(sections.get(code)).toContain(`Retry: \`${retry}\``)
  })
})

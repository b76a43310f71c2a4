import { expect, test } from 'vitest'
import { collect } from '../../src/service/unwrap-results.js'
import type { CallFailure, KeyPairDriver, Page } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { err, ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { ServiceOptions } from '../../src/service/service-options.js'
import { denied, stubDriver } from '../stub-driver.js'

/** Makes the page of one key pair. A list of `total` pages is paged by offset. */
function pageOf(number: number, total: number): Page<KeyPair> {
  const cursors = Array.from({ length: Math.max(0, total - number) }, (_, index) => String(number + 1 + index))
  const [cursor, ...ahead] = cursors
  return { items: [{ name: `k-${number}` }], total, ...(cursor !== undefined && { cursor, ahead }) }
}

interface Reading {
  readonly reads: readonly number[]
  /** The largest number of reads that were open at once. */
  mostOpen(): number
  readonly service: ReturnType<typeof createKeyPairService>
}

/** Makes a service that lists pages; the answer of an earlier page comes later. */
function reading(
  read: (number: number, reads: number) => Page<KeyPair> | CallFailure,
  options?: ServiceOptions,
): Reading {
  const reads: number[] = []
  let open = 0
  let most = 0
  const doDescribeKeyPairs: KeyPairDriver['doDescribeKeyPairs'] = async ({ cursor = '1' }) => {
    const number = Number(cursor)
    reads.push(number)
    const answer = read(number, reads.length)
    open += 1
    most = Math.max(most, open)
    for (let turn = 20 - (number % 10); turn > 0; turn -= 1) await Promise.resolve()
    open -= 1
    return 'items' in answer ? ok(answer) : err(answer)
  }
  return { reads, mostOpen: () => most, service: createKeyPairService(stubDriver({ doDescribeKeyPairs }), options) }
}

async function namesOf(service: Reading['service']): Promise<readonly string[]> {
  const names: string[] = []
  for await (const listed of service.list()) names.push(listed.isOk() ? listed.value.name : listed.error.code)
  return names
}

const numbers = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

test('a list by offset reads its first page alone and then four pages at a time, and gives them in their order', async () => {
  const { service, reads, mostOpen } = reading((number) => pageOf(number, 10))
  expect(await namesOf(service)).toEqual(numbers(10).map((number) => `k-${number}`))
  expect(reads.toSorted((one, other) => one - other)).toEqual(numbers(10))
  expect(mostOpen()).toBe(4)
})

test('a list by offset keeps the concurrency of its service', async () => {
  const { service, mostOpen } = reading((number) => pageOf(number, 10), { concurrency: 2 })
  expect(await namesOf(service)).toHaveLength(10)
  expect(mostOpen()).toBe(2)
})

test('a list that gives no positions ahead reads one page after another', async () => {
  const { service, mostOpen } = reading((number) => {
    const { ahead: _, ...page } = pageOf(number, 10)
    return page
  })
  expect(await namesOf(service)).toHaveLength(10)
  expect(mostOpen()).toBe(1)
})

test('a consumer that stops after the first page reads no other', async () => {
  const { service, reads } = reading((number) => pageOf(number, 10))
  expect((await collect(service.list(), { max: 0 })).isErr()).toBe(true)
  expect(reads).toEqual([1])
})

test('pages before one that fails are given, then its error, and nothing else', async () => {
  const { service } = reading((number) => (number === 4 ? denied : pageOf(number, 10)))
  expect(await namesOf(service)).toEqual(['k-1', 'k-2', 'k-3', 'permission-denied'])
})

test('a list whose total changes between pages that are read at once is read again', async () => {
  // A new first one moves all others after the fifth read: `k-5` is read by nobody in the first round.
  const { service, reads } = reading((number, count) => {
    if (count <= 5) return pageOf(number, 9)
    return { ...pageOf(number, 10), items: [{ name: number === 1 ? 'new' : `k-${number - 1}` }] }
  })
  expect((await namesOf(service)).toSorted()).toEqual(['new', ...numbers(9).map((number) => `k-${number}`)].toSorted())
  expect(reads.filter((number) => number === 1)).toHaveLength(2)
})

test('a list that ends earlier than it said drops the pages that it read in vain', async () => {
  const { service, reads } = reading((number, count) =>
    count > 1 && number > 2 ? denied : pageOf(number, count === 1 ? 5 : 2),
  )
  expect(await namesOf(service)).toEqual(['k-1', 'k-2'])
  expect(reads.filter((number) => number === 1)).toHaveLength(2)
})

test('positions ahead that do not follow the page cost calls, and neither lose nor add an item', async () => {
  const { service } = reading((number) => ({ ...pageOf(number, 5), ...(number < 5 && { ahead: ['7', '5'] }) }))
  expect(await namesOf(service)).toEqual(numbers(5).map((number) => `k-${number}`))
})

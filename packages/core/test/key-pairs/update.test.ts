import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { CallFailure, UpdateKeyPairRequest } from '../../src/contract/key-pair-driver.js'
import { err, ok } from '../../src/result.js'
import { denied, stubDriver } from '../stub-driver.js'

const lost: CallFailure = { code: 'network', message: 'reset', outcome: 'unknown', transient: false, scope: 'call' }

/** Updates description and tags of a key pair on a cloud that fails the change of the given number. */
async function updated(failing: number, failure: CallFailure): Promise<readonly string[]> {
  const changes: UpdateKeyPairRequest['change']['kind'][] = []
  const driver = stubDriver({
    doUpdateKeyPair: async ({ change }) => {
      changes.push(change.kind)
      return changes.length === failing ? err(failure) : ok(null)
    },
  })
  const service = createKeyPairService(driver, { testing: { random: () => 0 } })
  const result = await service.update({ name: 'deploy' }, { description: 'x', tags: { a: '1', b: null } })
  return [...changes, result.isOk() ? 'ok' : `${result.error.code} ${result.error.outcome}`]
}

test('an update makes one call for each kind of change', async () => {
  expect(await updated(0, denied)).toEqual(['description', 'remove-tags', 'set-tags', 'ok'])
})

test('an update that fails half-way is partial', async () => {
  expect(await updated(1, denied)).toEqual(['description', 'permission-denied none'])
  expect(await updated(2, denied)).toEqual(['description', 'remove-tags', 'permission-denied partial'])
  expect(await updated(2, lost)).toEqual(['description', 'remove-tags', 'network unknown'])
})

test('a key pair is found by its whole name, although a cloud lists more', async () => {
  const items = [{ name: 'deploy-2' }, { name: 'deploy', id: 'kp-1' }, { name: 'Deploy' }]
  const service = createKeyPairService(stubDriver({ doDescribeKeyPairs: async () => ok({ items }) }))
  expect((await service.get({ name: 'deploy' }))._unsafeUnwrap().id).toBe('kp-1')
  expect((await service.get({ name: 'deplo' }))._unsafeUnwrapErr().code).toBe('not-found')
})

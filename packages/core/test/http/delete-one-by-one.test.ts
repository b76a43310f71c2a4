import { expect, test } from 'vitest'
import { err, ok } from '../../src/index.js'
import { refusal } from '../../src/driver.js'
import { deleteOneByOne } from '../../src/http.js'

const failure = refusal('throttled', 'not now')
const sendAll = async (names: readonly string[], refused: string) => {
  const sent: string[] = []
  const keyPairs = names.map((name) => ({ name, ...(name === 'b' && { id: 'id-of-b' }) }))
  const deleted = await deleteOneByOne(keyPairs, async ({ name }) => {
    sent.push(name)
    return name === refused ? err(failure) : ok(null)
  })
  return { sent, deleted }
}

test('key pairs are deleted in their order, with a verdict on each by its id', async () => {
  const { sent, deleted } = await sendAll(['a', 'b', 'c'], 'a')
  expect(sent).toEqual(['a', 'b', 'c'])
  expect(deleted._unsafeUnwrap()).toEqual([
    { id: 'a', ok: false, failure },
    { id: 'id-of-b', ok: true },
    { id: 'c', ok: true },
  ])
})

test('the failure of a single key pair is that of the call', async () => {
  expect((await sendAll(['a'], 'a')).deleted._unsafeUnwrapErr()).toEqual(failure)
})

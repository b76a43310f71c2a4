import assert from 'node:assert/strict'
import { collect } from '@cloud-keypair/core'
import { type Case, onInstances, proves } from '../case-context.js'
import { batchOf, errOf, firstKey, given } from '../expect.js'
import { must } from '../must.js'
import { givenRunning, stateOf, stopsForRestart } from './power.js'

export const closeCases: readonly Case[] = [
  onInstances('KP-CLOSE-01', 7, 'a service that is closed first starts again what it stopped', async (context) => {
    const { service, world } = context
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenRunning(context, 'old')
    // The instance is down, or about to be.
    const last = stopsForRestart(context) ? 'attaching' : 'rebooting'
    let closing: Promise<void> | undefined
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (step === last) closing ??= service.close()
    }
    const batch = batchOf(await service.attach(keyPair, ids, { takeEffect: 'now', onProgress }))
    must(closing !== undefined, 'an instance was restarted')
    await closing
    assert.equal(batch.succeeded.length, 0, 'the end of the service ends its operations')
    assert.deepEqual(batch.leftStopped, [])
    await world.settle()
    const states = await stateOf(context, ids)
    assert.deepEqual(
      states.filter((state) => !state.includes(' running ')),
      [],
    )
  }),

  proves('KP-CLOSE-02', 8, 'a closed service answers aborted, and sends nothing', async (context) => {
    const { service, world } = context
    const keyPair = await given(context, { name: 'deploy' })
    await service.close()
    const publicKey = firstKey(context).publicKey.line
    for (const error of [
      errOf(await service.get(keyPair), 'aborted'),
      errOf(await service.import({ name: 'new', publicKey }), 'aborted'),
      errOf(await service.delete(keyPair), 'aborted'),
      errOf(await collect(service.list(), { max: 10 }), 'aborted'),
    ]) {
      assert.equal(error.outcome, 'none')
    }
    await service[Symbol.asyncDispose]()
    assert.deepEqual(await world.calls(), [])
  }),
]

import { expect, it } from 'vitest'
import { type CheckpointInstance, hasInProgress, mayBeStopped } from '../../src/contract/checkpoint.js'

const powers = ['running', 'stopped'] as const
const steps = ['waiting', 'in-progress', 'done'] as const
const instances: readonly CheckpointInstance[] = powers.flatMap((power) =>
  steps.map((step) => ({ id: `${power} ${step}`, power, keyPair: null, step })),
)

it('only an instance that was running and is in progress may be stopped', () => {
  expect(instances.filter(mayBeStopped).map(({ id }) => id)).toEqual(['running in-progress'])
})

it('a checkpoint has something in progress if one of its instances is, whatever its power was', () => {
  const head = { version: 1, operation: 'attach', provider: 'stub', region: 'here', endpoint: 'https://stub' } as const
  const checkpointOf = (some: readonly CheckpointInstance[]) => ({ ...head, keyPair: { name: 'k' }, instances: some })
  const having = instances.filter((instance) => hasInProgress(checkpointOf([instance])))
  expect(having.map(({ id }) => id)).toEqual(['running in-progress', 'stopped in-progress'])
  expect(hasInProgress(checkpointOf(instances))).toBe(true)
  expect(hasInProgress(checkpointOf([]))).toBe(false)
  expect(hasInProgress(undefined)).toBe(false)
})

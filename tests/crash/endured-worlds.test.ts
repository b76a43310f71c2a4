import { expect, it } from 'vitest'
import { tryFaults } from '../endurance/fault-trial.js'
import type { FaultWorld, Step } from '../endurance/fault-worlds.js'
import { testKeys } from '../support/test-keys.js'
import { memoryWorldsSubject } from './memory-subject.js'

// Worlds in which `pnpm endurance` found a fault.

const usual: Pick<Step, 'readLagMs' | 'abortAt' | 'deadlineMs'> = {
  readLagMs: 0,
  abortAt: undefined,
  deadlineMs: undefined,
}

it.each<[string, FaultWorld]>([
  [
    'the deadline passes during the stop, and the cloud refuses the start: the instance keeps its key pair, and is partial',
    {
      variant: 'ens-like, replaces',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'detach now',
          faults: [{ on: 'start', kind: 'denied' }],
          deadlineMs: 1_000,
        },
      ],
    },
  ],
  [
    'an attach follows a detach of an earlier operation without a restart: a guest may accept the detached key too',
    {
      variant: 'a second change loses the first',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        { ...usual, operation: 'detach', faults: [{ on: 'read-instances', kind: 'throttled' }] },
        { ...usual, operation: 'attach now', faults: [] },
      ],
    },
  ],
  [
    'an unanswered detach of a stopped instance is carried out after the attach: the key pair before is attached again',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'stopped', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [{ ...usual, operation: 'attach now', faults: [{ on: 'detach', kind: 'late', afterMs: 30_000 }] }],
    },
  ],
  [
    'an attach of the key pair before is not answered, and reads still show that of before its detach: it is sent again',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'rotate',
          faults: [
            { on: 'attach', kind: 'denied' },
            { on: 'attach', kind: 'reset', commit: false },
          ],
        },
      ],
    },
  ],
  [
    'no detach of a stopped instance is answered or carried out: nothing was changed',
    {
      variant: 'attach over another is refused',
      instances: [{ id: 'i-0', power: 'stopped', keyPair: 'other' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'attach now',
          faults: [{ on: 'detach', times: Infinity, kind: 'reset', commit: false }],
          deadlineMs: 100_000,
        },
      ],
    },
  ],
  [
    'an unanswered detach is carried out soon after an attach that records already showed: no instance starts without a key',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'attach now',
          faults: [
            { on: 'detach', kind: 'late', afterMs: 59_000 },
            { on: 'attach', times: 2, kind: 'throttled', retryAfterMs: 15_500 },
          ],
        },
      ],
    },
  ],
  [
    'an unanswered detach is carried out, and records show that late: the key pair before is attached again before the start',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'attach now',
          faults: [{ on: 'detach', kind: 'late', afterMs: 59_000 }],
          deadlineMs: 15_000,
        },
      ],
    },
  ],
  [
    'a late detach takes the new key pair, and the attach of the one before is not listed in its answer: nothing was changed',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [
        {
          ...usual,
          operation: 'attach now',
          faults: [
            { on: 'detach', times: Infinity, kind: 'late', afterMs: 45_000 },
            { on: 'attach', skip: 1, kind: 'omits', ids: ['i-0'] },
          ],
        },
      ],
    },
  ],
  [
    'no attach to a stopped instance is allowed after the detach: no key pair is bound, as the answer says',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'stopped', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [{ ...usual, operation: 'attach now', faults: [{ on: 'attach', times: Infinity, kind: 'denied' }] }],
    },
  ],
  [
    'an unanswered detach is carried out as late as one can be, and records show that late: no instance starts without a key',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'running', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [{ ...usual, operation: 'attach now', faults: [{ on: 'detach', kind: 'late', afterMs: 79_000 }] }],
    },
  ],
  [
    'such a detach is one from a stopped instance: the instance does not lose its key pair after the answer',
    {
      variant: 'unkind',
      instances: [{ id: 'i-0', power: 'stopped', keyPair: 'old' }],
      maxUnavailable: 1,
      steps: [{ ...usual, operation: 'attach now', faults: [{ on: 'detach', kind: 'late', afterMs: 79_000 }] }],
    },
  ],
])('no answer is false if %s', async (_, world) => {
  const { operations, faults, violations } = await tryFaults(memoryWorldsSubject, testKeys, world)
  expect({ operations, violations }).toEqual({ operations: world.steps.length, violations: [] })
  expect(faults).toBeGreaterThan(0)
})

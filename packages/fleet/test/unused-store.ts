import { expect } from 'vitest'
import type { FleetStore } from '../src/fleet-store.js'

const unused = (): never => expect.unreachable('the store is not asked for this')

/** A store whose methods must not be called: a test adds those that it expects. */
export const unusedStore: FleetStore = {
  create: unused,
  reserve: unused,
  open: unused,
  read: unused,
  report: unused,
  live: unused,
  claim: unused,
  beat: unused,
  save: unused,
  settle: unused,
  giveBack: unused,
  move: unused,
  holderOf: unused,
  checkpointOf: unused,
  release: unused,
  cursor: unused,
  events: unused,
  reserveTurn: unused,
  slowDown: unused,
  durability: unused,
  connectionProblem: unused,
  close: unused,
}

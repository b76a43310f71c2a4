import { describe, expect, it } from 'vitest'
import { Lease } from '../src/lease.js'

function clockAt(start: number) {
  const times = { monotonic: start, wall: start }
  return { times, clock: { monotonicMs: () => times.monotonic, wallMs: () => times.wall } }
}

describe('a lease', () => {
  it('allows a call while more is left than a call takes', () => {
    const { times, clock } = clockAt(0)
    const lease = new Lease(60_000, 20_000, clock)
    times.monotonic = 39_999
    expect(lease.mayCall()).toBe(true)
    times.monotonic = 40_000
    expect(lease.mayCall()).toBe(false)
  })

  it('counts from before the request that renewed it', () => {
    const { times, clock } = clockAt(0)
    const lease = new Lease(60_000, 20_000, clock)
    times.monotonic = 10_000
    const renew = lease.begin()
    times.monotonic = 15_000
    renew()
    times.monotonic = 49_999
    expect(lease.mayCall()).toBe(true)
    times.monotonic = 50_000
    expect(lease.mayCall()).toBe(false)
  })

  it('is over after a suspension that only the wall clock shows', () => {
    const { times, clock } = clockAt(0)
    const lease = new Lease(60_000, 20_000, clock)
    times.wall = 3_600_000
    expect(lease.mayCall()).toBe(false)
  })

  it('is not renewed once it has run out or was lost', () => {
    const { times, clock } = clockAt(0)
    const late = new Lease(60_000, 20_000, clock)
    const lost = new Lease(60_000, 20_000, clock)
    lost.lose()
    lost.begin()()
    expect(lost.mayCall()).toBe(false)
    times.monotonic = 50_000
    late.begin()()
    expect(late.mayCall()).toBe(false)
  })
})

import type { HttpTransport } from '@cloud-keypair/core/http'
import type { VirtualClock } from './virtual-clock.js'

// The header with the id of an open request. It is not signed, and no cloud knows it.
const workHeader = 'x-virtual-work'

/** Wraps a transport: tells the clock of each open request, and the server the id of the request. */
export function announcing(transport: HttpTransport, clock: VirtualClock): HttpTransport {
  let sent = 0
  return {
    close: () => transport.close(),
    send: async (request, signal) => {
      const id = `work-${(sent += 1)}`
      clock.open(id)
      const response = await transport.send({ ...request, headers: { ...request.headers, [workHeader]: id } }, signal)
      clock.close(id)
      return response
    },
  }
}

/** The clock of a simulator. While the simulator keeps a client waiting, the virtual clock may advance. */
export interface ParkingClock {
  now(): number
  sleep(
    ms: number,
    signal: AbortSignal,
    request: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<void>
}

export function parking(clock: VirtualClock): ParkingClock {
  return {
    now: () => clock.now(),
    sleep: async (ms, signal, request) => {
      const id = String(request[workHeader])
      clock.park(id)
      await clock.sleep(ms, signal)
      clock.unpark(id)
    },
  }
}

/** Returns the items of a list that a query has as `Name.1`, `Name.2`, … */
export function numbered(query: Readonly<Record<string, string>>, name: string): string[] {
  const items: string[] = []
  for (let item = query[`${name}.1`]; item !== undefined; item = query[`${name}.${items.length + 1}`]) items.push(item)
  return items
}

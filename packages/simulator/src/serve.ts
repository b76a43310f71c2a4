import type { Bench } from './bench.js'
import { answerControl, controlPrefix } from './control.js'
import type { Fault } from './fault.js'
import { startHttpServer, type Exchange } from './http-server.js'
import type { RecordedCall } from './recorded-call.js'

/** The interface of every running simulator. */
export interface RunningSimulator<World, Variants> {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly variants: Variants
  /** Every request that was received, in order. */
  readonly calls: readonly RecordedCall[]
  readonly world: World
  /** Adds a fault to the queue. If several meet a call, the first one hits it. */
  fault(fault: Fault): void
  clearFaults(): void
  clearCalls(): void
  /** Makes every later read show the world as it was so long ago, at most 10 minutes. */
  setReadLag(ms: number): void
  close(): Promise<void>
}

/** The parts of a simulator that differ between clouds. */
export interface Served<World, Variants> {
  /** 0 for any free port. */
  readonly port: number
  readonly variants: Variants
  readonly world: World
  /** Puts a seed that came as JSON into the world, and answers what became of it. */
  readonly plantJson: (seed: unknown) => unknown
  readonly handle: (exchange: Exchange) => Promise<void>
}

/** Serves a cloud, and its control beside it, on 127.0.0.1. Rejects if the port is taken. */
export async function serve<World extends { snapshot(): unknown; settle(): void }, Variants>(
  bench: Bench,
  { port, variants, world, plantJson, handle }: Served<World, Variants>,
): Promise<RunningSimulator<World, Variants>> {
  const server = await startHttpServer(port, async (exchange) => {
    bench.catchUp()
    if (!exchange.url.startsWith(controlPrefix)) return handle(exchange)
    exchange.send(answerControl({ simulator, plantJson }, exchange))
  })
  const host = `127.0.0.1:${server.port}`
  const simulator: RunningSimulator<World, Variants> = {
    url: `http://${host}`,
    host,
    variants,
    get calls() {
      bench.catchUp()
      return bench.calls
    },
    world,
    fault: (fault) => bench.faults.add(fault),
    clearFaults: () => bench.faults.clear(),
    clearCalls: () => {
      bench.calls.length = 0
    },
    setReadLag: (ms) => bench.setReadLag(ms),
    close: () => server.close(),
  }
  return simulator
}

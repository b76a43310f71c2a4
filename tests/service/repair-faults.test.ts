import { connect, createServer, type Socket } from 'node:net'
import { createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { announcing, parking, VirtualClock } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { type AlibabaEnsSimulator, startAlibabaEnsSimulator } from '@cloud-keypair/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { listen, lookupFails } from '../../packages/core/test/http/loopback.js'

const outageMs = 60_000
const key = { accessKeyId: 'ak', accessKeySecret: 'secret' }

/** The way from a service to its cloud, which breaks for a while. */
interface Route {
  readonly endpoint: string
  readonly proxy: string
  /** Breaks the way. Returns what mends it. */
  break(): () => void
}

/** Passes connections on to a port. Those that are open can be cut. */
async function relayTo(port: number, greet: (client: Socket, pass: () => void) => void) {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    greet(client, () => {
      const target = connect(port, '127.0.0.1')
      target.on('error', () => client.destroy())
      client.on('close', () => target.destroy())
      client.pipe(target).pipe(client)
    })
  })
  const cut = (): void => {
    for (const client of open) client.destroy()
    open.clear()
  }
  return { port: await listen(server), cut }
}

const routes: Readonly<Record<string, (simulator: AlibabaEnsSimulator) => Promise<Route>>> = {
  'the host is unknown': async ({ url }) => {
    const relay = await relayTo(Number(new URL(url).port), (_client, pass) => pass())
    return {
      endpoint: `http://localhost:${relay.port}`,
      proxy: 'none',
      break: () => {
        const lookup = lookupFails('ENOTFOUND')
        relay.cut()
        return () => {
          expect(lookup.calls()).toBeGreaterThan(1)
          lookup[Symbol.dispose]()
        }
      },
    }
  },
  'the proxy answers 407': async ({ url }) => {
    let isRefusing = false
    let refused = 0
    const relay = await relayTo(Number(new URL(url).port), (client, pass) =>
      client.once('data', () => {
        if (isRefusing) {
          refused += 1
          client.end('HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n')
        } else {
          client.write('HTTP/1.1 200 Connection established\r\n\r\n')
          pass()
        }
      }),
    )
    return {
      endpoint: url,
      proxy: `http://127.0.0.1:${relay.port}`,
      break: () => {
        isRefusing = true
        relay.cut()
        return () => {
          expect(refused).toBeGreaterThan(1)
          isRefusing = false
        }
      },
    }
  },
  'the access key is refused': async (simulator) => ({
    endpoint: simulator.url,
    proxy: 'none',
    break: () => {
      simulator.fault({ kind: 'refuse', status: 404, code: 'InvalidAccessKeyId.NotFound', times: Infinity })
      return () => simulator.clearFaults()
    },
  }),
}

test.each(Object.entries(routes))('a repair outlasts 60 s in which %s', async (_, routeOf) => {
  const clock = new VirtualClock()
  const simulator = await startAlibabaEnsSimulator({
    clock: parking(clock),
    wallClock: () => clock.now(),
    accounts: [key],
  })
  onTestFinished(() => simulator.close())
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedKeyPair({ name: 'new' })
  simulator.world.seedInstances([{ id: 'i-1', status: 'Running', osType: 'Linux', keyPair: 'old' }])
  const route = await routeOf(simulator)
  const transport = createHttpTransport({ proxy: route.proxy, environment: {} })
  onTestFinished(() => transport.close())
  await using service = createAlibabaEnsKeyPairService({
    endpoint: route.endpoint,
    credentials: key,
    transport: announcing(transport, clock),
    testing: { environment: {}, clock, random: () => 0.5 },
  })
  let brokenAt: number | undefined
  const onProgress = ({ step }: { readonly step: string }): void => {
    if (step !== 'attaching') return
    brokenAt = clock.now()
    const mend = route.break()
    void clock.sleep(outageMs, new AbortController().signal).then(mend)
  }
  const result = await service.attach({ name: 'new' }, ['i-1'], { takeEffect: 'now', onProgress })
  const error = result._unsafeUnwrapErr()
  if (error.code !== 'incomplete' || brokenAt === undefined) throw error
  expect(clock.now() - brokenAt).toBeGreaterThanOrEqual(outageMs)
  expect(error.details.batch.leftStopped).toEqual([])
  expect(simulator.world.snapshot().instances).toMatchObject([{ id: 'i-1', status: 'Running' }])
})

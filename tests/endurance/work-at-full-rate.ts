import { inspect } from 'node:util'
import { VirtualClock } from '@cloud-keypair/conformance'
import { attaches, randomFrom } from '@cloud-keypair/conformance/internals'
import {
  collect,
  generateKeyPair,
  type GeneratedKeyPairMaterial,
  type KeyPairError,
  type KeyPairStore,
  type Random,
  type Result,
} from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { callWithHostileInput } from './hostile-inputs.js'
import { answeredOnce, nobodyListens, noInternalError, nothingLeftOpen, noUnhandledRejection } from './invariants.js'
import { mutating } from './mutating-transport.js'
import { pick } from './pick.js'
import { referenceByName } from './references.js'
import { collectRejections, openResources, turns } from './resources.js'
import { violations, type Violation } from './tally.js'
import { connected, printLine } from './work-once.js'
import type { Soak } from './worker-job.js'

const pauses = 9
const atOnce = 16
const mutatedShare = 0.05
const hostileShare = 0.05
/** The time in the cloud in memory between two operations of a worker. */
const betweenMs = 1_000

/** Performs operations at full rate, and looks at the process whenever all of them have ended. */
export async function soak(job: Soak): Promise<void> {
  const rejections = collectRejections()
  const soaking = new Soaking(job)
  printLine({ line: 'begun' })
  // A first look opens a stream.
  process.stderr.write('')
  const before = openResources()
  await soaking.run()
  await turns(10)
  const wrong = [
    ...soaking.wrong,
    ...violations('left open', nothingLeftOpen(before, openResources())),
    ...violations('unhandled rejection', noUnhandledRejection(rejections.take())),
  ]
  const { operations, faults, heap } = soaking
  printLine({ line: 'soaked', operations, faults, heap, wrong: wrong.slice(0, 20) })
}

class Soaking {
  readonly #job: Soak
  readonly #random: Random
  readonly #signal = new AbortController().signal
  /** The memory that a planted fault keeps. */
  readonly #kept: unknown[] = []
  operations = 0
  faults = 0
  readonly heap: number[] = []
  readonly wrong: Violation[] = []

  constructor(job: Soak) {
    this.#job = job
    this.#random = randomFrom(job.seed)
  }

  async run(): Promise<void> {
    const { access } = this.#job
    if (access === undefined) {
      const generated = await generateKeyPair({ bits: 2048 })
      return this.#eachTime((until) => this.#inMemory(until, generated))
    }
    await using connection = connected(access, (transport) =>
      mutating(transport, this.#random, mutatedShare, () => (this.faults += 1)),
    )
    await this.#eachTime(async (until) => this.#until(until, connection.service))
  }

  /** Works until each pause, and looks at the process in it. */
  async #eachTime(work: (until: number) => Promise<void>): Promise<void> {
    const began = Date.now()
    for (let pause = 1; pause <= pauses; pause += 1) {
      await work(began + (this.#job.forMs * pause) / pauses)
      this.wrong.push(...violations('left open', nobodyListens(this.#signal)))
      await turns(5)
      globalThis.gc?.()
      this.heap.push(process.memoryUsage().heapUsed / 1_048_576)
    }
  }

  /** Works in a cloud of its own, which would keep the last minutes of its time. Nothing waits for the time of the machine. */
  async #inMemory(until: number, generated: GeneratedKeyPairMaterial): Promise<void> {
    const clock = new VirtualClock()
    const { driver, world } = createMemoryCloud({ clock, generateKeyPair: () => generated })
    const { names, instanceIds } = this.#job
    await world.seedKeyPairs(names.map((name) => ({ name })))
    await world.seedInstances(instanceIds.map((id) => ({ id })))
    await using service = createKeyPairService(driver, { testing: { clock } })
    // Time goes on, so that the cloud forgets.
    await this.#until(until, service, () => clock.sleep(betweenMs, this.#signal))
  }

  async #until(until: number, service: KeyPairStore, rest = async (): Promise<void> => undefined): Promise<void> {
    const work = async (): Promise<void> => {
      // At least one, so that there is something to see in each pause.
      do {
        await this.#one(service)
        await rest()
      } while (Date.now() < until)
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }

  async #one(service: KeyPairStore): Promise<void> {
    this.operations += 1
    if (this.#job.keeps === true) this.#kept.push(Array.from({ length: 50_000 }, () => this.operations))
    if (this.#random() < hostileShare) {
      this.faults += 1
      this.wrong.push(...(await callWithHostileInput(service, this.#random)))
      return
    }
    const { asked, answer } = await this.#perform(service)
    this.wrong.push(
      ...violations('answered once', answeredOnce(asked, answer)),
      ...violations('thrown or internal error', noInternalError(answer)),
    )
    // As a program would log it.
    inspect(answer)
  }

  async #perform(
    service: KeyPairStore,
  ): Promise<{ readonly asked?: readonly string[]; readonly answer: Result<unknown, KeyPairError> }> {
    const limits = { signal: this.#signal, deadlineMs: 20_000 }
    const { names, instanceIds } = this.#job
    const chance = this.#random()
    const name = pick(names, this.#random) ?? 'deploy'
    const asked = instanceIds.filter(() => this.#random() < 0.5)
    if (chance < 0.3) return { answer: await collect(service.list({ signal: this.#signal }), { max: 500 }) }
    if (chance < 0.35) return { answer: await service.audit(limits) }
    if (chance < 0.45) return { answer: await service.createInCloud({ name: `${name}_2`, ...limits }) }
    const keyPair = await referenceByName(service, chance < 0.6 ? `${name}_2` : name)
    if (chance < 0.6) return { answer: await service.delete(keyPair, limits) }
    if (!attaches(service) || chance < 0.65) return { answer: await service.get(keyPair, limits) }
    if (chance < 0.75) return { asked, answer: await service.attach(keyPair, asked, limits) }
    if (chance < 0.85) return { asked, answer: await service.detach(keyPair, asked, limits) }
    if (chance < 0.95) return { asked, answer: await service.bindings(asked, limits) }
    return { asked, answer: await service.attach(keyPair, asked, { takeEffect: 'now', ...limits }) }
  }
}

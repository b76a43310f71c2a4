import { isNativeError } from 'node:util/types'
import { canAttach, type GeneratedKeyPairMaterial, type KeyPairStore, type ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService, createKeyPairStore, type KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import { type Case, drivesInstances, type CaseContext, type Verdict } from './case-context.js'
import { CaseInputs } from './case-inputs.js'
import type { Control } from './controls.js'
import { guardedWorld } from './guarded-world.js'
import type { Harness, HarnessOptions, Subject } from './harness.js'
import { type TestKeys, randomFrom } from './test-keys.js'
import type { Mutant } from './mutants/mutant.js'
import { BrokenPromise } from './promises.js'
import { SecretScanner } from './secret-scanner.js'
import { VirtualClock } from './virtual-clock.js'
import { type Progress, unlessStalled } from './unless-stalled.js'
import { AnswerChecker } from './answer-checker.js'
import { watchedDriver, watchedService } from './checked-service.js'

/** Returns the controls that a case needs and the harness of an adapter lacks. */
export function lackingFor({ needs }: Case, { lacks = [] }: Subject): readonly Control[] {
  return needs.filter((control) => lacks.includes(control))
}

function canRun(one: Case, subject: Subject, { service }: Harness): boolean {
  const verifiesOnly = one.onInstances === true && !canAttach(service)
  return verifiesOnly || lackingFor(one, subject).length === 0
}

/**
 * Runs one case against one variant of an adapter, in its own world. Then compares the whole world with the answers, and
 * searches all output for secrets. Throws a {@link BrokenPromise} if the adapter fails the case. With a mutant, the
 * adapter has that fault.
 */
export async function runCase(
  subject: Subject,
  variant: string,
  one: Case,
  testKeys: TestKeys,
  mutant?: Mutant,
): Promise<Verdict> {
  const options = harnessOptionsOf(variant, testKeys)
  using scanner = new SecretScanner(mutant === undefined ? 'passed-on' : 'withheld')
  const harness = await subject.harness(options)
  const inputs = new CaseInputs()
  const progress: Progress = { steps: () => options.clock.steps + inputs.count, waiting: () => inputs.waiting() }
  const close = (): Promise<void> =>
    unlessStalled(Promise.resolve(harness[Symbol.asyncDispose]()), 'The end of the harness', progress)
  if (!canRun(one, subject, harness)) {
    await close()
    return 'unproven'
  }
  const watch = new AnswerChecker(guardedWorld(harness.world, one.needs), harness.facts, scanner)
  const { service, driver } = mutated(harness, options.service, mutant)
  scanner.keep('the service', service)
  scanner.keep('the driver', driver)
  const context: CaseContext = {
    service: inputs.of('service', watchedService(service, watch)),
    driver: inputs.of('driver', watchedDriver(driver, watch)),
    capabilities: service.capabilities,
    world: inputs.of('world', watch.world(), ['seedKeyPairs', 'seedInstances', 'fault', 'setReadLag', 'restart']),
    facts: harness.facts,
    canaries: harness.canaries,
    clock: options.clock,
    keys: testKeys.keys,
    usual: variant === subject.variants[0],
    seed: testKeys.seed,
    saveToFile: mutant?.saveToFile?.(saveToFile) ?? saveToFile,
    checkpointFile: mutant?.checkpointFile?.(checkpointFile) ?? checkpointFile,
    serviceOver: (other) => {
      const over = serviceOver(other, options.service)
      return inputs.of('service', watchedService(mutant?.service?.(over) ?? over, watch))
    },
  }
  try {
    const proof = await unlessStalled(one.run(context), 'The case', progress)
    await unlessStalled(watch.settle(), 'The settling of the world', progress)
    const leaked = scanner.leak([...harness.canaries, ...testKeys.canaries])
    if (leaked !== undefined) throw new BrokenPromise(5, `a private key, an access key or a token is in ${leaked}`)
    await close()
    return proof
  } catch (thrown) {
    // A harness may not close after a failure. The failure is more useful than that.
    void close().catch(() => {})
    throw broken(one, thrown, inputs)
  }
}

/** Returns the error of a case that failed. It names the case, and the last calls that the case made. */
function broken({ id, promise, title }: Case, thrown: unknown, inputs: CaseInputs): BrokenPromise {
  const lines = inputs.lines()
  const calls = lines === '' ? '' : `\n  The last calls of the case:${lines}`
  if (thrown instanceof BrokenPromise) {
    return new BrokenPromise(thrown.promise, `${id} ${title}: ${thrown.what}${calls}`, { cause: thrown })
  }
  const what = isNativeError(thrown) ? thrown.message : String(thrown)
  return new BrokenPromise(promise, `${id} ${title}: ${what}${calls}`, { cause: thrown })
}

/** Returns the options of a harness: its own virtual clock, and repeatable random numbers. */
export function harnessOptionsOf(variant: string, { keys, others, seed }: TestKeys): HarnessOptions {
  const clock = new VirtualClock()
  let made = 0
  let tokens = 0
  const nextKey = (): GeneratedKeyPairMaterial => {
    const key = keys[made % keys.length]
    made += 1
    if (key === undefined) throw new Error('The test keys are empty')
    return key
  }
  return {
    variant,
    clock,
    service: {
      testing: {
        clock,
        random: randomFrom(seed),
        newToken: () => `token-${(tokens += 1)}`,
        generateKeyPair: async ({ keyType = 'rsa' }) => (keyType === 'rsa' ? nextKey() : others[keyType]),
      },
    },
    generateInCloud: () => {
      const { privateKey, publicKey } = nextKey()
      return { privateKey: privateKey.reveal(), publicKey: publicKey.line }
    },
  }
}

function mutated(
  { service, driver, canaries }: Harness,
  options: ServiceOptions,
  mutant: Mutant | undefined,
): { readonly service: KeyPairStore; readonly driver: KeyPairStoreDriver } {
  const broken = mutant?.telling?.(driver, canaries) ?? mutant?.driver?.(driver) ?? driver
  const over = broken === driver ? service : serviceOver(broken, options)
  return { driver: broken, service: mutant?.service?.(over) ?? over }
}

function serviceOver(driver: KeyPairStoreDriver, options: ServiceOptions): KeyPairStore {
  return drivesInstances(driver) ? createKeyPairService(driver, options) : createKeyPairStore(driver, options)
}

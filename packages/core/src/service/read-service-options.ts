import { randomUUID } from 'node:crypto'
import { tryToRead } from '../engine/read-options.js'
import { defaultAttemptMs } from '../engine/time-limits.js'
import { mustBe, mustBeDuration, mustBeFunction } from '../errors/type-checks.js'
import { mustBeObject, mustHaveMethods } from '../foreign-values.js'
import { generateKeyPair as generateKeyPairHere, type KeyPairGenerator } from '../key-material/generate.js'
import { monotonicClock, settlingClock, type Random, type TimerClock } from '../scheduling/clock.js'
import { maxAtOnce } from '../scheduling/pace.js'
import { createPacer, type Pacer } from '../scheduling/pacer.js'
import type { ServiceOptions, TestingOptions } from './service-options.js'

/** The options of a service, with the defaults. */
interface ServiceParts {
  readonly concurrency: number
  readonly pacer: Pacer
  readonly attemptTimeoutMs: number
  readonly clock: TimerClock
  readonly random: Random
  readonly newToken: () => string
  readonly generateKeyPair: KeyPairGenerator
}

/** Reads the options of a service once. Throws a `TypeError` that names an option of the wrong type. */
export function readServiceOptions(options: ServiceOptions): ServiceParts {
  mustBeObject(options, 'The options of a service')
  const given = tryToRead('The options of a service', () => {
    const { concurrency = maxAtOnce, pacer, attemptTimeoutMs = defaultAttemptMs, testing } = options
    return { concurrency, pacer, attemptTimeoutMs, testing }
  })
  const { concurrency, attemptTimeoutMs } = given
  const testing = readTestingOptions(given.testing)
  const { random = Math.random, newToken = randomUUID, generateKeyPair = generateKeyPairHere } = testing
  mustHaveMethods(given.pacer, 'The option pacer', 'waitForTurn')
  mustBe(Number.isInteger(concurrency) && concurrency > 0, 'concurrency must be a whole number above 0')
  mustBeDuration(attemptTimeoutMs, 'attemptTimeoutMs')
  const clock = settlingClock(testing.clock ?? monotonicClock)
  const { pacer = createPacer({ clock }) } = given
  return { concurrency, pacer, attemptTimeoutMs, clock, random, newToken, generateKeyPair }
}

/** Reads the option `testing` once. Throws a `TypeError` that names a part of the wrong type. */
export function readTestingOptions(testing: TestingOptions = {}): TestingOptions {
  mustBeObject(testing, 'The option testing')
  const read = tryToRead('The option testing', () => {
    const { clock, random, newToken, generateKeyPair, environment, homeDirectory } = testing
    return { clock, random, newToken, generateKeyPair, environment, homeDirectory }
  })
  const { clock, environment, homeDirectory, ...functions } = read
  mustHaveMethods(clock, 'The option testing.clock', 'now', 'sleep')
  for (const [name, value] of Object.entries(functions)) mustBeFunction(value, `The option testing.${name}`)
  if (environment !== undefined) mustBeObject(environment, 'The option testing.environment')
  const isText = homeDirectory === undefined || typeof homeDirectory === 'string'
  mustBe(isText, 'The option testing.homeDirectory must be a string')
  return read
}

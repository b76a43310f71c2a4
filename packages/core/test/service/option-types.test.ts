import { expect, test } from 'vitest'
import type { Clock } from '../../src/scheduling/clock.js'
import { createPacer } from '../../src/scheduling/pacer.js'
import { createHttpTransport } from '../../src/http/transport.js'
import { checkAdapterOptions } from '../../src/service/adapter-options.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

const throwing = new Proxy({}, { get: () => expect.fail('a trap') })
/** Values that are neither a function nor an object with methods. */
const wrong: readonly unknown[] = ['x', 1, true, null, Symbol('x'), {}, [], throwing]

/** Calls a function as a caller does whose compiler checks nothing. */
function call(taker: unknown, ...given: readonly unknown[]): unknown {
  if (typeof taker !== 'function') throw new Error('Only functions are called')
  return Reflect.apply(taker, undefined, given)
}

const service = (options: unknown): unknown => call(createKeyPairService, stubDriver(), options)
const adapter = (options: unknown): unknown => call(checkAdapterOptions, 'the adapter', {}, options)

test.each<readonly [string, (value: unknown) => unknown]>([
  ['The driver', (value) => call(createKeyPairService, value)],
  ['The option pacer', (pacer) => service({ pacer })],
  ['The option testing.clock', (clock) => service({ testing: { clock } })],
  ['The option testing.clock', (clock) => adapter({ testing: { clock } })],
  ['The option transport', (transport) => adapter({ transport })],
  ['The option clock', (clock) => call(createPacer, { clock })],
])('%s without its methods is a TypeError that says so', (name, give) => {
  for (const value of wrong) {
    expect(() => give(value)).toThrow(TypeError)
    expect(() => give(value)).toThrow(new RegExp(`^${name} must be an object`))
  }
})

test.each<readonly [string, (value: unknown) => unknown]>([
  ['random', (random) => service({ testing: { random } })],
  ['newToken', (newToken) => service({ testing: { newToken } })],
  ['generateKeyPair', (generateKeyPair) => adapter({ testing: { generateKeyPair } })],
])('a part %s of the option testing that is no function is a TypeError', (name, give) => {
  for (const value of wrong) expect(() => give(value)).toThrow(`The option testing.${name} must be a function`)
})

test.each<readonly [string, (value: unknown) => unknown]>([
  ['The options of a service', service],
  ['The options of the adapter', adapter],
  ['The options of createPacer', (options) => call(createPacer, options)],
  ['The options of createHttpTransport', (options) => call(createHttpTransport, options)],
  ['The option testing', (testing) => service({ testing })],
  ['The option testing.environment', (environment) => adapter({ testing: { environment } })],
  ['The option environment', (environment) => call(createHttpTransport, { environment })],
])('%s as anything but an object is a TypeError', (name, give) => {
  for (const value of ['x', 1, true, null]) expect(() => give(value)).toThrow(`${name} must be an object`)
})

test('options that cannot be read are a TypeError', () => {
  for (const options of [throwing, { testing: throwing }]) {
    expect(() => service(options)).toThrow(TypeError)
  }
})

test.each(['proxy', 'connectTimeoutMs', 'maxResponseBytes', 'certificateAuthorities', 'maxConnections'])(
  'the option %s of a transport is a TypeError if it has another type',
  (name) => {
    for (const value of [{}, null, true, NaN]) {
      expect(() => call(createHttpTransport, { [name]: value })).toThrow(`The option ${name} must be`)
    }
  },
)

test('an instance of a class, a proxy, and an object with inherited methods are taken', () => {
  class Steady implements Clock {
    now(): number {
      return 0
    }
    async sleep(): Promise<void> {}
  }
  for (const clock of [new Steady(), new Proxy(new Steady(), {}), Object.create(new Steady())]) {
    expect(() => adapter({ testing: { clock } })).not.toThrow()
    expect(() => service({ pacer: createPacer({ clock }), testing: { clock } })).not.toThrow()
  }
})

import { setImmediate } from 'node:timers/promises'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startTelemetry } from '../src/index.js'

/** Starts the telemetry over the SDK, until the test is over. */
function startWithSdk() {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const stop = startTelemetry({ tracerProvider, meterProvider })
  onTestFinished(async () => {
    stop()
    context.disable()
    await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()])
  })
  const measured = async () => {
    await meterProvider.forceFlush()
    return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
  }
  return { tracer: tracerProvider.getTracer('application'), spans, measured, stop }
}

async function startCloud() {
  const { driver, world } = createMemoryCloud()
  await world.seedInstances([{ id: 'i-secret-1' }])
  await world.seedKeyPairs([{ name: 'key-of-a-customer' }])
  return { service: createKeyPairService(driver) }
}

const keyPair = { name: 'key-of-a-customer' }

test('vendor calls are spans below that of their operation, which is below the active one, also if two run at once', async () => {
  const { tracer, spans } = startWithSdk()
  const { service } = await startCloud()
  await tracer.startActiveSpan('request', async (request) => {
    const both = await Promise.all([service.attach(keyPair, ['i-secret-1']), service.get(keyPair)])
    expect(both.map((result) => result.isOk())).toEqual([true, true])
    request.end()
  })
  const finished = spans.getFinishedSpans()
  const named = (name: string) => finished.filter((span) => span.name === name)
  const [request] = named('request')
  const [attach, get] = ['attach', 'get'].map((operation) =>
    finished.find(({ name, kind }) => name === `memory ${operation}` && kind === 0),
  )
  expect([attach, get].map((span) => span?.parentSpanContext?.spanId)).toEqual([
    request?.spanContext().spanId,
    request?.spanContext().spanId,
  ])
  for (const call of finished.filter(({ kind }) => kind === 2)) {
    const parent = call.attributes['cloud_keypair.operation'] === 'attach' ? attach : get
    expect(call.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId)
  }
  expect(finished.filter(({ kind }) => kind === 2).length).toBeGreaterThan(2)
  expect(trace.getActiveSpan()).toBeUndefined()
})

test('an error gives the code and the outcome, and a span or a metric names neither a key pair nor an instance', async () => {
  const { spans, measured } = startWithSdk()
  const { service } = await startCloud()
  expect((await service.attach(keyPair, ['i-secret-1', 'i-secret-3'])).isErr()).toBe(true)
  const attach = spans.getFinishedSpans().find(({ name, kind }) => name === 'memory attach' && kind === 0)
  expect(attach?.status.code).toBe(SpanStatusCode.ERROR)
  expect(attach?.attributes).toMatchObject({ 'error.type': 'incomplete', 'cloud_keypair.outcome': 'partial' })
  const metrics = await measured()
  const items = metrics.find(({ descriptor }) => descriptor.name === 'cloud_keypair.items')
  expect(items?.dataPoints.map(({ attributes, value }) => [attributes['cloud_keypair.status'], value])).toEqual([
    ['succeeded', 1],
    ['failed', 1],
    ['unknown', 0],
  ])
  expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual([
    'cloud_keypair.call.duration',
    'cloud_keypair.items',
    'cloud_keypair.operation.duration',
  ])
  const shown = JSON.stringify([
    spans.getFinishedSpans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
    metrics,
  ])
  expect(shown).not.toMatch(/key-of-a-customer|i-secret/)
})

test('a span processor, a sampler or a view that throws becomes a warning, and the operation goes on', async () => {
  const fail = (): never => {
    throw new Error(`it failed: -----BEGIN PRIVATE KEY-----MIIsecret-----END PRIVATE KEY----- ${'!'.repeat(5_000)}`)
  }
  const idle = { forceFlush: async () => {}, shutdown: async () => {} }
  const views = [{ instrumentName: '*', attributesProcessors: [{ process: fail }] }]
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 1e9,
  })
  const meterProvider = new MeterProvider({ readers: [reader], views })
  const tracerProviders = [
    new BasicTracerProvider({ spanProcessors: [{ ...idle, onStart: fail, onEnd: () => {} }] }),
    new BasicTracerProvider({ spanProcessors: [{ ...idle, onStart: () => {}, onEnd: fail }] }),
    new BasicTracerProvider({ sampler: { shouldSample: fail, toString: () => 'a sampler' } }),
  ]
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const stops = tracerProviders.map((tracerProvider) => startTelemetry({ tracerProvider, meterProvider }))
  onTestFinished(async () => {
    warn.mockRestore()
    for (const stop of stops) stop()
    await meterProvider.shutdown()
  })
  const { service } = await startCloud()
  const attached = await service.attach(keyPair, ['i-secret-1'], { takeEffect: 'now' })
  expect(attached.isOk()).toBe(true)
  // For each call and each operation: two spans that cannot start, one that cannot end, and three measures.
  expect(warn.mock.calls.length).toBeGreaterThanOrEqual(24)
  for (const [message, options] of warn.mock.calls) {
    expect(message).toMatch(/^The listener startTelemetry failed: it failed: \[secret\] !{900,1000}$/)
    expect(options).toEqual({ type: 'CloudKeyPairWarning' })
  }
})

test('a tracer or a meter whose methods reject becomes a warning for each rejection, and the operation goes on', async () => {
  const rejected: unknown[] = []
  const hear = (reason: unknown): void => void rejected.push(reason)
  process.on('unhandledRejection', hear)
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const fail = (method: string) => async () => {
    throw new Error(`${method} failed`)
  }
  const span = { setAttributes: fail('setAttributes'), setStatus: fail('setStatus'), end: fail('end') }
  const meter = { createHistogram: () => ({ record: fail('record') }), createCounter: () => ({ add: fail('add') }) }
  const tracers = [{ startSpan: () => span }, { startSpan: fail('startSpan') }]
  const stops = tracers.map((tracer) =>
    Reflect.apply(startTelemetry, undefined, [
      { tracerProvider: { getTracer: () => tracer }, meterProvider: { getMeter: () => meter } },
    ]),
  )
  onTestFinished(() => {
    process.off('unhandledRejection', hear)
    warn.mockRestore()
    for (const stop of stops) stop()
  })
  const { service } = await startCloud()
  expect((await service.attach(keyPair, ['i-secret-1', 'i-secret-3'])).isErr()).toBe(true)
  await setImmediate()
  expect(rejected).toEqual([])
  const messages = new Set(warn.mock.calls.map(([message]) => message))
  for (const method of ['startSpan', 'setAttributes', 'setStatus', 'end', 'record', 'add']) {
    expect(messages).toContain(`The listener startTelemetry failed: ${method} failed`)
  }
})

test('nothing is told after the end', async () => {
  const { spans, stop } = startWithSdk()
  const { service } = await startCloud()
  stop()
  expect((await service.get(keyPair)).isOk()).toBe(true)
  expect(spans.getFinishedSpans()).toEqual([])
})

test('a provider of another type is a TypeError that names the option', () => {
  const start = (options: unknown): unknown => Reflect.apply(startTelemetry, undefined, [options])
  for (const value of ['x', 1, {}, null]) {
    expect(() => start({ tracerProvider: value })).toThrow(/^The option tracerProvider must be an object/)
    expect(() => start({ meterProvider: value })).toThrow(/^The option meterProvider must be an object/)
  }
  expect(() => start(null)).toThrow(TypeError)
})

test('a provider that gives no tracer, meter, histogram or counter is a TypeError that names the option', async () => {
  const rejected: unknown[] = []
  const hear = (reason: unknown): void => void rejected.push(reason)
  process.on('unhandledRejection', hear)
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => {
    process.off('unhandledRejection', hear)
    warn.mockRestore()
  })
  const start = (options: unknown): unknown => Reflect.apply(startTelemetry, undefined, [options])
  const createHistogram = () => ({ record: () => {} })
  const createCounter = () => ({ add: () => {} })
  const reject = () => Promise.reject(new Error('it failed'))
  for (const none of [() => undefined, () => 'x', () => ({}), reject]) {
    expect(() => start({ tracerProvider: { getTracer: none } })).toThrow(
      /^The tracer of the option tracerProvider must be an object/,
    )
    expect(() => start({ meterProvider: { getMeter: none } })).toThrow(
      /^The meter of the option meterProvider must be an object/,
    )
    for (const meter of [
      { createHistogram: none, createCounter },
      { createHistogram, createCounter: none },
    ]) {
      expect(() => start({ meterProvider: { getMeter: () => meter } })).toThrow(
        /^The (histogram|counter) of the option meterProvider must be an object/,
      )
    }
  }
  await setImmediate()
  expect(rejected).toEqual([])
})

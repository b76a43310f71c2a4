import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from '@opentelemetry/api'
import type { CallEvent, OperationEvent } from '@cloud-keypair/core'
import { callListener, mustBeObject, mustHaveMethods } from '@cloud-keypair/core/driver'
import { callAttributes, errorAttributes, operationAttributes } from './attributes.js'

/** The receivers of spans and metrics. By default those that are registered with the API of OpenTelemetry. */
export interface TelemetryOptions {
  readonly tracerProvider?: TracerProvider | undefined
  readonly meterProvider?: MeterProvider | undefined
}

const library = '@cloud-keypair/opentelemetry'

/**
 * Makes each operation of every service in this process a span, and each vendor call a span below that of its operation, and
 * measures both, until the function that is returned is called. Neither has a name of a key pair, a public key, or an id of an
 * instance. An error that a tracer, a meter or one of their parts throws or rejects with becomes a warning of the process.
 */
export function startTelemetry(options: TelemetryOptions = {}): () => void {
  mustBeObject(options, 'The options of startTelemetry')
  const { tracerProvider = trace, meterProvider = metrics } = options
  mustHaveMethods(tracerProvider, 'The option tracerProvider', 'getTracer')
  mustHaveMethods(meterProvider, 'The option meterProvider', 'getMeter')
  const tracer = tracerProvider.getTracer(library)
  mustBeGiven(tracer, 'The tracer of the option tracerProvider', 'startSpan')
  const meter = meterProvider.getMeter(library)
  mustBeGiven(meter, 'The meter of the option meterProvider', 'createHistogram', 'createCounter')
  const operationDuration = durationOf(meter, 'cloud_keypair.operation.duration')
  const callDuration = durationOf(meter, 'cloud_keypair.call.duration')
  const itemCount = meter.createCounter('cloud_keypair.items', { unit: '{item}' })
  mustBeGiven(itemCount, 'The counter of the option meterProvider', 'add')
  const spans = new WeakMap<object, Span>()
  const parents = new AsyncLocalStorage<Context | undefined>()

  const begin = (
    event: object,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    parentOf: () => Context,
  ): Context | undefined => {
    let own: Context | undefined
    guarded(() => {
      const parent = parentOf()
      const span = tracer.startSpan(name, { kind, attributes }, parent)
      spans.set(event, span)
      own = trace.setSpan(parent, span)
      return span
    })
    return own
  }
  const end = (event: object, attributes: Attributes, isFailed: boolean, message?: string): void => {
    const span = spans.get(event)
    if (span === undefined) return
    guarded(() => span.setAttributes(attributes))
    if (isFailed) {
      guarded(() => span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) }))
    }
    guarded(() => span.end())
  }

  const operations = tracingChannel<unknown, OperationEvent>('cloud-keypair:operation')
  operations.start.bindStore(parents, (event) => {
    const { provider, operation } = event
    return begin(event, `${provider} ${operation}`, SpanKind.INTERNAL, operationAttributes(event), () =>
      context.active(),
    )
  })
  const operationEvents = subscriberOf<OperationEvent>((event) => {
    const attributes = { ...operationAttributes(event), ...errorAttributes(event.error) }
    end(event, attributes, event.error !== undefined)
    guarded(() => operationDuration.record((event.durationMs ?? 0) / 1000, attributes))
    for (const [status, count] of Object.entries(event.items ?? {})) {
      guarded(() => itemCount.add(count, { ...operationAttributes(event), 'cloud_keypair.status': status }))
    }
  })
  operations.subscribe(operationEvents)

  const calls = tracingChannel<unknown, CallEvent>('cloud-keypair:call')
  const callEvents = subscriberOf<CallEvent>(
    (event) => {
      const attributes = { ...operationAttributes(event), ...errorAttributes(event.failure) }
      end(event, { ...callAttributes(event), ...attributes }, event.failure !== undefined, event.failure?.vendorCode)
      guarded(() =>
        callDuration.record((event.durationMs ?? 0) / 1000, { ...attributes, 'cloud_keypair.call': event.call }),
      )
    },
    (event) => {
      const name = `${event.provider} ${event.call}`
      begin(event, name, SpanKind.CLIENT, operationAttributes(event), () => parents.getStore() ?? context.active())
    },
  )
  calls.subscribe(callEvents)
  return () => {
    operations.start.unbindStore(parents)
    operations.unsubscribe(operationEvents)
    calls.unsubscribe(callEvents)
  }
}

/** Returns the histogram of a duration in seconds. */
function durationOf(meter: Meter, name: string): Histogram {
  const histogram = meter.createHistogram(name, { unit: 's' })
  mustBeGiven(histogram, 'The histogram of the option meterProvider', 'record')
  return histogram
}

/** Throws a `TypeError` for what is no such part of a provider. A rejection of an async method becomes a warning. */
function mustBeGiven(part: unknown, what: string, ...methods: readonly string[]): void {
  guarded(() => part)
  mustHaveMethods(part ?? null, what, ...methods)
}

/**
 * Calls one method of a tracer or a meter, and handles the promise of an async one. Node.js ends the process for an error
 * that a subscriber of a channel throws, and for a rejection that nobody handles.
 */
function guarded(tell: () => unknown): void {
  callListener('startTelemetry', tell)
}

function subscriberOf<Event>(asyncEnd: (event: Event) => void, start: (event: Event) => void = ignore) {
  return { start, end: ignore, asyncStart: ignore, asyncEnd, error: ignore }
}

function ignore(): void {}

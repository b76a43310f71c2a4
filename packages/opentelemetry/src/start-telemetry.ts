import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import {
  type Attributes,
  type Context,
  context,
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
 * instance. An error that a tracer, a meter or one of their parts throws becomes a warning of the process.
 */
export function startTelemetry(options: TelemetryOptions = {}): () => void {
  mustBeObject(options, 'The options of startTelemetry')
  const { tracerProvider = trace, meterProvider = metrics } = options
  mustHaveMethods(tracerProvider, 'The option tracerProvider', 'getTracer')
  mustHaveMethods(meterProvider, 'The option meterProvider', 'getMeter')
  const tracer = tracerProvider.getTracer(library)
  const meter = meterProvider.getMeter(library)
  const operationDuration = meter.createHistogram('cloud_keypair.operation.duration', { unit: 's' })
  const callDuration = meter.createHistogram('cloud_keypair.call.duration', { unit: 's' })
  const itemCount = meter.createCounter('cloud_keypair.items', { unit: '{item}' })
  const spans = new WeakMap<object, Span>()
  const parents = new AsyncLocalStorage<Context | undefined>()

  const begin = (event: object, name: string, kind: SpanKind, attributes: Attributes, parent: Context): Context => {
    const span = tracer.startSpan(name, { kind, attributes }, parent)
    spans.set(event, span)
    return trace.setSpan(parent, span)
  }
  const end = (event: object, attributes: Attributes, isFailed: boolean, message?: string): void => {
    const span = spans.get(event)
    if (span === undefined) return
    span.setAttributes(attributes)
    if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) })
    span.end()
  }

  const operations = tracingChannel<unknown, OperationEvent>('cloud-keypair:operation')
  operations.start.bindStore(parents, (event) => {
    const { provider, operation } = event
    let own: Context | undefined
    guarded(() => {
      own = begin(event, `${provider} ${operation}`, SpanKind.INTERNAL, operationAttributes(event), context.active())
    })
    return own
  })
  const operationEvents = subscriberOf<OperationEvent>((event) => {
    const attributes = { ...operationAttributes(event), ...errorAttributes(event.error) }
    guarded(() => end(event, attributes, event.error !== undefined))
    guarded(() => {
      operationDuration.record((event.durationMs ?? 0) / 1000, attributes)
      for (const [status, count] of Object.entries(event.items ?? {})) {
        itemCount.add(count, { ...operationAttributes(event), 'cloud_keypair.status': status })
      }
    })
  })
  operations.subscribe(operationEvents)

  const calls = tracingChannel<unknown, CallEvent>('cloud-keypair:call')
  const callEvents = subscriberOf<CallEvent>(
    (event) => {
      const attributes = { ...operationAttributes(event), ...errorAttributes(event.failure) }
      guarded(() =>
        end(event, { ...callAttributes(event), ...attributes }, event.failure !== undefined, event.failure?.vendorCode),
      )
      guarded(() =>
        callDuration.record((event.durationMs ?? 0) / 1000, { ...attributes, 'cloud_keypair.call': event.call }),
      )
    },
    (event) =>
      guarded(() => {
        const parent = parents.getStore() ?? context.active()
        begin(event, `${event.provider} ${event.call}`, SpanKind.CLIENT, operationAttributes(event), parent)
      }),
  )
  calls.subscribe(callEvents)
  return () => {
    operations.start.unbindStore(parents)
    operations.unsubscribe(operationEvents)
    calls.unsubscribe(callEvents)
  }
}

/** Runs a part of the telemetry: Node.js ends the process for an error that a subscriber of a channel throws. */
function guarded(tell: () => void): void {
  callListener('startTelemetry', tell)
}

function subscriberOf<Event>(asyncEnd: (event: Event) => void, start: (event: Event) => void = ignore) {
  return { start, end: ignore, asyncStart: ignore, asyncEnd, error: ignore }
}

function ignore(): void {}

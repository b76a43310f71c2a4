import { tracingChannel } from 'node:diagnostics_channel'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

const tracer = trace.getTracer('cloud-keypair')
const spans = new WeakMap()

/** Makes each vendor call a span below the span that is active when the call starts. */
tracingChannel('cloud-keypair:call').subscribe({
  start(event) {
    const options = { kind: SpanKind.CLIENT, attributes: { 'cloud_keypair.operation': event.operation } }
    spans.set(event, tracer.startSpan(`${event.provider} ${event.call}`, options, context.active()))
  },
  asyncEnd(event) {
    const span = spans.get(event)
    if (span === undefined) return
    span.setAttributes({
      'rpc.method': event.action,
      'http.response.status_code': event.httpStatus,
      'http.request.resend_count': event.attempt - 1,
      'cloud_keypair.request_id': event.requestId,
      'cloud_keypair.items': event.items,
    })
    if (event.failure !== undefined) {
      span.setAttribute('error.type', event.failure.code)
      span.setStatus({ code: SpanStatusCode.ERROR, message: event.failure.vendorCode })
    }
    span.end()
  },
})

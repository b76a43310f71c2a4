import assert from 'node:assert/strict'
import { SpanKind, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { startTelemetry } from '@cloud-keypair/opentelemetry'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
startTelemetry()

const keyPairs = createVolcengineKeyPairService()
const traceOf = (name, id) =>
  trace.getTracer('application').startActiveSpan(name, async (span) => {
    await keyPairs.attach({ name: 'deploy' }, [id])
    span.end()
  })
await Promise.all([traceOf('first', 'i-1'), traceOf('second', 'i-2')])
await keyPairs.attach({ name: 'none' }, ['i-1'])

const spans = exporter.getFinishedSpans()
const childrenOf = (parent) => spans.filter((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId)
// The second instance runs Windows: no attach is sent for it. The key pair and the instance are read side by side.
for (const [name, ...calls] of [
  ['first', 'volcengine attach', 'volcengine lookup', 'volcengine read-instances'],
  ['second', 'volcengine lookup', 'volcengine read-instances'],
]) {
  const parent = spans.find((span) => span.name === name)
  const [operation, ...others] = childrenOf(parent)
  assert.deepEqual([operation.name, others], ['volcengine attach', []])
  assert.deepEqual(
    childrenOf(operation)
      .map((span) => span.name)
      .toSorted(),
    calls,
  )
}
const attach = spans.find((span) => span.name === 'volcengine attach' && span.kind === SpanKind.CLIENT)
assert.equal(attach.attributes['rpc.method'], 'AttachKeyPair')
assert.equal(attach.attributes['http.response.status_code'], 200)
assert(spans.some((span) => span.attributes['error.type'] === 'not-found'))
console.log(`${spans.length} spans`)

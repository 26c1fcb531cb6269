// Sends spans with the OpenTelemetry SDK and prints {"exporter", "trace_ids", "compliance", "ordinary"} on one line.
// node send.mjs --exporter proto|http|grpc --url URL [--compression none|gzip] [--compliance N] [--ordinary N]

import { parseArgs } from 'node:util';
import { context, diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const { values: options } = parseArgs({
  options: {
    exporter: { type: 'string' },
    url: { type: 'string' },
    compression: { type: 'string', default: 'none' },
    compliance: { type: 'string', default: '1' },
    ordinary: { type: 'string', default: '1' },
  },
});

// The SDK reports what it drops to its log only; standard error keeps it for the message of a failed test.
const log = (...text) => console.error(...text);
diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.WARN);

const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${options.exporter}`);

// All spans go at once, when they are flushed, and have the time that a busy machine takes.
const limit = 240_000;
const exporter = new OTLPTraceExporter({ url: options.url, compression: options.compression, timeoutMillis: limit });

let failures = 0;
const counting = {
  export: (spans, done) => exporter.export(spans, result => {
    if (result.code !== 0) {
      failures++;
      log('export failed:', result.error);
    }
    done(result);
  }),
  forceFlush: () => exporter.forceFlush(),
  shutdown: () => exporter.shutdown(),
};

const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop-js', 'host.cpu.count': 2, 'host.ips': ['10.0.0.1', '10.0.0.2'] }),
  spanProcessors: [new BatchSpanProcessor({ exporter: counting, scheduledDelayMillis: limit, exportTimeoutMillis: limit })],
});
const tracer = provider.getTracer('exporters', '1.0.0');

const root = tracer.startSpan('checkout', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
const inRoot = trace.setSpan(context.active(), root);
const traceIds = new Set([root.spanContext().traceId]);
root.end();

// The root is an ordinary span and counts as one.
for (let i = 1; i < Number(options.ordinary); i++) {
  send(`GET /products/${i}`, SpanKind.CLIENT, { 'http.request.method': 'GET', 'http.response.status_code': 200 });
}
for (let i = 0; i < Number(options.compliance); i++) {
  send(`payment.approve ${i}`, SpanKind.INTERNAL, { 'compliance.framework': 'SOX', 'compliance.control': 'AC-2', 'compliance.level': i });
}

// A failed export also fails the flush; the failure is counted and logged where it happens.
await provider.forceFlush().catch(() => failures++);
await provider.shutdown().catch(() => failures++);
console.log(JSON.stringify({
  exporter: options.exporter,
  trace_ids: [...traceIds],
  compliance: Number(options.compliance),
  ordinary: Number(options.ordinary),
}));
process.exitCode = failures === 0 ? 0 : 1;

function send(name, kind, attributes) {
  const span = tracer.startSpan(name, {
    kind,
    attributes: {
      ...attributes,
      text: 'Grüße, 日本語, 🚀 "quoted" \\ \u2028 \t',
      whole: 42,
      negative: -7,
      large: Number.MAX_SAFE_INTEGER,
      fraction: 0.1,
      'negative.zero': -0,
      flag: true,
      list: ['a', 'b'],
      numbers: [1, 2, 3],
      empty: [],
    },
    links: [{ context: root.spanContext(), attributes: { relation: 'caused-by', weight: 0.5 } }],
  }, inRoot);
  span.addEvent('checked', { rule: 'four-eyes', attempt: 2 });
  span.addEvent('done');
  span.recordException(new RangeError('over the limit'));
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'refused: über limit' });
  traceIds.add(span.spanContext().traceId);
  span.end();
}

// What Jaeger makes of OTLP: the collector's translation to its model, and the JSON of its query service. For well-formed
// requests whose integers are strings or small.

const KINDS = ["", "internal", "server", "client", "producer", "consumer"];
const CODES = ["", "OK", "ERROR"];

/** A value inside an array or kvlist as the JSON that is kept of it. */
function raw(v = {}) {
  if ("arrayValue" in v) return (v.arrayValue.values ?? []).map(raw);
  if ("kvlistValue" in v) return Object.fromEntries((v.kvlistValue.values ?? []).map((a) => [a.key, raw(a.value)]).sort());
  const [x] = Object.entries(v);
  return x === undefined ? null : x[0] === "intValue" ? Number(x[1]) : x[1];
}

function tag({ key, value = {} }) {
  if ("boolValue" in value) return { key, type: "bool", value: value.boolValue };
  if ("intValue" in value) {
    const n = Number(value.intValue);
    return { key, type: "int64", value: Number.isSafeInteger(n) ? n : String(value.intValue) };
  }
  if ("doubleValue" in value) return { key, type: "float64", value: Number(value.doubleValue) };
  if ("bytesValue" in value) return { key, type: "binary", value: value.bytesValue };
  if ("arrayValue" in value || "kvlistValue" in value) return { key, type: "string", value: JSON.stringify(raw(value)) };
  return { key, type: "string", value: value.stringValue ?? "" };
}

const string = (key, value) => (value ? [{ key, type: "string", value }] : []);
const tags = (list) => (list ?? []).map(tag);
const microseconds = (nanoseconds) => Number(BigInt(nanoseconds ?? 0) / 1000n);
/** An id of zeros if it is absent; a trace id whose upper half is zero has 16 digits. */
const traceId = (id) => (id ?? "").toLowerCase().padStart(32, "0").replace(/^0{16}/, "");
const spanId = (id) => (id ?? "").toLowerCase().padStart(16, "0");

function span(s, scope, processID) {
  const start = microseconds(s.startTimeUnixNano);
  const parent = s.parentSpanId ? [{ refType: "CHILD_OF", traceID: traceId(s.traceId), spanID: spanId(s.parentSpanId) }] : [];
  return {
    traceID: traceId(s.traceId), spanID: spanId(s.spanId), operationName: s.name ?? "",
    references: [...parent, ...(s.links ?? []).map((l) => ({ refType: "FOLLOWS_FROM", traceID: traceId(l.traceId), spanID: spanId(l.spanId) }))],
    startTime: start,
    duration: Number((BigInt(s.endTimeUnixNano ?? 0) - BigInt(s.startTimeUnixNano ?? 0)) / 1000n),
    tags: [
      ...string("otel.scope.name", scope?.name), ...string("otel.scope.version", scope?.version), ...tags(s.attributes),
      ...string("span.kind", KINDS[s.kind ?? 0]), ...string("otel.status_code", CODES[s.status?.code ?? 0]),
      ...(s.status?.code === 2 ? [{ key: "error", type: "bool", value: true }] : []),
      ...string("otel.status_description", s.status?.message), ...string("w3c.tracestate", s.traceState),
      { key: "internal.span.format", type: "string", value: "otlp" },
    ],
    logs: (s.events ?? []).map((e) => ({
      timestamp: microseconds(e.timeUnixNano),
      fields: [...(e.attributes?.some((a) => a.key === "event") ? [] : string("event", e.name)), ...tags(e.attributes)],
    })),
    processID, warnings: null,
  };
}

function process(resource) {
  const attributes = resource?.attributes ?? [];
  const name = attributes.find((a) => a.key === "service.name")?.value.stringValue;
  return {
    serviceName: attributes.length === 0 ? "OTLPResourceNoServiceName" : name ?? "",
    tags: tags(attributes.filter((a) => a.key !== "service.name")),
  };
}

/** The answer about the trace of a request (text), as an object. */
export function asJaeger(text) {
  const { resourceSpans } = JSON.parse(text);
  const spans = resourceSpans.flatMap((rs, i) => rs.scopeSpans.flatMap((ss) => ss.spans.map((s) => span(s, ss.scope, `p${i + 1}`))));
  const processes = Object.fromEntries(resourceSpans.map((rs, i) => [`p${i + 1}`, process(rs.resource)]));
  return { data: [{ traceID: spans[0].traceID, spans, processes, warnings: null }], total: 0, limit: 0, offset: 0, errors: null };
}

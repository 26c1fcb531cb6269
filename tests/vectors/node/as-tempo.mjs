// What Tempo makes of OTLP: protobuf's JSON. For well-formed requests whose integers are strings or small.

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const CODES = ["UNSET", "OK", "ERROR"];

const base64 = (hex) => Buffer.from(hex ?? "", "hex").toString("base64");
/** Members with the default of protobuf are not written. */
const sparse = (members) => Object.fromEntries(Object.entries(members).filter(([, v]) => v !== undefined && v !== "" && v !== "0"));
const many = (list, convert) => (list?.length > 0 ? list.map(convert) : undefined);

function value(v = {}) {
  if ("intValue" in v) return { intValue: String(v.intValue) };
  if ("arrayValue" in v) return { arrayValue: sparse({ values: many(v.arrayValue.values, value) }) };
  if ("kvlistValue" in v) return { kvlistValue: sparse({ values: many(v.kvlistValue.values, attribute) }) };
  return v;
}

function attribute(a) {
  return { key: a.key, value: value(a.value) };
}

const span = (s) => sparse({
  traceId: base64(s.traceId), spanId: base64(s.spanId), traceState: s.traceState, parentSpanId: base64(s.parentSpanId), name: s.name,
  kind: s.kind ? `SPAN_KIND_${KINDS[s.kind]}` : undefined,
  startTimeUnixNano: String(s.startTimeUnixNano ?? 0), endTimeUnixNano: String(s.endTimeUnixNano ?? 0),
  attributes: many(s.attributes, attribute),
  events: many(s.events, (e) => sparse({ timeUnixNano: String(e.timeUnixNano ?? 0), name: e.name, attributes: many(e.attributes, attribute) })),
  links: many(s.links, (l) => sparse({ traceId: base64(l.traceId), spanId: base64(l.spanId), attributes: many(l.attributes, attribute) })),
  status: sparse({ message: s.status?.message, code: s.status?.code ? `STATUS_CODE_${CODES[s.status.code]}` : undefined }),
});

/** The ResourceSpans of a request (text), as objects. */
export const asTempo = (text) => JSON.parse(text).resourceSpans.map((rs) => ({
  resource: sparse({ attributes: many(rs.resource?.attributes, attribute) }),
  scopeSpans: rs.scopeSpans.map((ss) => ({ scope: sparse({ name: ss.scope?.name, version: ss.scope?.version }), spans: ss.spans.map(span) })),
}));

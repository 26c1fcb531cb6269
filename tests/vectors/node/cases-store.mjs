// The cases of store/, by hand: answers of Tempo and Jaeger. Each: [name, rules, comment, (tools) => file or files, {options, report}?]; a
// file is a text, or an object that is written as one.
import { asJaeger } from "./as-jaeger.mjs";
import { asTempo } from "./as-tempo.mjs";
import { attributes, json as text, kv, object, one, request, span, valued } from "./build.mjs";
import { change, merged, signer } from "./cases-verify.mjs";

const TRACE = "5b8efff798038103d269b633813fc60c", OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";
const base64 = (hex) => Buffer.from(hex, "hex").toString("base64");
const string = (key, text) => kv(key, `{"stringValue":${JSON.stringify(text)}}`);
const ID = string("compliance.id", "1");

/** A span of everything that Tempo keeps. */
const FULL = one({
  parentSpanId: '"00f067aa0ba902b7"', traceState: '"a=b"', status: '{"code":2,"message":"no funds"}',
  attributes: `[${[ID, kv("compliance.amount", '{"doubleValue":12.5}'), kv("compliance.large", '{"intValue":"9007199254740993"}'), kv("compliance.small", '{"intValue":"-5"}'),
    kv("compliance.ok", '{"boolValue":true}'), kv("compliance.tags", '{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}'),
    kv("compliance.bytes", '{"bytesValue":"AQI="}'), kv("compliance.who", '{"kvlistValue":{"values":[{"key":"id","value":{"intValue":"7"}},{"key":"n","value":{}}]}}'), kv("compliance.none", "{}")].join(",")}]`,
  events: `[{"timeUnixNano":"1544712660500000123","name":"approved","attributes":[${string("by", "x")}]},{"timeUnixNano":"1544712660600000000"}]`,
  links: `[{"traceId":"${OTHER_TRACE}","spanId":"abcdef0123456789","attributes":[${string("why", "x")}]},{"traceId":"${TRACE}","spanId":"0000000000000001"}]`,
}, { resource: `{"attributes":[${string("service.name", "billing")},${string("host.name", "a1")},${string("compliance.tenantId", "acme")}]}` });

/** A span of everything that Jaeger keeps. */
const KEPT = one({
  parentSpanId: '"00f067aa0ba902b7"', traceState: '"a=b"', status: '{"code":2,"message":"no funds"}', startTimeUnixNano: '"1544712660000001000"',
  attributes: `[${[ID, kv("compliance.amount", '{"doubleValue":12.5}'), kv("compliance.large", '{"intValue":"9007199254740993"}'), kv("compliance.small", '{"intValue":"-5"}'),
    kv("compliance.ok", '{"boolValue":true}'), kv("compliance.no", '{"boolValue":false}'), kv("compliance.bytes", '{"bytesValue":"AQI="}')].join(",")}]`,
  events: `[{"timeUnixNano":"1544712660500000000","name":"approved","attributes":[${string("by", "x")}]},{"timeUnixNano":"1544712660600000000"}]`,
  links: `[{"traceId":"${OTHER_TRACE}","spanId":"abcdef0123456789"},{"traceId":"${TRACE}","spanId":"0000000000000001"}]`,
}, { resource: `{"attributes":[${string("service.name", "billing")},${string("host.name", "a1")},${string("compliance.tenantId", "acme")}]}` });

const BASIC = one({});
const event = (value) => one({ events: `[{"name":"e","attributes":[${kv("a", value)}]}]` });
const link = (value) => one({ links: `[{"traceId":"${OTHER_TRACE}","spanId":"abcdef0123456789","attributes":[${kv("a", value)}]}]` });
const tenant = (value) => one({}, { resource: `{"attributes":[${kv("compliance.tenantId", value)}]}` });
const KVLIST = '{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}';

/**
 * Tools that make an answer of a request (by default a signed one with one span) and change it: edit(span, scopeSpans,
 * resourceSpans) for Tempo, edit(span, trace, answer) for Jaeger.
 */
function tools(keys) {
  const sign = signer(keys);
  const batches = (input, edit = () => {}) => {
    const list = asTempo(input.text);
    const [rs] = list;
    edit(rs.scopeSpans[0].spans[0], rs.scopeSpans[0], rs);
    return list;
  };
  const tempo = (input, edit) => ({ batches: batches(sign(input), edit) });
  const jaegerOf = (input, edit = () => {}) => {
    const answer = asJaeger(input.text);
    edit(answer.data[0].spans[0], answer.data[0], answer);
    return answer;
  };
  return { sign, batches, tempo, jaegerOf, jaeger: (input, edit) => jaegerOf(sign(input), edit) };
}

const attributeOf = (owner, key) => owner.attributes.find((a) => a.key === key);
/** Gives the attribute of a span in Tempo's answer another value. */
const setValue = (key, value) => (s) => { attributeOf(s, key).value = value; };
const tagOf = (owner, key) => owner.tags.find((t) => t.key === key);
const setTag = (key, value) => (s) => { tagOf(s, key).value = value; };
const dropTag = (key) => (s) => { s.tags = s.tags.filter((t) => t.key !== key); };
const addTags = (...added) => (s) => { s.tags.push(...added); };
const tag = (key, type, value) => ({ key, type, value });
const json = (x, ...changes) => changes.reduce((text, [from, to]) => change({ text }, from, to).text, JSON.stringify(x));
const both = (...edits) => (...args) => { for (const e of edits) e(...args); };

/** The ids of FULL in hexadecimal in Tempo's answer; not those of its links. */
const hexIds = (s) => { Object.assign(s, { traceId: TRACE, spanId: "eee19b7ec3c1b174", parentSpanId: "00f067aa0ba902b7" }); };

/** A value of Tempo's answer that is kept as text, and what became of it. */
const TEMPO_LOSSES = [
  ["bytes", '{"bytesValue":"AQID"}', { bytesValue: "AQI=" }],
  ["kvlist", KVLIST, { kvlistValue: { values: [{ key: "a", value: { intValue: "2" } }] } }],
  ["kvlist-to-no-value", KVLIST, {}],
  ["no-value", "{}", undefined],
  ["empty-array", '{"arrayValue":{"values":[{}]}}', { arrayValue: {} }],
  ["array-of-two-types", '{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"},{}]}}', { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } }],
  ["array-of-arrays", '{"arrayValue":{"values":[{"arrayValue":{}},{}]}}', { arrayValue: { values: [{ arrayValue: {} }] } }],
  ["array-of-bytes", '{"arrayValue":{"values":[{"bytesValue":"AQ=="},{}]}}', { arrayValue: { values: [{ bytesValue: "AQ==" }] } }],
  ["array-of-no-values", '{"arrayValue":{"values":[{}]}}', { arrayValue: { values: [{}, {}] } }],
];
const TEMPO_KEPT = [
  ["string", '{"stringValue":"a"}', { stringValue: "b" }],
  ["int", '{"intValue":"1"}', { intValue: "2" }],
  ["double", '{"doubleValue":1}', { doubleValue: 2 }],
  ["bool", '{"boolValue":true}', {"boolValue": false }],
  ["strings", '{"arrayValue":{"values":[{"stringValue":"a"}]}}', { arrayValue: { values: [{ stringValue: "b" }] } }],
  ["ints", '{"arrayValue":{"values":[{"intValue":"1"}]}}', { arrayValue: { values: [{ intValue: "2" }, { intValue: "1" }] } }],
  ["doubles", '{"arrayValue":{"values":[{"doubleValue":1}]}}', { arrayValue: { values: [{ doubleValue: 2 }] } }],
  ["bools", '{"arrayValue":{"values":[{"boolValue":true}]}}', { arrayValue: { values: [{ boolValue: false }] } }],
  ["kvlist-to-string", KVLIST, { stringValue: '{"a":1}' }],
];

const tempoCases = [
  ["tempo-batches", ["L-1", "L-2"], "A full span as /api/traces gives it back.", ({ tempo }) => tempo(FULL)],
  ["tempo-trace-resource-spans", ["L-1", "L-2"], "As /api/v2/traces does, with other members.", ({ sign, batches }) => ({ trace: { resourceSpans: batches(sign(FULL)), other: 1 }, metrics: { inspectedBytes: "5" }, status: "COMPLETE" })],
  ["tempo-trace-batches", ["L-1", "L-2"], "trace.batches.", ({ sign, batches }) => ({ trace: { batches: batches(sign(FULL)) } })],
  ["tempo-resource-spans-base64", ["L-1", "L-2"], "resourceSpans with ids in base64.", ({ sign, batches }) => ({ resourceSpans: batches(sign(FULL)) })],
  ["tempo-hex-ids", ["L-2", "J-19"], "Ids in hexadecimal are read as such.", ({ tempo }) => tempo(FULL, both(hexIds, (s) => { s.traceId = TRACE.toUpperCase(); }))],
  ["tempo-several", ["L-2", "X-7"], "Several resources and spans: verified, ordinary, altered, unsigned.", ({ sign, batches }) => ({ batches: batches(merged(
    sign(BASIC), one({ attributes: "[]" }), change(sign(one({ spanId: '"00000000000000ab"' })), '"charge"', '"x"'), one({ spanId: '"00000000000000ac"' }))) })],
  ["tempo-enums", ["L-2", "G-8"], "All names of kinds and codes, and numbers.", ({ sign, batches }) => {
    const input = text(request([["1", "0"], ["1", "0"], ["2", "1"], ["3", "2"], ["4", "0"], ["5", "1"], ["2", "2"]]
      .map(([kind, code], i) => span({ spanId: `"000000000000000${i + 1}"`, kind, status: `{"code":${code}}` }))));
    const list = batches([0, 1, 2, 3, 4, 5, 6].reduce((r, i) => sign(r, { span: i, rename: false }), input));
    const { spans } = list[0].scopeSpans[0];
    Object.assign(spans[0], { kind: "SPAN_KIND_UNSPECIFIED", status: { code: "STATUS_CODE_UNSET" } });
    Object.assign(spans[6], { kind: 2, status: { code: "2" } });
    return { batches: list };
  }],
  ["tempo-enum-unknown", ["L-2", "J-15"], "Another name of a kind, and one in lower case of a code: the issue number.", ({ tempo }) => [
    tempo(BASIC, (s) => { s.kind = "SPAN_KIND_OTHER"; }), tempo(BASIC, (s) => { s.status = { code: "status_code_ok" }; })]],
  ["tempo-enum-exchanged", ["L-2", "J-15"], "A kind with the name of a code is no kind, and the other way round.", ({ tempo }) => [
    tempo(one({ kind: "1" }), (s) => { s.kind = "STATUS_CODE_OK"; }), tempo(one({ status: '{"code":2}' }), (s) => { s.status = { code: "SPAN_KIND_SERVER" }; })]],
  ["tempo-id-no-base64", ["L-2", "C-8"], "12 characters that are not strict base64: unused bits, base64url, hexadecimal digits of 6 bytes. bad-id, also in a link.", ({ tempo }) => [
    tempo(FULL, (s) => { s.parentSpanId = "APBnqgupArd="; }), tempo(FULL, (s) => { s.parentSpanId = "APBnqgupAr_="; }), tempo(FULL, (s) => { s.parentSpanId = "00f067aa0ba9"; }),
    tempo(FULL, (s) => { s.links[0].spanId = "q83vASNFZ4l="; })]],
  ["tempo-id-other-length", ["L-2", "J-19"], "Base64 of another length is not read as base64.", ({ tempo }) => [tempo(FULL, (s) => { s.parentSpanId = base64("00f067aa0b"); }), tempo(FULL, (s) => { s.links[0].traceId = "w"; })]],
  ["tempo-link-ids", ["L-2", "G-6"], "Links with ids of zeros in base64, and without ids.", ({ tempo }) => tempo(one({ links: "[{},{}]" }), (s) => { s.links = [{ traceId: base64("00".repeat(16)), spanId: base64("00".repeat(8)) }, {}]; })],

  ["tempo-told-by-first-trace-id", ["L-1"], "resourceSpans: the first traceId in the text is that of a link, in base64; the span's own is in hexadecimal. It is Tempo's.", ({ sign, batches }) => ({ resourceSpans: batches(sign(FULL), (s) => {
    const { traceId, links, ...rest } = s;
    for (const k of Object.keys(s)) delete s[k];
    Object.assign(s, { links, traceId: TRACE, ...rest });
  }) })],
  ["tempo-not-told-by-later-trace-id", ["L-1", "J-19"], "The first is in hexadecimal: OTLP/JSON, in which the base64 of a link is bad-id.", ({ sign }) =>
    change(sign(FULL), `"links":[{"traceId":"${OTHER_TRACE}"`, `"links":[{"traceId":"${base64(OTHER_TRACE)}"`).text],
  ["tempo-told-by-trace-id-anywhere", ["L-1"], "The first traceId stands in an unknown member of the resource.", ({ sign, batches }) => ({ resourceSpans: batches(sign(FULL), (s, ss, rs) => { rs.resource = { note: [{ traceId: "x".repeat(24) }], ...rs.resource }; }) })],
  ["tempo-not-told-by-number", ["L-1"], "The first traceId is no string: OTLP/JSON, in which the names of enums and the base64 of links are issues.", ({ sign, batches }) => ({ resourceSpans: batches(sign(FULL), both(hexIds, (s, ss, rs) => { rs.resource = { note: { traceId: 1 }, ...rs.resource }; })) })],
  ["otlp-enum-names", ["L-1", "J-15"], "Names of enums beside ids in hexadecimal: OTLP/JSON, which has no such names.", ({ sign }) => change(sign(BASIC), '"kind":2', '"kind":"SPAN_KIND_SERVER"').text],
  ["otlp-beside-batches", ["L-1", "J-7"], "resourceSpans with ids in hexadecimal, and batches: OTLP/JSON with an unknown member.", ({ sign, batches }) => json({ a: 0 }, ['{"a":0}', `{"batches":${JSON.stringify(batches(sign(one({ spanId: '"00000000000000ab"' }))))},${sign(BASIC).text.slice(1)}`])],
  ["tempo-beside-null", ["L-1", "J-10"], "resourceSpans that is null beside batches is absent: Tempo's.", ({ sign, batches }) => ({ resourceSpans: null, batches: batches(sign(BASIC)) })],
  ["tempo-batches-null", ["L-1", "L-2", "J-10"], "null in place of an array or of trace is the same as none.", () => ['{"batches":null}', '{"trace":null}', '{"trace":{}}', '{"trace":{"resourceSpans":null}}', '{"batches":[]}', '{"batches":null,"trace":{}}', '{"trace":{"resourceSpans":[],"batches":null}}']],
  ["tempo-alias-ignored", ["L-2"], "An alias beside batches is another member, which is ignored.", ({ tempo }) => ({ resource_spans: 1, ...tempo(BASIC) })],

  ...TEMPO_LOSSES.map(([name, value, returned]) => [`tempo-lost-attr-${name}`, ["L-5", "X-21"], `Another ${name.replaceAll("-", " ")} than was signed: lost, not altered.`,
    ({ tempo }) => tempo(valued(value), returned === undefined ? (s) => { s.attributes.unshift({ key: "added", value: {} }); } : setValue("compliance.v", returned))]),
  ...TEMPO_KEPT.map(([name, value, returned]) => [`tempo-altered-attr-${name}`, ["L-5", "X-21"], `What came back (${name.replaceAll("-", " ")}) is of a type that Tempo keeps: altered.`,
    ({ tempo }) => tempo(valued(value), setValue("compliance.v", returned))]),
  ["tempo-lost-beside", ["L-5"], "A kvlist that fits, beside a string that does not: the group is lost, as nobody can tell which of both it was.", ({ tempo }) => tempo(attributes(ID, kv("compliance.v", KVLIST)), setValue("compliance.id", { stringValue: "2" }))],
  ["tempo-verified-with-kvlist", ["L-5"], "The digest fits: such values alone lose nothing.", ({ tempo }) => tempo(valued(KVLIST))],
  ["tempo-not-covered", ["L-5"], "A kvlist that is not covered does not make the group lost.", ({ sign, batches }) => ({ batches: batches(sign(attributes(ID, kv("x", KVLIST)), { coverage: { attr: ["compliance.*"], res: [] } }), setValue("compliance.id", { stringValue: "2" })) })],
  ["tempo-removed", ["L-5"], "A kvlist that is gone altogether is altered: what is lost shows by what came back.", ({ tempo }) => tempo(attributes(ID, kv("compliance.v", KVLIST)), (s) => { s.attributes = s.attributes.filter((a) => a.key !== "compliance.v"); })],
  ["tempo-cut", ["L-5", "U-17"], "A string that Tempo has cut is altered.", ({ tempo }) => tempo(valued(`{"stringValue":"${"x".repeat(60)}"}`), setValue("compliance.v", { stringValue: "x".repeat(40) }))],
  ["tempo-reserved-no-loss", ["L-5", "X-6"], "A reserved attribute of bytes is malformed and no loss.", ({ tempo }) => tempo(BASIC, setValue("audit.integrity.value", { bytesValue: "AQI=" }))],
  ["tempo-lost-ev", ["L-5"], "Bytes in an event.", ({ tempo }) => tempo(event('{"bytesValue":"AQI="}'), (s) => { s.events[0].attributes[0].value = {}; })],
  ["tempo-altered-ev", ["L-5"], "A string in an event.", ({ tempo }) => tempo(event('{"stringValue":"a"}'), (s) => { s.events[0].attributes[0].value = { stringValue: "b" }; })],
  ["tempo-lost-lnk", ["L-5"], "No value in a link; coverage does not apply to it.", ({ sign, batches }) => ({ batches: batches(sign(link("{}"), { coverage: { attr: ["compliance.*"], res: [] } }), (s) => { s.links[0].spanId = base64("abcdef012345678a"); }) })],
  ["tempo-altered-lnk", ["L-5"], "A link without attributes.", ({ tempo }) => tempo(FULL, (s) => { s.links = [s.links[1]]; })],
  ["tempo-lost-res", ["L-5"], "A kvlist in the resource, covered.", ({ tempo }) => tempo(tenant(KVLIST), (s, ss, rs) => { attributeOf(rs.resource, "compliance.tenantId").value = {}; })],
  ["tempo-altered-res", ["L-5"], "A kvlist in the resource that is not covered, and a service that is.", ({ tempo }) => tempo(one({}, { resource: `{"attributes":[${string("service.name", "billing")},${kv("host.who", KVLIST)}]}` }), (s, ss, rs) => { attributeOf(rs.resource, "service.name").value = { stringValue: "x" }; })],
  ["tempo-lost-res-scope", ["L-5"], "The scope, beside a kvlist in the resource that is covered: lost all the same.", ({ tempo }) => tempo(tenant(KVLIST), (s, ss) => { ss.scope.version = "2"; })],
  ["tempo-core-never-lost", ["L-5"], "A name that is another.", ({ tempo }) => tempo(FULL, (s) => { s.name = "x"; })],
  ["tempo-lost-several", ["L-5", "X-21"], "Several groups: the report names them in their order.", ({ tempo }) => tempo(
    one({ attributes: `[${ID},${kv("compliance.v", KVLIST)}]`, events: `[{"attributes":[${kv("a", "{}")}]}]`, links: `[{"attributes":[${kv("a", '{"bytesValue":"AQ=="}')}]}]` }, { resource: `{"attributes":[${kv("compliance.r", '{"arrayValue":{}}')}]}` }),
    (s, ss, rs) => { setValue("compliance.v", {})(s); s.events[0].name = "x"; s.links[0].attributes[0].value = { bytesValue: "Ag==" }; ss.scope.name = "x"; }), { report: true }],
  ["tempo-lost-and-altered", ["X-21"], "attr is lost and core is altered: altered wins, and names core alone.", ({ tempo }) => tempo(valued(KVLIST), both(setValue("compliance.v", {}), (s) => { s.name = "x"; }))],
  ["tempo-lost-and-altered-ev", ["X-21"], "Of attr, ev and res one is altered.", ({ tempo }) => tempo(one({ attributes: `[${ID},${kv("compliance.v", KVLIST)}]`, events: '[{"name":"e"}]' }), both(setValue("compliance.v", {}), (s) => { s.events[0].name = "x"; }))],
  ["tempo-issue", ["L-5", "U-5"], "A group with an issue is altered, whatever Tempo keeps.", ({ tempo }) => tempo(valued(KVLIST), (s) => { s.attributes.push({ key: "a", value: {} }, { key: "a", value: {} }); })],
  ["tempo-otlp-same-change", ["L-5", "X-19"], "The same change in OTLP/JSON is altered: what is no answer of a store has lost nothing.", ({ sign }) => change(sign(valued(KVLIST)), KVLIST, "{}").text],
  ["tempo-addition", ["L-5", "X-20"], "An allowed addition that is a kvlist is dropped, and the digest fits.", ({ tempo }) => tempo(BASIC, (s) => { s.attributes.push({ key: "store.v", value: { kvlistValue: {} } }); }), { options: { tenant: "acme", allow_added: ["store.*"] } }],
  ["tempo-addition-and-lost", ["L-5", "X-20"], "An allowed addition, and a kvlist that became no value.", ({ tempo }) => tempo(valued(KVLIST), both(setValue("compliance.v", {}), (s) => { s.attributes.push({ key: "store.v", value: { stringValue: "x" } }); })), { options: { tenant: "acme", allow_added: ["store.*"] } }],
  ["tempo-other-verdicts", ["L-5", "X-15"], "A bad signature is one, whatever is lost.", ({ sign, batches }) => ({ batches: batches(sign(valued(KVLIST), { signature: () => Buffer.alloc(64, 1) }), setValue("compliance.v", {})) })],
  ["tempo-and-otlp", ["X-23", "X-22"], "The same span from a file of OTLP and from Tempo: a duplicate. One that is lost takes no part.", ({ sign, tempo }) => [tempo(valued(KVLIST), setValue("compliance.v", {})), sign(valued(KVLIST)).text, tempo(valued(KVLIST))]],
  ["tempo-lines", ["X-31", "L-1"], "JSON lines with texts of three kinds.", ({ sign, tempo, jaeger }) => [tempo(BASIC), sign(one({ spanId: '"00000000000000ab"' })).text, jaeger(one({ spanId: '"00000000000000ac"' }))].map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join("\n")],

  ...[
    ["batches-and-trace", "batches and trace.", '{"batches":[],"trace":{}}'],
    ["both-arrays", "Both arrays in trace.", '{"trace":{"resourceSpans":[],"batches":[]}}'],
    ["batches-repeated", "batches twice.", '{"batches":[],"batches":[]}'],
    ["other-repeated", "A member that is not read, twice.", '{"batches":[],"x":1,"x":1}'],
    ["trace-member-repeated", "One of trace.", '{"trace":{"resourceSpans":[],"x":1,"x":1}}'],
    ["batches-object", "batches is no array.", '{"batches":{}}'],
    ["trace-array", "trace is no object.", '{"trace":[]}'],
    ["trace-batches-object", "trace.batches is no array.", '{"trace":{"batches":{}}}'],
    ["element-null", "An element that is null.", '{"batches":[null]}'],
    ["alias-inside", "An alias within.", '{"batches":[{"scope_spans":[]}]}'],
    ["repeated-inside", "A repeated member within.", '{"batches":[{"resource":{},"resource":{}}]}'],
    ["key-number", "A key that is a number.", '{"batches":[{"resource":{"attributes":[{"key":1}]}}]}'],
    ["resource-spans-repeated", "resourceSpans twice, with ids in base64.", `{"resourceSpans":[{"x":{"traceId":"${base64(TRACE)}"}}],"resourceSpans":[]}`],
    ["resource-spans-alias", "An alias beside resourceSpans with ids in base64, which is read as OTLP/JSON is.", `{"resourceSpans":[{"x":{"traceId":"${base64(TRACE)}"}}],"ResourceSpans":[]}`],
  ].map(([name, comment, text]) => [`tempo-undecodable-${name}`, ["L-2", "X-4"], comment, () => text]),
];

/** What Jaeger's storages keep as text, and whether text that is not what was signed means loss. */
const JAEGER_TEXTS = [
  ["array", '{"arrayValue":{"values":[{"intValue":"1"}]}}', undefined, true],
  ["kvlist", KVLIST, undefined, true],
  ["no-value", "{}", undefined, true],
  ["int-as-text", '{"intValue":"200"}', "200", true],
  ["double-as-text", '{"doubleValue":12.5}', "12.5", true],
  ["bool-as-text", '{"boolValue":true}', "true", true],
  ["null-as-text", '{"stringValue":"a"}', "null", true],
  ["white-space-around", '{"stringValue":"a"}', " [1] ", true],
  ["repeated-members", '{"stringValue":"a"}', '{"a":1,"a":1}', true],
  ["json-string", '{"stringValue":"a"}', '"a"', false],
  ["text", '{"stringValue":"a"}', "b", false],
  ["text-like-json", '{"stringValue":"a"}', "{a:1}", false],
  ["text-behind-json", '{"stringValue":"a"}', "[1] x", false],
  ["leading-zero", '{"stringValue":"a"}', "01", false],
  ["space", '{"stringValue":"a"}', " ", false],
];

const jaegerCases = [
  ["jaeger", ["L-1", "L-3", "L-4"], "A full span: parent, links, events, all types of tags, error, scope, resource.", ({ jaeger }) => jaeger(KEPT)],
  ["jaeger-minimal", ["L-3"], "A span with the members that are necessary.", ({ jaegerOf, sign }) => jaegerOf(sign(one({ kind: undefined, name: undefined, startTimeUnixNano: undefined, endTimeUnixNano: undefined, attributes: `[${ID}]` }, { resource: "{}", scope: "{}" })), (s, trace, answer) => {
    for (const k of ["operationName", "references", "startTime", "duration", "logs", "processID", "warnings"]) delete s[k];
    for (const k of Object.keys(answer)) if (k !== "data") delete answer[k];
    for (const k of ["traceID", "processes", "warnings"]) delete trace[k];
  })],
  ["jaeger-null", ["L-3"], "null in place of every member that may be absent.", ({ jaegerOf, sign }) => jaegerOf(sign(one({ kind: undefined, name: undefined, startTimeUnixNano: undefined, endTimeUnixNano: undefined, attributes: `[${ID}]` }, { resource: "{}", scope: "{}" })), (s, trace, answer) => {
    for (const k of ["operationName", "references", "startTime", "duration", "logs", "processID", "process", "warnings"]) s[k] = null;
    trace.processes = null;
    answer.data.push({ spans: null, processes: null }, {});
  })],
  ["jaeger-nothing", ["L-3", "X-27"], "No traces.", () => ['{"data":[]}', '{"data":null}', '{"data":[{}]}', '{"data":[{"spans":[]}]}']],
  ["jaeger-ordinary", ["L-3"], "A span with ids alone: the texts of the cases that are undecodable are like this.", () => spanText({})],
  ["jaeger-several", ["L-3", "X-7"], "Two traces and three processes: verified, ordinary, unsigned, altered.", ({ sign, jaegerOf }) => {
    const first = jaegerOf(merged(sign(BASIC), one({ attributes: "[]" }), one({ spanId: '"00000000000000ab"' })));
    const second = jaegerOf(change(sign(one({ traceId: `"${OTHER_TRACE}"`, kind: "3" })), '"compliance.id","value":{"stringValue":"1"}', '"compliance.id","value":{"stringValue":"x"}'));
    return { data: [...first.data, ...second.data] };
  }],
  ["jaeger-unsigned-by-resource", ["L-3", "X-2"], "A compliance span by an attribute of its resource.", ({ jaegerOf }) => jaegerOf(one({ attributes: "[]" }, { resource: `{"attributes":[${string("compliance.tenantId", "acme")}]}` }))],
  ["jaeger-other-members", ["L-3"], "Members that are not read, of any type.", ({ jaeger }) => jaeger(KEPT, (s, trace, answer) => {
    Object.assign(s, { flags: "x", parentSpanID: 7, warnings: [1] });
    Object.assign(s.tags[0], { note: {} }); Object.assign(s.logs[0], { x: 1 }); Object.assign(s.references[0], { span: null });
    Object.assign(trace, { traceID: 5 }); Object.assign(trace.processes.p1, { id: [] }); Object.assign(answer, { errors: [{ code: 1 }], total: "x" });
  })],
  ["jaeger-told-by-members", ["L-1"], "data beside batches: Tempo's. Beside a trace that is null: Jaeger's. Beside resourceSpans: OTLP/JSON.", ({ tempo, jaeger, sign }) => [{ data: [], ...tempo(BASIC) }, { ...jaeger(one({ spanId: '"00000000000000ab"' })), trace: null }, `{"data":5,${sign(one({ spanId: '"00000000000000ac"' })).text.slice(1)}`]],

  ["jaeger-ids-short", ["L-3"], "Zeros in front of ids are left out, also of parent and links.", ({ jaeger }) => jaeger(
    one({ traceId: '"00000000000000000000000000000abc"', spanId: '"0000000000000def"', parentSpanId: '"0000000000000001"', links: '[{"traceId":"0000000000000000000000000000000a","spanId":"000000000000000b"},{}]' }),
    (s) => { s.traceID = "abc"; s.spanID = "def"; s.references[0].traceID = "0abc"; s.references[0].spanID = "1"; s.references[1].traceID = "a"; s.references[1].spanID = "b"; s.references[2] = { refType: "FOLLOWS_FROM" }; })],
  ["jaeger-ids-16-digits", ["L-3"], "A trace id whose upper half is zero has 16 digits.", ({ jaeger }) => jaeger(one({ traceId: '"0000000000000000d269b633813fc60c"', parentSpanId: '"00f067aa0ba902b7"' }))],
  ["jaeger-ids-upper-case", ["L-3"], "Digits of any case; the trace id of the parent is the span's whatever their case and zeros.", ({ jaeger }) => jaeger(one({ traceId: '"0000000000000000d269b633813fc60c"', parentSpanId: '"00f067aa0ba902b7"' }), (s) => { s.traceID = s.traceID.toUpperCase(); s.spanID = s.spanID.toUpperCase(); s.references[0].traceID = `0000${s.references[0].traceID}`; })],
  ["jaeger-id-zero", ["L-3", "G-4", "L-5"], "A span id of zeros is bad-id: altered, not lost.", ({ jaeger }) => jaeger(BASIC, (s) => { s.spanID = "0"; })],

  ["jaeger-parent-other-trace", ["L-3"], "CHILD_OF of another trace is a link.", ({ jaeger }) => jaeger(one({ links: `[{"traceId":"${OTHER_TRACE}","spanId":"abcdef0123456789"}]` }), (s) => { s.references[0].refType = "CHILD_OF"; })],
  ["jaeger-parent-second", ["L-3"], "Of two CHILD_OF of the trace the first is the parent; a FOLLOWS_FROM before it is a link.", ({ jaeger }) => jaeger(
    one({ parentSpanId: '"0000000000000002"', links: `[{"traceId":"${TRACE}","spanId":"0000000000000001"},{"traceId":"${TRACE}","spanId":"0000000000000003"}]` }),
    (s) => { const [p, a, b] = s.references; b.refType = "CHILD_OF"; s.references = [a, p, b]; })],
  ["jaeger-parent-exchanged", ["L-3", "L-5"], "... so their order matters: core and lnk are lost.", ({ jaeger }) => jaeger(
    one({ parentSpanId: '"0000000000000002"', links: `[{"traceId":"${TRACE}","spanId":"0000000000000003"}]` }), (s) => { s.references[1].refType = "CHILD_OF"; s.references.reverse(); })],
  ["jaeger-parent-zero", ["L-3", "G-5"], "A parent of zeros is none, and no link either.", ({ jaeger }) => jaeger(BASIC, (s) => { s.references = [{ refType: "CHILD_OF", traceID: s.traceID, spanID: "0" }]; })],
  ["jaeger-reference-type-absent", ["L-3"], "An element without or with another refType is a link.", ({ jaeger }) => jaeger(one({ links: `[{"traceId":"${TRACE}","spanId":"0000000000000001"},{"traceId":"${TRACE}","spanId":"0000000000000002"}]` }), (s) => { delete s.references[0].refType; s.references[1].refType = "child_of"; })],

  ...["internal", "server", "client", "producer", "consumer"].map((kind, i) => [`jaeger-kind-${kind}`, ["L-3"], `span.kind ${kind}.`, ({ jaeger }) => jaeger(one({ kind: String(i + 1) }))]),
  ["jaeger-kind-absent", ["L-3", "G-8"], "A kind of 0 has no tag, and is 1.", ({ jaeger }) => jaeger(one({ kind: "0" }))],
  ["jaeger-kind-other-value", ["L-3"], "span.kind with another value is an attribute.", ({ jaeger }) => jaeger(one({ kind: "0", attributes: `[${ID},${string("span.kind", "edge")}]` }))],
  ["jaeger-kind-attribute", ["L-3"], "An attribute span.kind in front of the tag: the last one is the kind.", ({ jaeger }) => jaeger(attributes(ID, string("span.kind", "client")))],
  ["jaeger-kind-other-value-last", ["L-3"], "The last with one of the values is the kind, though one with another value stands behind it.", ({ jaeger }) => jaeger(attributes(ID, string("span.kind", "edge")), (s) => { const edge = s.tags.find((t) => t.value === "edge"); s.tags = [...s.tags.filter((t) => t !== edge), edge]; })],
  ["jaeger-kind-not-string", ["L-3"], "span.kind that is an int is an attribute.", ({ jaeger }) => jaeger(attributes(ID, kv("span.kind", '{"intValue":"2"}')))],

  ["jaeger-status-ok", ["L-3"], "otel.status_code OK.", ({ jaeger }) => jaeger(one({ status: '{"code":1}' }))],
  ["jaeger-status-error", ["L-3"], "ERROR, with the tag error and a description.", ({ jaeger }) => jaeger(one({ status: '{"code":2,"message":"x"}' }))],
  ["jaeger-status-error-without-tag", ["L-3"], "ERROR without the tag error.", ({ jaeger }) => jaeger(one({ status: '{"code":2}' }), dropTag("error"))],
  ["jaeger-status-unset", ["L-3"], "UNSET is no value of the tag: it is an attribute.", ({ jaeger }) => jaeger(attributes(ID, string("otel.status_code", "UNSET")))],
  ["jaeger-status-attribute", ["L-3"], "Attributes of these names in front of the tags.", ({ jaeger }) => jaeger(one({ attributes: `[${ID},${string("otel.status_code", "OK")},${string("otel.status_description", "a")},${kv("error", '{"boolValue":true}')}]`, status: '{"code":2,"message":"b"}' }))],
  ["jaeger-status-description-absent-type", ["L-3", "L-4"], "A description without type is of type string.", ({ jaeger }) => jaeger(one({ status: '{"code":1,"message":"x"}' }), (s) => { delete tagOf(s, "otel.status_description").type; })],
  ["jaeger-error-without-status", ["L-3"], "The tag error without the status ERROR is an attribute.", ({ jaeger }) => jaeger(attributes(ID, kv("error", '{"boolValue":true}')))],
  ["jaeger-error-false", ["L-3"], "error false beside ERROR is an attribute.", ({ jaeger }) => jaeger(one({ attributes: `[${ID},${kv("error", '{"boolValue":false}')}]`, status: '{"code":2}' }), (s) => { s.tags = s.tags.filter((t) => t.key !== "error" || t.value === false); })],
  ["jaeger-error-string", ["L-3"], "error of type string is one, too; of type bool and written as text it is the tag.", ({ jaeger }) => jaeger(one({ attributes: `[${ID},${string("error", "true")}]`, status: '{"code":2}' }), (s) => { s.tags.findLast((t) => t.key === "error").value = "true"; })],

  ["jaeger-scope-twice", ["L-3"], "Attributes of the scope's names stand behind it: the first is the scope.", ({ jaeger }) => jaeger(attributes(ID, string("otel.scope.name", "a"), string("otel.scope.version", "b")))],
  ["jaeger-scope-absent", ["L-3"], "No scope.", ({ jaeger }) => jaeger(one({}, { scope: "{}" }))],
  ["jaeger-scope-not-string", ["L-3"], "otel.scope.name that is an int is an attribute.", ({ jaeger }) => jaeger(one({ attributes: `[${ID},${kv("otel.scope.name", '{"intValue":"1"}')}]` }, { scope: "{}" }))],
  ["jaeger-tracestate-attribute", ["L-3"], "Attributes named as Jaeger's own tags: only the last of each is left out.", ({ jaeger }) => jaeger(one({ traceState: '"a=b"', attributes: `[${ID},${string("w3c.tracestate", "x")},${kv("internal.span.format", '{"intValue":"1"}')}]` }))],
  ["jaeger-own-tags-any-type", ["L-3"], "They are left out whatever their type.", ({ jaeger }) => jaeger(BASIC, both(setTag("internal.span.format", 5), (s) => { tagOf(s, "internal.span.format").type = "int64"; }, addTags(tag("w3c.tracestate", "bool", true))))],

  ["jaeger-service-name-empty", ["L-3"], "A resource without service.name, whose serviceName is empty.", ({ jaeger }) => jaeger(one({}, { resource: `{"attributes":[${string("compliance.tenantId", "acme")}]}` }))],
  ["jaeger-service-name-none", ["L-3"], "A resource without attributes: OTLPResourceNoServiceName.", ({ jaeger }) => jaeger(one({}, { resource: "{}" }))],
  ["jaeger-service-name-absent", ["L-3"], "No serviceName.", ({ jaeger }) => jaeger(one({}, { resource: "{}" }), (s, trace) => { trace.processes.p1 = {}; })],
  ["jaeger-service-name-twice", ["L-3", "U-5"], "A tag service.name beside serviceName is a duplicate.", ({ jaeger }) => jaeger(BASIC, (s, trace) => { trace.processes.p1.tags.push(tag("service.name", "string", "billing")); })],
  ["jaeger-own-process", ["L-3"], "The span's own process, without processID.", ({ jaeger }) => jaeger(KEPT, (s, trace) => { s.process = trace.processes.p1; delete s.processID; delete trace.processes; })],
  ["jaeger-process-first", ["L-3"], "processID counts before the span's own process.", ({ jaeger }) => jaeger(KEPT, (s) => { s.process = { serviceName: "x" }; })],
  ["jaeger-no-process", ["L-3"], "Neither: the resource has no attributes.", ({ jaeger }) => jaeger(one({}, { resource: "{}" }), (s) => { delete s.processID; })],

  ["jaeger-event-named-event", ["L-3"], "An event whose name is `event`.", ({ jaeger }) => jaeger(one({ events: '[{"timeUnixNano":"1544712660500000000","name":"event"}]' }))],
  ["jaeger-event-fields", ["L-3"], "The last field event of type string is the name, wherever it stands; the others are attributes.", ({ jaeger }) => jaeger(one({ events: `[{"name":"e","attributes":[${kv("a", "{\"intValue\":\"1\"}")},${string("event", "x")}]}]` }), (s) => {
    s.logs[0].fields = [tag("event", "string", "x"), tag("event", "string", "e"), tag("a", "int64", 1)];
  })],
  ["jaeger-event-not-string", ["L-3"], "A field event that is an int is an attribute.", ({ jaeger }) => jaeger(one({ events: `[{"name":"","attributes":[${kv("event", '{"intValue":"1"}')}]}]` }))],
  ["jaeger-event-none", ["L-3"], "Events without name, fields or time.", ({ jaeger }) => jaeger(one({ events: "[{},{}]" }), (s) => { s.logs = [{}, { fields: null, timestamp: null }]; })],

  ["jaeger-times-largest", ["L-3"], "The largest whole number of microseconds below 2^64 ns.", ({ jaeger }) => json(jaeger(one({ startTimeUnixNano: '"1000"', endTimeUnixNano: '"18446744073709551000"' }), (s) => { s.duration = 0; }), ['"duration":0', '"duration":18446744073709550'])],
  ["jaeger-int64-text", ["L-4"], "int64 beyond 2^53 as text, and as a number.", ({ jaeger }) => json(jaeger(attributes(kv("compliance.a", '{"intValue":"9223372036854775807"}'), kv("compliance.b", '{"intValue":"-9223372036854775808"}'), kv("compliance.c", '{"intValue":"9007199254740993"}'))), ['"value":"9007199254740993"', '"value":9007199254740993'])],
  ["jaeger-float64", ["L-4", "J-16"], "float64 as numbers and text: NaN, infinity, negative zero.", ({ jaeger }) => json(jaeger(attributes(...["1e21", '"NaN"', '"-Infinity"', "-0.0", "5"].map((d, i) => kv(`compliance.${i}`, `{"doubleValue":${d}}`))), (s) => {
    for (const [i, v] of ["1E21", "NaN", "-Infinity", "@", 5].entries()) tagOf(s, `compliance.${i}`).value = v;
  }), ['"@"', "-0.0"])],
  ["jaeger-binary", ["L-4", "J-18"], "Bytes in base64, and none.", ({ jaeger }) => jaeger(attributes(kv("compliance.a", '{"bytesValue":"AQI="}'), kv("compliance.b", '{"bytesValue":""}')))],
  ["jaeger-bool-text", ["L-4"], "bool as text.", ({ jaeger }) => jaeger(attributes(kv("compliance.a", '{"boolValue":true}'), kv("compliance.b", '{"boolValue":false}')), both(setTag("compliance.a", "true"), setTag("compliance.b", "false")))],
  ["jaeger-values-as-text", ["L-4"], "Every value as text with its type, as some storages keep them.", ({ jaeger }) => jaeger(KEPT, (s) => { for (const t of s.tags) t.value = String(t.value); })],
  ["jaeger-type-absent", ["L-4"], "Without type, the JSON type counts: strings, booleans, integers, and other numbers are doubles.", ({ jaeger }) => json(jaeger(attributes(string("compliance.a", "x"), kv("compliance.b", '{"boolValue":true}'), kv("compliance.c", '{"intValue":"9223372036854775807"}'),
    kv("compliance.d", '{"doubleValue":1000}'), kv("compliance.e", '{"doubleValue":-0}'), kv("compliance.f", '{"doubleValue":1}'), kv("compliance.g", '{"intValue":"0"}')), (s) => {
    s.tags = s.tags.map((t) => ({ key: t.key, value: { "compliance.d": "@d", "compliance.e": "@e", "compliance.f": "@f", "compliance.c": "@c" }[t.key] ?? t.value }));
    s.tags[0].type = null;
  }), ['"@c"', "9223372036854775807"], ['"@d"', "1e3"], ['"@e"', "-0"], ['"@f"', "1.0"])],
  ["jaeger-value-number", ["L-4", "J-15", "J-16"], "Values that their type does not allow as numbers: the issue of J-15 or J-16, so altered although other values are texts of JSON.", ({ jaeger }) => [
    ["int64", "5.0"], ["int64", "9223372036854775808"], ["int64", '""'], ["float64", '"x"'], ["float64", "1e999"]].map(([type, value]) =>
    json(jaeger(attributes(kv("compliance.v", KVLIST), string("compliance.a", "@")), (s) => { tagOf(s, "compliance.a").type = type; }), ['"@"', value]))],
  ["jaeger-value-wire-type", ["L-4", "J-15", "J-16", "J-18"], "Values of another JSON type, and no base64: their issue.", ({ jaeger }) => [
    ["int64", "true"], ["int64", "[]"], ["float64", "{}"], ["binary", "5"], ["binary", '"AQI"']].map(([type, value]) =>
    json(jaeger(attributes(kv("compliance.v", KVLIST), string("compliance.a", "@")), (s) => { tagOf(s, "compliance.a").type = type; }), ['"@"', value]))],
  ["jaeger-surrogates", ["L-4", "J-14", "U-10"], "Unpaired surrogates in names, tags, process and fields are issues of their groups.", ({ jaeger }) => [
    jaeger(BASIC, (s) => { s.operationName = "\ud800"; }), jaeger(BASIC, setTag("compliance.id", "\ud800")), jaeger(BASIC, addTags(tag("\udc00", "string", "1"))),
    jaeger(BASIC, (s, trace) => { trace.processes.p1.serviceName = "\ud800"; }), jaeger(event('{"stringValue":"a"}'), (s) => { s.logs[0].fields[1].value = "\ud800"; }),
    jaeger(event('{"stringValue":"a"}'), (s) => { s.logs[0].fields[0].value = "\ud800"; }), jaeger(BASIC, setTag("otel.scope.name", "\ud800")), jaeger(one({ status: '{"message":"x"}' }), setTag("otel.status_description", "\ud800"))]],
  ["jaeger-duplicate-tags", ["L-5", "U-5"], "Two tags of one key are an issue, in all groups, also where Jaeger loses values.", ({ jaeger }) => [
    jaeger(valued(KVLIST), addTags(tag("a", "string", "1"), tag("a", "string", "1"))), jaeger(tenant(KVLIST), (s, trace) => { trace.processes.p1.tags.push(trace.processes.p1.tags[0]); }),
    jaeger(event('{"stringValue":"a"}'), (s) => { s.logs[0].fields.push(s.logs[0].fields[1]); })]],
  ["jaeger-malformed", ["L-3", "X-6"], "A reserved tag that is no string, and one that stands twice.", ({ jaeger }) => [
    jaeger(BASIC, (s) => { Object.assign(tagOf(s, "audit.integrity.signer"), { type: "int64", value: 1 }); }), jaeger(BASIC, addTags(tag("audit.integrity.signer", "string", "collector")))]],
  ["jaeger-marked", ["L-3", "X-8"], "A marked span.", ({ jaegerOf }) => jaegerOf(attributes(ID, string("audit.integrity.error", "oversize")))],

  ["jaeger-lost-core", ["L-5", "X-21"], "Times that are no whole microseconds are cut.", ({ jaeger }) => jaeger(one({ startTimeUnixNano: '"1544712660000000001"' }))],
  ["jaeger-lost-core-end", ["L-5"], "The end alone.", ({ jaeger }) => jaeger(one({ endTimeUnixNano: '"1544712661000000999"' }))],
  ["jaeger-lost-core-name", ["L-5"], "A name that is another: core is lost, as nobody can tell whether it was the times.", ({ jaeger }) => jaeger(BASIC, (s) => { s.operationName = "x"; })],
  ["jaeger-altered-core-other-span", ["L-5", "X-19"], "The six tags on another span: its ids are not the statement's, so core is altered.", ({ sign, jaegerOf }) => jaegerOf(sign(BASIC, { onto: one({ spanId: '"00f067aa0ba902b7"' }) }))],
  ["jaeger-altered-core-other-trace", ["L-5", "X-19"], "On the span of that id in another trace.", ({ sign, jaegerOf }) => jaegerOf(sign(BASIC, { onto: one({ traceId: `"${OTHER_TRACE}"` }) }))],
  ...JAEGER_TEXTS.map(([name, value, text, lost]) => [`jaeger-${lost ? "lost" : "altered"}-attr-${name}`, ["L-5", "X-21"], lost ? "A text that is not what was signed, and may be what a storage made of it." : "A text that no storage made of another value.",
    ({ jaeger }) => jaeger(valued(value), text === undefined ? undefined : (s) => { Object.assign(tagOf(s, "compliance.v"), { type: "string", value: text }); })]),
  ["jaeger-altered-attr-not-string", ["L-5"], "Another int, and another array of bytes, are altered.", ({ jaeger }) => [jaeger(valued('{"intValue":"1"}'), setTag("compliance.v", 2)), jaeger(valued('{"bytesValue":"AQ=="}'), setTag("compliance.v", "Ag=="))]],
  ["jaeger-verified-json-text", ["L-5"], "A string that was signed as such a text fits.", ({ jaeger }) => jaeger(valued('{"stringValue":"[1]"}'))],
  ["jaeger-lost-attr-beside", ["L-5"], "An array beside a text that is altered.", ({ jaeger }) => jaeger(attributes(ID, kv("compliance.v", KVLIST)), setTag("compliance.id", "x"))],
  ["jaeger-altered-attr-not-covered", ["L-5"], "An array that is not covered.", ({ sign, jaegerOf }) => jaegerOf(sign(attributes(string("compliance.id", "a"), kv("x", KVLIST)), { coverage: { attr: ["compliance.*"], res: [] } }), setTag("compliance.id", "b"))],
  ["jaeger-altered-attr-removed", ["L-5"], "A tag is removed.", ({ jaeger }) => jaeger(attributes(string("compliance.id", "a"), string("compliance.b", "b")), dropTag("compliance.b"))],
  ["jaeger-lost-ev", ["L-5"], "An event whose time is no whole microsecond.", ({ jaeger }) => jaeger(one({ events: '[{"timeUnixNano":"1544712660500000001","name":"e"}]' }))],
  ["jaeger-lost-ev-attribute-event", ["L-5"], "An attribute event hides the name.", ({ jaeger }) => jaeger(one({ events: `[{"name":"e","attributes":[${string("event", "x")}]}]` }))],
  ["jaeger-lost-ev-one-left", ["L-5"], "Of two events one is left.", ({ jaeger }) => jaeger(KEPT, (s) => { s.logs.pop(); })],
  ["jaeger-altered-ev", ["L-5"], "All events are gone.", ({ jaeger }) => jaeger(KEPT, (s) => { s.logs = []; })],
  ["jaeger-lost-lnk", ["L-5"], "A link's attributes are not kept.", ({ jaeger }) => jaeger(link('{"stringValue":"x"}'))],
  ["jaeger-lost-lnk-parent-left", ["L-5"], "The links are gone, and the parent is left in references.", ({ jaeger }) => jaeger(KEPT, (s) => { s.references.length = 1; })],
  ["jaeger-altered-lnk", ["L-5"], "All references are gone: lnk is altered. (core is lost with the parent.)", ({ jaeger }) => jaeger(KEPT, (s) => { s.references = []; })],
  ["jaeger-lost-res", ["L-5"], "A kvlist in the resource, covered.", ({ jaeger }) => jaeger(tenant(KVLIST))],
  ["jaeger-lost-res-service", ["L-5"], "A service whose name is the text of a number is another.", ({ jaeger }) => jaeger(one({}, { resource: `{"attributes":[${string("service.name", "a")}]}` }), (s, trace) => { trace.processes.p1.serviceName = "5"; })],
  ["jaeger-altered-res", ["L-5"], "A kvlist in the resource that is not covered, and another service.", ({ jaeger }) => jaeger(one({}, { resource: `{"attributes":[${string("service.name", "billing")},${kv("host.who", KVLIST)}]}` }), (s, trace) => { trace.processes.p1.serviceName = "x"; })],
  ["jaeger-altered-res-scope", ["L-5"], "Another version of the scope.", ({ jaeger }) => jaeger(BASIC, setTag("otel.scope.version", "2"))],
  ["jaeger-lost-several", ["L-5", "X-21"], "All groups, in their order.", ({ jaeger }) => jaeger(
    one({ startTimeUnixNano: '"1"', attributes: `[${ID},${kv("compliance.v", KVLIST)}]`, events: '[{"timeUnixNano":"1"}]', links: `[{"traceId":"${OTHER_TRACE}","spanId":"0000000000000001","attributes":[{"key":"a"}]}]` }, { resource: `{"attributes":[${kv("compliance.r", '{"arrayValue":{}}')}]}` })), { report: true }],
  ["jaeger-lost-and-altered", ["X-21"], "core is lost and attr is altered: altered wins, and names attr alone.", ({ jaeger }) => jaeger(one({ startTimeUnixNano: '"1"' }), setTag("compliance.id", "x"))],
  ["jaeger-lost-and-altered-several", ["X-21"], "core and ev are lost; attr, lnk and res are altered.", ({ jaeger }) => jaeger(
    one({ startTimeUnixNano: '"1"', events: '[{"timeUnixNano":"1"}]', links: `[{"traceId":"${OTHER_TRACE}","spanId":"0000000000000001"}]` }), both(setTag("compliance.id", "x"), (s, trace) => { s.references = []; trace.processes.p1.serviceName = "x"; }))],
  ["jaeger-and-otlp", ["X-23"], "The same span from a file of OTLP and from Jaeger: a duplicate.", ({ sign, jaeger }) => [sign(KEPT).text, jaeger(KEPT)]],

  ...[
    ["data-object", "data is no array.", '{"data":{}}'],
    ["trace-null", "A trace that is null.", '{"data":[null]}'],
    ["spans-object", "spans is no array.", '{"data":[{"spans":{}}]}'],
    ["span-null", "A span that is null.", '{"data":[{"spans":[null]}]}'],
    ["processes-array", "processes is no object.", '{"data":[{"spans":[{"spanID":"1"}],"processes":[]}]}'],
    ["process-array", "A process is no object.", spanText({ processID: '"p"' }, '{"p":[]}')],
    ["process-missing", "A processID without process.", spanText({ processID: '"p2"' }, '{"p1":{}}')],
    ["processes-missing", "A processID without processes.", spanText({ processID: '"p1"' })],
    ["process-null", "A process that is null is absent.", spanText({ processID: '"p1"' }, '{"p1":null}')],
    ["process-id-number", "A processID that is a number.", spanText({ processID: "1" }, '{"1":{}}')],
    ["own-process-array", "The span's own process is no object.", spanText({ process: "[]" })],
    ["service-name-number", "serviceName is a number.", spanText({ process: '{"serviceName":1}' })],
    ["trace-id-number", "traceID is a number.", spanText({ traceID: "1" })],
    ["trace-id-33-digits", "33 digits.", spanText({ traceID: `"${"0".repeat(33)}"` })],
    ["span-id-17-digits", "17 digits.", spanText({ spanID: `"${"0".repeat(17)}"` })],
    ["span-id-no-hex", "A character that is no digit.", spanText({ spanID: '"0x1"' })],
    ["reference-id", "The id of a reference.", spanText({ references: '[{"refType":"FOLLOWS_FROM","traceID":"1","spanID":"g"}]' })],
    ["reference-type-number", "refType is a number.", spanText({ references: '[{"refType":1}]' })],
    ["reference-null", "A reference that is null.", spanText({ references: "[null]" })],
    ["name-number", "operationName is a number.", spanText({ operationName: "1" })],
    ["time-text", "startTime is a string.", spanText({ startTime: '"1"' })],
    ["time-fraction", "startTime is no whole number.", spanText({ startTime: "1.5" })],
    ["time-exponent", "Nor in the form of one.", spanText({ startTime: "1e3" })],
    ["time-negative", "startTime is negative.", spanText({ startTime: "-1" })],
    ["time-too-large", "2^64 ns or more.", spanText({ startTime: "18446744073709552" })],
    ["duration-negative", "duration is negative.", spanText({ startTime: "5", duration: "-1" })],
    ["end-too-large", "start and duration together are 2^64 ns or more.", spanText({ startTime: "18446744073709550", duration: "2" })],
    ["timestamp-too-large", "The time of an event.", spanText({ logs: '[{"timestamp":18446744073709552}]' })],
    ["logs-null-element", "An event that is null.", spanText({ logs: "[null]" })],
    ["fields-object", "fields is no array.", spanText({ logs: '[{"fields":{}}]' })],
    ["tags-object", "tags is no array.", spanText({ tags: "{}" })],
    ["tag-null", "A tag that is null.", spanText({ tags: "[null]" })],
    ["tag-without-key", "A tag without key.", spanText({ tags: '[{"type":"string","value":"x"}]' })],
    ["tag-key-number", "A key that is a number.", spanText({ tags: '[{"key":1,"type":"string","value":"x"}]' })],
    ["tag-without-value", "A tag without value.", spanText({ tags: '[{"key":"a","type":"string"}]' })],
    ["tag-value-null", "null is the same, also without type.", spanText({ tags: '[{"key":"a","value":null}]' })],
    ["tag-type-unknown", "Another type.", spanText({ tags: '[{"key":"a","type":"STRING","value":"x"}]' })],
    ["tag-type-number", "A type that is a number.", spanText({ tags: '[{"key":"a","type":1,"value":"x"}]' })],
    ["tag-string-number", "A number of type string.", spanText({ tags: '[{"key":"a","type":"string","value":1}]' })],
    ["tag-bool-number", "A number of type bool.", spanText({ tags: '[{"key":"a","type":"bool","value":1}]' })],
    ["tag-bool-text", "Another text of type bool.", spanText({ tags: '[{"key":"a","type":"bool","value":"True"}]' })],
    ["tag-array", "An array without type.", spanText({ tags: '[{"key":"a","value":[]}]' })],
    ["process-tag", "A tag of a process.", spanText({ process: '{"tags":[{"key":"a","type":"x","value":1}]}' })],
    ["field", "A field of an event.", spanText({ logs: '[{"fields":[{"key":"a","type":"bool","value":0}]}]' })],
    ["repeated-member", "A repeated member of a span.", '{"data":[{"spans":[{"spanID":"1","spanID":"1"}]}]}'],
    ["repeated-process", "Two processes of one name.", spanText({ processID: '"p1"' }, '{"p1":{},"p1":{}}')],
    ["repeated-not-read", "A repeated member in an object of a span that is not read.", '{"data":[{"spans":[{"spanID":"1","x":{"a":1,"a":1}}]}]}'],
    ["repeated-data", "data twice.", '{"data":[],"data":[]}'],
    ["repeated-other", "Another member of the answer twice.", '{"data":[],"x":1,"x":1}'],
  ].map(([name, comment, text]) => [`jaeger-undecodable-${name}`, [/tag|field/.test(name) ? "L-4" : "L-3", "X-4"], comment, () => text]),
];

/** The text of an answer with one span of these members. */
function spanText(members, processes) {
  return `{"data":[${object({ spans: `[${object({ traceID: '"1"', spanID: '"1"', ...members })}]`, processes })}]}`;
}

const laterCases = [
  ["tempo-lone-surrogate-names", ["L-1", "L-2", "J-14"], "Names that escape an unpaired surrogate are other members, wherever they stand.", ({ sign, batches }) => ({
    "\ud800": 1, trace: { "\udc00": 1, batches: batches(sign(BASIC), (s, ss, rs) => { for (const x of [s, ss, rs, s.attributes[0]]) x["traceI\ud800"] = 1; }) } })],
];

export const storeCases = [...tempoCases, ...jaegerCases, ...laterCases];

/** The files and the other members of the vector. */
export function buildStoreCase([, , , make, { options = { tenant: "acme" } } = {}], keys) {
  const files = [make(tools(keys))].flat().map((f) => ({ text: typeof f === "string" ? f : JSON.stringify(f) }));
  return { trust: "trust/default.json", options, files };
}

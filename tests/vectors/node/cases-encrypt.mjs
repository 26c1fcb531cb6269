// The cases of encrypt/ and encrypt-sign/, by hand. Each: [name, rules, comment, input, settings?, more?]
import {
  BODY, HEAD, RESOURCE, SCOPE, SPAN, TRACE, double, fixed32, fixed64, group, json, kv, len, object, one, pAttribute, pKv, pOne, pResource,
  pScope, pSpans, protobuf, raw, request, span, tag, toProtobuf, varint,
} from "./build.mjs";
import { Undecodable } from "./bytes.mjs";
import { EXAMPLE } from "./cases-sign.mjs";
import { IAT, POL, SALT } from "./cases-verify.mjs";
import { DEFAULT_COVERAGE } from "./coverage.mjs";
import { findSensitive, treatedSpans } from "./encrypter.mjs";
import { SETTINGS, secretsOf } from "./make-secrets.mjs";

const ID = kv("compliance.id", '{"stringValue":"1"}');
const text = (s) => `{"stringValue":${JSON.stringify(s)}}`;
const X = text("x");
/** A compliance span with these attributes (texts). */
const attributes = (...texts) => one({ attributes: `[${[ID, ...texts].join(",")}]` });
/** ... with sensitive attributes of these AnyValues. */
const valued = (...values) => attributes(...values.map((v, i) => kv(i === 0 ? "pii.v" : `pii.v${i}`, v)));
const both = (input) => toProtobuf(input.text);
/** A case, and the same request in protobuf. */
const pair = (name, rules, comment, input, ...more) =>
  [[name, rules, comment, input, ...more], [`${name}-protobuf`, rules, "The same in protobuf.", both(input), ...more]];

const event = (...texts) => object({ timeUnixNano: '"1544712660500000000"', name: '"approved"', attributes: `[${texts.join(",")}]` });
const link = (...texts) => object({ traceId: '"0af7651916cd43dd8448eb211c80319c"', spanId: '"b7ad6b7169203331"', attributes: `[${texts.join(",")}]` });
const array = (...values) => `{"arrayValue":{"values":[${values.join(",")}]}}`;
const kvlist = (...entries) => `{"kvlistValue":{"values":[${entries.join(",")}]}}`;
/** The innermost value is at depth `depth`. */
const nest = (depth, inner) => (depth === 1 ? inner : array(nest(depth - 1, inner)));
const pNest = (depth, ...inner) => (depth === 1 ? Buffer.concat(inner) : len(5, len(1, pNest(depth - 1, ...inner))));

/** A compliance span in protobuf with a sensitive attribute of this AnyValue, or of this KeyValue. */
const pValued = (...value) => pOne(pAttribute, pKv(9, "pii.v", ...value));
const pKeyValue = (...parts) => pOne(pAttribute, len(9, ...parts));
const KEY = len(1, "pii.v"), VALUE = len(2, len(1, "x"));
/** A length of two bytes where one would do. */
const padded = (...tagAndContent) => {
  const [field, content] = [len(tagAndContent[0], ...tagAndContent.slice(1)), Buffer.concat(tagAndContent.slice(1))];
  return Buffer.concat([field.subarray(0, 1), Buffer.of(content.length | 0x80, 0), content]);
};

const EVERY_TYPE = [X, '{"intValue":"-5"}', '{"doubleValue":0.1}', '{"boolValue":true}', '{"bytesValue":"AQI="}', array(X, "{}"), kvlist(kv("b", X), kv("a", array())), "{}"]
  .map((v, i) => kv(`pii.${i}`, v));
const SCOPES = one({
  attributes: `[${ID},${kv("pii.v", X)}]`, events: `[${event(kv("pii.v", X))}]`, links: `[${link(kv("pii.v", X))}]`,
});
const ORDINARY = span({ spanId: '"00f067aa0ba902b7"', attributes: `[${kv("pii.v", X)}]` });
const BOTH = json(request([ORDINARY, span({ attributes: `[${ID},${kv("pii.v", X)}]` })]));
const NOTHING = one({ attributes: `[${ID},${kv("http.status", '{"intValue":"200"}')}]` });
const resourceSpans = (resource, ...scopeSpans) => `{"resource":${resource},"scopeSpans":[${scopeSpans.map((spans) => `{"scope":${SCOPE},"spans":[${spans.join(",")}]}`).join(",")}]}`;
const at = (id, ...texts) => span({ spanId: `"${id}"`, attributes: `[${texts.join(",")}]` });
const SEVERAL = json(`{"resourceSpans":[${[
  resourceSpans(RESOURCE, [at("0000000000000001", ID, kv("pii.a", X)), at("0000000000000002", kv("pii.b", X))], [at("0000000000000003", kv("pii.c", X), ID)]),
  resourceSpans(`{"attributes":[${kv("compliance.tenantId", text("acme"))}]}`, [at("0000000000000004", kv("pii.d", X), kv("user.email", X))]),
  resourceSpans(RESOURCE, [at("0000000000000005", kv("user.email", X))]),
].join(",")}]}`);
const reserved = (...texts) => attributes(...texts);
const RESERVED = kv("audit.integrity.value", text("forged"));
const DOT_ZERO = { patterns: ["audit.integrity.value.0"] };
const LOOKS_ENCRYPTED = "kmsgw-enc/1.e477874abf723b71cab6c54925984756.JDtHErrVvfqxKQ-b51q0Ew.sZsUWPrymsdc99fN.b23FK5l0IwCokFBf4-wwcEhQNSVJcUr-696UcY5E9wZ3XayoWZBtcQ";
const ESCAPES = "\"\\\b\t\n\f\r\u0000\u001f/\u007f\u2028\u2029 \ue000 \u00e9 e\u0301 \ufb33 \ud83d\ude00";
/** Spans whose ids are not those of one, each with a sensitive attribute. */
const badIds = (...changes) => json(request(changes.map((c) => span({ attributes: `[${ID},${kv("pii.v", X)}]`, ...c }))));
const pIds = (...ids) => pSpans([...ids, BODY, pAttribute, pKv(9, "pii.v", len(1, "x"))]);

export const encryptCases = [
  ["string", ["E-1", "E-3", "E-5", "E-6", "E-7", "E-8"], "A string.", valued(text("Kass\u00e9"))],
  ["string-protobuf", ["E-1", "E-3", "E-5", "E-6", "E-7", "E-8"], "The same in protobuf.", both(valued(text("Kass\u00e9")))],
  ["issue", ["E-7"], "A number that no int64 is: the JSON text of the KeyValue behind the byte 01.", valued('{"intValue": "5.0"}')],
  ["issue-protobuf", ["E-7"], "A wrong wire type: the content of the KeyValue behind the byte 00.", pOne(pAttribute, pKv(9, "pii.v", len(3, "x")))],
  ["withheld", ["E-2"], "Withheld.", attributes(kv("pii.v", X), kv("user.email", text("y"))), { withhold: true }],
  ["undecodable", ["E-2", "J-5"], "An alias.", json(request(span({ attributes: `[${ID},{"Key":"pii.v"}]` })))],

  // Types
  ...pair("string-characters", ["E-7", "C-2"], "Every kind of character.", valued(text(ESCAPES))),
  ["string-written-with-escapes", ["E-7", "C-2"], "The input escapes what canonical JSON does not, and so does not stand in the plaintext.",
    valued('{"stringValue":"\\u0061\\/\\u00e9\\ud83d\\uDE00\\u2028\\u001F\\n"}')],
  ...pair("string-empty", ["E-7"], "The empty string.", valued(text(""))),
  ["string-long-protobuf", ["E-3", "E-7"], "A long string: lengths of three bytes.", pValued(len(1, "x".repeat(12400)))],
  ...pair("string-of-json", ["E-7"], "Strings that are themselves V of something, or begin with the bytes 00 and 01.",
    valued(text('{"intValue":"1"}'), text("null"), text("\u0000"), text("\u0001{}"))),
  ...pair("ints", ["E-7", "V-2"], "Both ends, zero and negative, as numbers and as strings.",
    valued('{"intValue":"9223372036854775807"}', '{"intValue":"-9223372036854775808"}', '{"intValue":0}', '{"intValue":-5}', '{"intValue":"9007199254740993"}')),
  ["ints-as-numbers", ["E-7", "V-2"], "Both ends as JSON numbers.", valued('{"intValue":9223372036854775807}', '{"intValue":-9223372036854775808}')],
  ...pair("doubles", ["E-7", "V-3", "V-4"], "The values that section 5 writes otherwise than others.",
    valued(...["-0.0", '"NaN"', '"Infinity"', '"-Infinity"', "1e21", "12.50", "5", "0", "1e-7", "5e-324", "-1.7976931348623157e308", "123456789012345680000"].map((x) => `{"doubleValue":${x}}`))),
  ["doubles-as-strings", ["E-7", "J-16"], "Numbers as strings, and one that underflows to negative zero.",
    valued(...['"1E21"', '"-0"', '"0.10"', "-1e-400", '"5"'].map((x) => `{"doubleValue":${x}}`))],
  ["doubles-nan-protobuf", ["E-7", "V-4"], "Two NaNs with other bits: the bits are lost.",
    pOne(pAttribute, pKv(9, "pii.a", fixed64(4, 0xfff8000000000000n)), pKv(9, "pii.b", fixed64(4, 0x7ff0000000000001n)))],
  ...pair("bools", ["E-7", "V-5"], "Both.", valued('{"boolValue":true}', '{"boolValue":false}')),
  ["bool-2-protobuf", ["E-7", "P-9"], "The varint 2 is true; a 64-bit varint whose lower half is zero as well.", pOne(pAttribute, pKv(9, "pii.a", varint(2, 2)), pKv(9, "pii.b", varint(2, 2n ** 32n)))],
  ...pair("bytes", ["E-7", "V-6"], "None, one, two, three, and some that base64url would write otherwise.",
    valued(...["", "AA==", "AQI=", "AQID", "+/+/"].map((x) => `{"bytesValue":"${x}"}`))),
  ...pair("arrays", ["E-7", "V-7"], "Empty, and nested with every type.",
    valued(array(), array(X, '{"intValue":"1"}', '{"doubleValue":0.5}', '{"boolValue":false}', '{"bytesValue":"AQI="}', array(), array(array(X)), kvlist(), "{}"))),
  ["arrays-empty", ["E-7", "J-12"], "Other ways to write empty ones.", valued('{"arrayValue":{}}', '{"arrayValue":{"values":null}}', '{"kvlistValue":{}}', '{"kvlistValue":{"values":null}}')],
  ...pair("kvlists", ["E-7", "V-8", "C-4"], "Empty, nested, and with keys whose order is that of UTF-16 code units.",
    valued(kvlist(), kvlist(kv("b", X), kv("a", kvlist(kv("", "{}"), kv("A", array())))), kvlist(kv("\ufb33", X), kv("\ud83d\ude00", X), kv("10", X), kv("9", X), kv("__proto__", X), kv("\u0001\"", X)),
      kvlist(kv("stringValue", X)))),
  ...pair("no-value", ["E-7", "V-9"], "An AnyValue without a member, and none.", attributes(kv("pii.a", "{}"), '{"key":"pii.b"}')),
  ["no-value-null", ["E-7", "J-10"], "null as the value.", attributes(kv("pii.a", "null"), kv("pii.b", array("{}")), '{"key":"pii.c","value":null,"keyStrindex":null}')],
  ...pair("depth-32", ["E-7", "U-13"], "The deepest value.", valued(nest(32, X))),
  ...pair("depth-32-empty", ["E-7", "U-13"], "An empty array at depth 32.", valued(nest(32, array()))),

  ...pair("every-type-in-event", ["E-7", "E-8"], "Every type in an event.", one({ attributes: `[${ID}]`, events: `[${event(...EVERY_TYPE)}]` })),
  ...pair("every-type-in-link", ["E-7", "E-8"], "Every type in a link.", one({ attributes: `[${ID}]`, links: `[${link(...EVERY_TYPE)}]` })),

  // Scopes and order
  ...pair("scopes", ["E-1", "E-8"], "In the span, an event and a link: the ids are always the span's.", SCOPES),
  ["order-json", ["E-1", "E-3"], "Links before events before attributes: the nonces follow the bytes.", json(request(object({
    links: `[${link(kv("pii.a", X))}]`, events: `[${event(kv("pii.b", X), kv("other", X), kv("pii.c", X))},${event(kv("pii.b", X))}]`,
    attributes: `[${kv("pii.d", X)},${ID}]`, spanId: '"eee19b7ec3c1b174"', traceId: '"5b8efff798038103d269b633813fc60c"',
  })))],
  ["order-protobuf", ["E-1", "E-3"], "Attributes, events and links in turn.", pOne(
    pKv(9, "pii.a", len(1, "x")), len(13, pKv(4, "pii.b", len(1, "x"))), len(11, pKv(3, "pii.c", len(1, "x"))), pAttribute,
    pKv(9, "pii.d", len(1, "x")), len(11, pKv(3, "pii.e", len(1, "x")), len(2, "late")), pKv(9, "pii.f", len(1, "x")))],
  ...pair("several", ["E-1", "E-2"], "Spans of several resources and scopes; the third resource makes no compliance span.", SEVERAL),
  ["several-all", ["E-2"], "The same, all spans.", SEVERAL, { spans: "all" }],
  ...pair("not-compliance", ["E-2"], "A span that is no compliance span stays as it is, although its key is sensitive.", BOTH),
  ...pair("not-compliance-all", ["E-2"], "All spans: both are encrypted.", BOTH, { spans: "all" }),
  ["not-compliance-broken", ["E-2", "P-2"], "The untouched span is not entered: its value is broken, and stays as it is.", pSpans(
    [TRACE, SPAN, BODY, pKv(9, "pii.v", raw("0aff"))], [HEAD, BODY, pAttribute, pKv(9, "pii.v", len(1, "x"))])],
  ["not-compliance-broken-event", ["E-2", "P-2"], "The same of an event.", pSpans(
    [HEAD, BODY, pAttribute, pKv(9, "pii.v", len(1, "x"))], [TRACE, SPAN, BODY, len(11, raw("1a"))])],
  ["not-compliance-broken-all", ["E-2", "P-2"], "All spans: the broken value would have to be read, so P-2 holds as for a compliance span. (Section 13 does not say so.)", pSpans(
    [TRACE, SPAN, BODY, pKv(9, "pii.v", raw("0aff"))], [HEAD, BODY, pAttribute, pKv(9, "pii.v", len(1, "x"))]), { spans: "all" }],
  ["not-compliance-issue-all", ["E-7"], "All spans: an issue of a span that is no compliance span.", json(request([at("0000000000000001", kv("pii.v", '{"intValue":"x"}')), at("0000000000000002", ID)])), { spans: "all" }],
  ...pair("compliance-by-resource", ["E-2"], "Selected by a key of the resource.", one({ attributes: `[${kv("pii.v", X)}]` }, { resource: `{"attributes":[${kv("compliance.tenantId", text("acme"))}]}` })),
  ["compliance-by-earlier-key", ["E-2", "P-8"], "Selected by the first of two keys of another attribute.", pOne(len(9, len(1, "compliance.a"), len(1, "b"), VALUE), pKv(9, "pii.v", len(1, "x")))],
  ["compliance-not-by-event", ["E-2"], "A key of an event selects nothing.", one({ attributes: `[${kv("pii.v", X)}]`, events: `[${event(ID, kv("pii.v", X))}]` })],
  ...pair("nothing-sensitive", ["E-1", "E-3"], "Nothing to encrypt: the bytes as they came.", NOTHING),
  ["nothing-sensitive-padded", ["E-3"], "Nothing to encrypt: padded lengths stay.", protobuf(len(1, pResource, len(2, pScope, padded(2, HEAD, pAttribute))))],
  ["no-patterns", ["E-1"], "No patterns.", SCOPES, { patterns: [] }],
  ["no-spans", ["E-1"], "An empty request.", json("{}")],
  ["empty-protobuf", ["E-1"], "No bytes.", protobuf(), { spans: "all" }],
  ...pair("events-and-links-empty", ["E-1"], "Empty lists, and an event and a link without attributes.", one({
    attributes: `[${ID},${kv("pii.v", X)}]`, events: `[{"name":"a"},${event()}]`, links: `[{},${link()}]` })),
  ["events-and-links-null", ["E-1", "J-10"], "null for lists.", one({ attributes: `[${ID},${kv("pii.v", X)}]`, events: "null", links: "null" })],
  ["attributes-of-events-null", ["E-1", "J-10"], "null for the attributes of an event and a link.", one({
    attributes: `[${ID}]`, events: `[{"attributes":null},${event(kv("pii.v", X))}]`, links: `[{"attributes":null}]` })],
  ["attributes-null-all", ["E-1", "J-10"], "null for the attributes of the span.", one({ attributes: "null", links: `[${link(kv("pii.v", X))}]` }), { spans: "all" }],
  ["elements-wrong", ["E-1", "J-9", "J-11"], "Elements that are none, of events, of links and of attributes: the others are encrypted, the wrong ones are copied.", one({
    attributes: `[${ID}]`, events: `[null,${event("null", kv("pii.v", X), "5")},"x"]`, links: `[${link('"pii.v"', kv("pii.v", X))}]` })],
  ["events-wrong-type", ["E-1", "J-9"], "An object in place of events: it is not interpreted, so nothing in it is an attribute.", one({
    attributes: `[${ID},${kv("pii.v", X)}]`, events: event(kv("pii.v", X)) })],
  ["wire-types-around", ["E-1", "P-5"], "An attribute, an event and an attribute of an event as groups: not interpreted, so nothing in them is an attribute, and they are copied.", pOne(
    pAttribute, pKv(9, "pii.v", len(1, "x")), group(9, KEY, VALUE), group(11, pKv(3, "pii.v", len(1, "x"))), len(11, group(3, KEY, VALUE), pKv(3, "pii.v", len(1, "x"))))],

  // Keys
  ...pair("patterns", ["E-1", "G-16"], "What a prefix and an exact key match, and what not.",
    attributes(...["pii", "pii.", "pii.a", "pii.a.b", "piix", "PII.a", "a.pii.b", "user.email", "user.email.", "user.email.x", "user.Email", "user", ""].map((k) => kv(k, X)))),
  ...pair("keys-of-other-characters", ["E-3", "E-8", "C-2"], "Keys that canonical JSON escapes, and some that it does not.",
    attributes(...["pii.\u00e9", "pii.\"\\/", "pii.\u0000\n\u001f\u007f", "pii.\u2028", "pii.\ud83d\ude00", "pii.\",\"x"].map((k) => kv(k, X)))),
  ["key-escaped", ["E-1", "E-3", "E-8", "J-3"], "The key is compared after unescaping; its token stays as it was, and the additional data has the key itself.",
    attributes('{"key":"user\\u002eemail","value":{"stringValue":"x"}}', '{"key":"\\u0070ii.\\/\\u00E9","value":{"stringValue":"x"}}')],
  ["key-after-value", ["E-3"], "The value comes before the key: the key comes first in what replaces it.", attributes('{"value":{"stringValue":"x"},"key":"pii.v"}')],
  ["key-after-value-protobuf", ["E-3"], "The same in protobuf.", pKeyValue(VALUE, KEY)],
  ["key-null", ["E-1", "J-10"], "Keys that are null or absent are the empty key, which no pattern matches.", attributes('{"key":null,"value":{"stringValue":"x"}}', '{"value":{"stringValue":"y"}}')],
  ["key-in-event-number", ["E-1", "J-9"], "A key of the wrong type is none.", one({ attributes: `[${ID}]`, events: `[${event('{"key":5,"value":{"stringValue":"x"}}', kv("pii.v", X))}]` })],
  ["duplicate", ["E-1", "E-7", "U-5"], "Two attributes of one key: each has its V, for the duplicate is no issue of their own.", attributes(kv("pii.v", X), kv("pii.v", text("y")))],
  ["duplicate-protobuf", ["E-1", "E-7", "U-5"], "The same in protobuf.", pOne(pAttribute, pKv(9, "pii.v", len(1, "x")), pKv(9, "pii.v", len(1, "y")))],
  ...pair("resource-and-scope", ["E-1"], "Attributes of a resource and of a scope are never encrypted.", one({ attributes: `[${ID},${kv("pii.v", X)}]` },
    { resource: `{"attributes":[${kv("pii.v", X)},${kv("user.email", X)}]}`, scope: `{"name":"a","attributes":[${kv("pii.v", X)}]}` })),
  ...pair("nested-key", ["E-1"], "A key inside the value of another attribute is not sensitive.", attributes(kv("other", kvlist(kv("pii.v", X), kv("user.email", X))))),
  ...pair("looks-encrypted", ["E-3", "R-1"], "Values that look encrypted or withheld already are encrypted like any other.",
    valued(text(LOOKS_ENCRYPTED), text("kmsgw-enc/1.withheld"), text("kmsgw-enc/1.abc"))),

  // Copied bytes
  ["white-space", ["E-3"], "White space around is copied, that inside the KeyValue is not.",
    json(request(span({ attributes: `[ ${ID} ,\n\t{ "key" : "pii.v" ,\r\n "value" : { "stringValue" : "x" } } , ${kv("other", X)} ]` })))],
  ["white-space-example", ["E-3"], "The example of section 15, with other patterns.", json(EXAMPLE), { patterns: ["http.*", "audit.integrity.value.0"] }],
  ["unknown-members", ["E-3", "J-7"], "Unknown members of other objects are preserved.", one({
    attributes: `[${ID},${kv("pii.v", X)}]`, "x\\u0079": '{"key":"pii.v"}', events: `[{"attributes":[${kv("pii.v", X)}],"pii.v":1e400}]` }, { outer: ',"later":[1.0]' })],
  ["unknown-fields-protobuf", ["E-3", "P-4"], "Unknown fields and groups of other messages are preserved.", protobuf(varint(7, 1), len(1, fixed32(9, 1), pResource, len(2, group(8, varint(1, 1)), pScope,
    len(2, HEAD, varint(77, 5), pAttribute, pKv(9, "pii.v", len(1, "x")), len(11, len(9, "pii.v"), pKv(3, "pii.v", len(1, "x")), fixed64(10, 1)), len(78, KEY, VALUE)))))],
  ["padded-varints", ["E-3", "P-3"], "Padded lengths on the way to the value are written in the shortest form; padded tags, and lengths elsewhere, are copied.", protobuf(
    padded(1, padded(1), padded(2, padded(1, padded(1, Buffer.from("a"))), len(2, TRACE, padded(2, raw("eee19b7ec3c1b174")), padded(5, Buffer.from("a")), pAttribute,
      raw("ca80 00"), Buffer.of(KEY.length + VALUE.length | 0x80, 0), KEY, VALUE)))) ],
  ["padded-inside", ["E-3", "P-3"], "Padded tags, lengths and values inside the KeyValue.", pOne(pAttribute, len(9, raw("8a 00 85 00"), Buffer.from("pii.v"), raw("92 80 00 85 00 98 00 85 80 00")))],
  ["shorter", ["E-2", "E-3"], "What replaces a value may be shorter: lengths of two bytes become one.", pValued(len(1, "x".repeat(300))), { withhold: true }],

  // Reserved names
  ...pair("reserved", ["E-1", "E-8", "A-2"], "A reserved name is renamed first, and sensitive under its new name. (`output` keeps the old name; renaming is another step.)", reserved(RESERVED), DOT_ZERO),
  ...pair("reserved-not-by-old-name", ["E-1", "A-2"], "By its old name it is not sensitive; in an event, where nothing is reserved, it is.", one({
    attributes: `[${ID},${RESERVED}]`, events: `[${event(RESERVED)}]` }), { patterns: ["audit.integrity.value"] }),
  ...pair("reserved-not-in-events", ["E-1", "A-2"], "In events and links nothing is renamed.", one({
    attributes: `[${ID}]`, events: `[${event(RESERVED)}]`, links: `[${link(RESERVED, kv("audit.integrity.value.0", X))}]` }), DOT_ZERO),
  ...pair("reserved-by-prefix", ["E-1", "A-2"], "A prefix that matches both names.", reserved(RESERVED, kv("audit.integrity.other", X)), { patterns: ["audit.integrity.*"] }),
  ...pair("reserved-and-dot-zero", ["E-1", "A-2"], "Beside an attribute that has the new name already: both are encrypted, for one place.", reserved(RESERVED, kv("audit.integrity.value.0", X)), DOT_ZERO),
  ["reserved-escaped", ["E-1", "E-3", "A-2"], "A reserved name written with an escape.", reserved('{"key":"audit.integrity\\u002evalue","value":{"stringValue":"x"}}'), DOT_ZERO],
  ["reserved-first-of-two-keys", ["E-1", "E-3", "A-2"], "The first of two keys is reserved, and sensitive under its new name.", pKeyValue(len(1, "audit.integrity.value"), len(1, "other"), VALUE), DOT_ZERO],
  ["reserved-last-of-two-keys", ["E-1", "E-3", "E-8", "A-2"], "The last of two keys is reserved, the first is sensitive.", pKeyValue(KEY, len(1, "audit.integrity.error"), VALUE)],

  // Issues of the KeyValue
  ["unknown-field-keyvalue", ["E-7", "U-8"], "An unknown member of the KeyValue: nothing of it is left outside.", attributes('{"key":"pii.v","value":{"stringValue":"x"},"more":"secret"}')],
  ["unknown-field-keyvalue-protobuf", ["E-7", "U-8"], "An unknown field of the KeyValue.", pKeyValue(KEY, VALUE, len(9, "secret"))],
  ["unknown-field-keyvalue-group", ["E-7", "U-8"], "An unknown group of the KeyValue, before the key.", pKeyValue(group(4, len(1, "secret")), KEY, VALUE)],
  ["unknown-field-anyvalue", ["E-7", "U-8"], "An unknown member of the AnyValue.", valued('{"later":{"a":[1.0]},"stringValue":"x"}')],
  ["unknown-field-anyvalue-protobuf", ["E-7", "U-8"], "An unknown field of the AnyValue, which is a later type.", pValued(len(9, "secret"))],
  ["unknown-field-deep", ["E-7", "U-8"], "An unknown member in an ArrayValue, below a kvlist.", valued(kvlist(kv("a", '{"arrayValue":{"values":[],"x":1}}')))],
  ["unknown-field-deep-protobuf", ["E-7", "U-8"], "The same in protobuf.", pValued(len(6, len(1, len(1, "a"), len(2, len(5, varint(2, 1))))))],
  ["strindex", ["E-7", "U-9"], "The members of the string table.", attributes('{"key":"pii.a","keyStrindex":1,"value":{"stringValue":"x"}}', kv("pii.b", '{"stringValueStrindex":1}'))],
  ["strindex-protobuf", ["E-7", "U-9"], "The fields of the string table.", pOne(pAttribute, len(9, len(1, "pii.a"), VALUE, varint(3, 1)), pKv(9, "pii.b", varint(8, 1)))],
  ["strindex-alone-protobuf", ["E-1", "U-9"], "A key by index alone: the key is empty, and no pattern matches it.", pOne(pAttribute, len(9, VALUE, varint(3, 1)), pKv(9, "pii.v", len(1, "x")))],
  ["repeated-value-protobuf", ["E-7", "U-6"], "Two values: both are in the plaintext.", pKeyValue(KEY, VALUE, len(2, len(1, "y")))],
  ["repeated-member-anyvalue", ["E-7", "U-6"], "Two members of an AnyValue.", valued('{"stringValue":"x","intValue":"1"}')],
  ["repeated-member-anyvalue-protobuf", ["E-7", "U-6"], "Two fields of an AnyValue.", pValued(len(1, "x"), varint(3, 1))],
  ["repeated-key-first", ["E-1", "E-3", "E-7", "E-8", "P-8"], "The first of two keys matches; the last is the key.", pKeyValue(KEY, len(1, "other"), VALUE)],
  ["repeated-key-last", ["E-1", "E-3", "E-7", "P-8"], "The last of two keys matches.", pKeyValue(len(1, "other"), VALUE, KEY)],
  ["repeated-key-equal", ["E-1", "E-3", "E-7"], "The same key twice.", pKeyValue(KEY, KEY, VALUE)],
  ["repeated-key-event", ["E-1", "E-3", "E-7"], "In an event, the first of three.", pOne(pAttribute, len(11, len(3, KEY, len(1, "a"), len(1, "b"), VALUE)))],
  ["repeated-key-empty", ["E-1", "E-3", "E-7"], "The last key is empty.", pKeyValue(KEY, raw("0a00"), VALUE)],
  ["repeated-key-wire-type", ["E-1", "E-7", "P-6"], "A second key of another wire type is not the key.", pKeyValue(KEY, varint(1, 5), VALUE)],
  ["repeated-key-none", ["E-1", "P-8"], "Neither key matches.", pKeyValue(len(1, "a"), len(1, "b"), VALUE)],
  ["repeated-key-rule", ["E-1", "E-2", "E-3", "P-8"], "The first of two keys makes it a compliance span, the last is sensitive, and alone is left.", pOne(len(9, len(1, "compliance.a"), KEY, VALUE))],
  ["repeated-key-rule-last", ["E-1", "E-2", "E-3", "P-8"], "The other way round: the encrypted value stands under the key of the rule.", pOne(len(9, KEY, len(1, "compliance.a"), VALUE))],
  ["wire-type-value", ["E-7", "U-7"], "Values that are no objects.", attributes('{"key":"pii.a","value":"secret"}', '{"key":"pii.b","value":["secret"]}', '{"key":"pii.c","value":5}', '{"key":"pii.d","value":false}')],
  ["wire-type-value-protobuf", ["E-7", "U-7"], "A value as varint, and as group.", pOne(pAttribute, len(9, len(1, "pii.a"), varint(2, 5)), len(9, len(1, "pii.b"), group(2, len(1, "x"))))],
  ["wire-type-members", ["E-7", "U-7"], "Members of the wrong JSON type.", valued('{"stringValue":5}', '{"boolValue":"true"}', '{"bytesValue":"AQI"}', '{"arrayValue":[]}', '{"stringValue":null}', array("null"), kvlist('"x"'), '{"intValue":true}')],
  ["wire-type-members-protobuf", ["E-7", "U-7"], "Fields of the wrong wire type.", pOne(pAttribute, pKv(9, "pii.a", varint(1, 1)), pKv(9, "pii.b", len(4, "x")), pKv(9, "pii.c", len(5, varint(1, 1))), pKv(9, "pii.d", fixed64(3, 1)))],
  ["invalid-utf8-value", ["E-7", "U-10"], "A value that is not valid UTF-8.", pValued(len(1, raw("78ff")))],
  ["invalid-utf8-nested-key", ["E-7", "U-10"], "A key in a kvlist that is not.", pValued(len(6, len(1, len(1, raw("ff")), VALUE)))],
  ["invalid-utf8-key", ["E-1", "E-3", "E-7", "E-8", "U-10"], "A key that is not: it matches by its beginning, and its bytes stand in the additional data as they are.", pKeyValue(len(1, raw("7069692eff")), VALUE)],
  ["invalid-utf8-key-quote", ["E-8", "U-10"], "A key that is not, with a quote, a reverse solidus and a control character: no escapes, as the rule says \"as they are\".", pKeyValue(len(1, raw("7069692e225c0aff")), VALUE)],
  ["invalid-utf8-two-keys", ["E-1", "E-8", "U-10"], "The first of two keys is not valid, and matches; the last is.", pKeyValue(len(1, raw("7069692eff")), len(1, "other"), VALUE)],
  ["surrogate-value", ["E-7", "U-10"], "An unpaired surrogate in a value.", valued('{"stringValue":"x\\ud83d"}')],
  ["surrogate-key", ["E-3", "E-7", "E-8", "U-10"], "Unpaired surrogates in keys: the tokens stay, U+FFFD is in the additional data for each of them.",
    attributes('{"key":"pii.\\ud83d","value":{"stringValue":"x"}}', '{"key":"pii.\\ude00\\ud83d-\\ud83d\\ude00","value":{"stringValue":"x"}}')],
  ["number", ["E-7", "U-12"], "Numbers that are none, or too large.", valued('{"intValue":"9223372036854775808"}', '{"intValue":1e3}', '{"doubleValue":1e309}', '{"doubleValue":"nan"}', '{"intValue":-0}')],
  ["depth-33", ["E-7", "U-13"], "One level too deep.", valued(nest(33, X))],
  ["depth-33-protobuf", ["E-7", "U-13"], "The same in protobuf.", pValued(pNest(33, len(1, "x")))],
  ["depth-60-protobuf", ["E-7", "U-13", "U-4"], "Far too deep, and what is deeper than read is broken.", pValued(pNest(60, raw("ffff")))],
  ["duplicate-in-kvlist", ["E-7", "U-5"], "Two entries of a kvlist have one key.", valued(kvlist(kv("a", X), kv("a", X)))],
  ["duplicate-in-kvlist-protobuf", ["E-7", "U-5"], "The same in protobuf.", both(valued(kvlist(kv("a", X), kv("a", X))))],
  ["duplicate-deep", ["E-7", "U-5"], "In a kvlist of an array; once more by an escape.", valued(array(kvlist(kv("a", X), '{"key":"\\u0061"}')))],
  ["several-reasons", ["E-7", "U-14"], "Reasons in their order, of several attributes of the span, its event and its link.", one({
    attributes: `[${ID},${kv("pii.a", '{"intValue":"x"}')},${kv("pii.b", kvlist(kv("a", X), kv("a", '{"later":1}')))}]`,
    events: `[${event(kv("pii.a", '{"stringValue":1}'))}]`, links: `[${link(kv("pii.a", '{"stringValueStrindex":1}'), kv("pii.b", X))}]` })],
  ["issues-of-two-spans", ["E-7"], "Spans 0 and 2 have issues.", json(request([at("0000000000000001", ID, kv("pii.a", '{"intValue":"x"}')), at("0000000000000002", ID, kv("pii.a", X)), at("0000000000000003", ID, kv("pii.a", nest(33, X)))]))],
  ["issue-of-another", ["E-7"], "An issue of an attribute that is not sensitive is none of a sensitive one.", attributes(kv("other", '{"intValue":"x"}'), kv("pii.v", X))],
  ["issue-white-space", ["E-7"], "The JSON text of the KeyValue as it came, with its white space and escapes.", json(request(span({
    attributes: `[${ID}, { "key" : "pii\\u002ev",\r\n\t"value":{"intValue" : 5.0 } } ,${kv("other", X)}]` })))],
  ["issue-padded-protobuf", ["E-7", "P-3"], "The content of the KeyValue as it came, with padded varints, and without its tag and length.", pOne(pAttribute, len(9, raw("8a 00 85 00"), Buffer.from("pii.v"), raw("92 80 00 85 00 8a 00 81 00 ff")))],
  ["issue-and-none-of-one-key", ["E-7"], "Two attributes of one key, of which one has an issue.", attributes(kv("pii.v", '{"intValue":"x"}'), kv("pii.v", X))],

  // Ids
  ["ids-upper-case", ["E-8"], "Ids in lower hex, whatever their case.", one({ traceId: '"5B8EFFF798038103D269B633813FC60C"', spanId: '"EEE19B7EC3C1B174"', attributes: `[${ID},${kv("pii.v", X)}]` })],
  ["ids-bad-trace", ["E-8", "G-4"], "Trace ids that are none: zero, short, not hexadecimal, absent, null, no string.", badIds(
    { traceId: '"00000000000000000000000000000000"' }, { traceId: '"5b8e"' }, { traceId: '"5b8efff798038103d269b633813fc60g"' }, { traceId: undefined }, { traceId: "null" }, { traceId: "5" }, { traceId: '""' })],
  ["ids-bad-span", ["E-8", "G-4"], "Span ids that are none.", badIds({ spanId: '"0000000000000000"' }, { spanId: '"eee19b7ec3c1b1740"' }, { spanId: '"eee19b7ec3c1b17400"' }, { spanId: undefined })],
  ["ids-bad-link", ["E-8", "G-4"], "In a link of a span without ids.", one({ traceId: undefined, spanId: '"1"', attributes: `[${ID}]`, links: `[${link(kv("pii.v", X))}]` })],
  ["ids-absent-protobuf", ["E-8", "G-4"], "No ids.", pSpans([BODY, pAttribute, pKv(9, "pii.v", len(1, "x"))])],
  ["ids-bad-protobuf", ["E-8", "G-4", "P-5"], "A trace id of 15 bytes, a span id as varint.", pIds(len(1, raw("5b8efff798038103d269b633813fc6")), varint(2, 5))],
  ["ids-zero-protobuf", ["E-8", "G-4"], "Zero.", pIds(len(1, Buffer.alloc(16)), len(2, Buffer.alloc(8)))],
  ["ids-repeated-protobuf", ["E-8", "P-6"], "Of repeated ids the last of the right wire type.", pIds(TRACE, len(1, raw("0af7651916cd43dd8448eb211c80319c")), len(2, raw("b7ad6b7169203331")), SPAN, fixed32(2, 1))],

  // Tenants
  ["tenant-other", ["E-5", "E-8"], "Another tenant, with another seed.", SCOPES, { tenant: "globex" }],
  ["tenant-characters", ["E-5", "E-8"], "Every kind of character of a tenant's name, 64 of them.", valued(X), { tenant: `A-z_0.9${"x".repeat(57)}` }],

  // Withheld
  ...pair("withheld-scopes", ["E-2"], "Everywhere.", SCOPES, { withhold: true }),
  ["withheld-issue", ["E-2"], "With an issue, too, which is not asked for: the span has an earlier reason (U-14).", valued('{"intValue":"x"}', nest(33, X)), { withhold: true }],
  ["withheld-issue-protobuf", ["E-2", "E-3"], "The first of two keys matches, and an unknown field.", pKeyValue(KEY, len(1, "other"), VALUE, len(9, "secret")), { withhold: true }],
  ["withheld-invalid-key", ["E-2", "E-3"], "Keys that are not valid UTF-8.", pKeyValue(len(1, raw("7069692eff")), VALUE), { withhold: true }],
  ["withheld-all", ["E-2"], "All spans.", BOTH, { withhold: true, spans: "all" }],
  ["withheld-not-compliance", ["E-2"], "A span that is no compliance span stays as it is.", BOTH, { withhold: true }],
  ["withheld-reserved", ["E-2", "A-2"], "A reserved name.", reserved(RESERVED), { ...DOT_ZERO, withhold: true }],

  // Undecodable
  ["undecodable-value", ["E-2", "P-2"], "A sensitive value that is broken.", pValued(raw("0aff"))],
  ["undecodable-event", ["E-2", "P-2"], "A broken event.", pOne(pAttribute, pKv(9, "pii.v", len(1, "x")), len(11, raw("0a")))],
  ["undecodable-not-utf8", ["E-2", "J-1"], "JSON that is not valid UTF-8.", { encoding: "json", hex: Buffer.from(valued(X).text.replace('"x"', '"~"')).toString("hex").replace("227e22", "22ff22") }],
  ["undecodable-repeated-member", ["E-2", "J-4"], "Two values in JSON.", attributes('{"key":"pii.v","value":{"stringValue":"x"},"value":{"stringValue":"y"}}')],
  ["undecodable-key", ["E-2", "J-8"], "A key of the span that is no string.", attributes('{"key":5,"value":{"stringValue":"x"}}')],
];

export const encryptSignCases = [
  ["signed", ["E-9"], "Encrypted, then signed.", valued(text("x"))],
  ["issue", ["E-7", "E-9", "U-16"], "An issue of what is encrypted: the span is marked.", valued('{"intValue":"5.0"}')],
  ["oversize-exact", ["E-10", "U-17"], "A V of 1,345 bytes makes a value of 1,900.", valued(text("x".repeat(1345 - 18))), {}, { oversize: 1900 }],
  ["oversize", ["E-10", "U-17"], "One byte more, and the value is longer than the limit.", valued(text("x".repeat(1346 - 18))), {}, { oversize: 1900 }],

  ["signed-protobuf", ["E-9"], "Encrypted, then signed, in protobuf.", both(valued(X))],
  ...pair("scopes", ["E-9"], "In the span, an event and a link.", SCOPES),
  ["es256", ["E-9"], "Under a P-256 key.", SCOPES, {}, { key: "acme-ec" }],
  ["all-spans", ["E-2", "E-9"], "All spans are encrypted, one is signed.", BOTH, { spans: "all" }, { span: 1 }],
  ...pair("reserved", ["E-1", "E-8", "E-9", "A-2"], "A reserved name that is sensitive under its new name leaves with the new name.", reserved(RESERVED), DOT_ZERO),
  ["reserved-and-dot-zero", ["E-9", "A-2", "U-5"], "Beside an attribute that has the new name: encrypted both, and unsignable.", reserved(RESERVED, kv("audit.integrity.value.0", X)), DOT_ZERO],
  ["reserved-last-of-two-keys", ["E-3", "E-8", "E-9", "A-2"], "Of two keys the last is left, and renamed.", pKeyValue(KEY, len(1, "audit.integrity.error"), VALUE)],
  ["repeated-key", ["E-3", "E-7", "E-9"], "The key that is left is not repeated any more; the issue remains.", pKeyValue(KEY, len(1, "other"), VALUE)],
  ["duplicate", ["E-9", "U-5"], "Two sensitive attributes of one key.", attributes(kv("pii.v", X), kv("pii.v", X))],
  ["invalid-utf8-key", ["E-7", "E-9", "U-10"], "A key that is not valid UTF-8 still is not.", pKeyValue(len(1, raw("7069692eff")), VALUE)],
  ["issues-by-group", ["E-7", "E-9", "U-14"], "Issues of what is encrypted in three groups, beside others.", one({
    name: "5", attributes: `[${ID},${kv("pii.a", '{"intValue":"x"}')},${kv("a", nest(33, X))},${kv("a", X)}]`,
    events: `[${event(kv("pii.a", '{"stringValue":1}'))}]`, links: `[${link(kv("pii.a", kvlist(kv("a", X), kv("a", X))), kv("b", '{"intValue":"x"}'))}]` })],
  ["issue-protobuf", ["E-7", "E-9", "U-16"], "An unknown field in what is encrypted: the span is marked.", pValued(len(9, "secret"))],
  ["issue-of-other-span", ["E-7", "E-9"], "An issue in another span.", json(request([at("0000000000000001", ID, kv("pii.a", '{"intValue":"x"}')), at("0000000000000002", ID, kv("pii.a", X))])), {}, { span: 1 }],
  ["issue-before-oversize", ["E-7", "E-10", "U-17"], "An issue goes before oversize.", valued('{"intValue":"x"}'), {}, { oversize: 64 }],
  ["bad-id", ["E-8", "E-9"], "A span without an id is encrypted, and marked.", one({ spanId: '"1"', attributes: `[${ID},${kv("pii.v", X)}]` })],
  ["oversize-by-encryption", ["E-10", "U-17"], "The clear value is within the limit.", valued(X), {}, { oversize: 128 }],
  ["oversize-clear-only", ["E-10", "U-17"], "The limit is what the encrypted value has.", valued(X), {}, { oversize: 132 }],
  ["oversize-event-protobuf", ["E-10", "U-17"], "In an event, in protobuf.", both(one({ attributes: `[${ID}]`, events: `[${event(kv("pii.v", '{"intValue":"1"}'))}]` })), {}, { oversize: 127 }],
  ["repeated-key-rule", ["E-3", "E-7", "E-9", "U-16"], "The key that makes it a compliance span is the first of two, and goes: the mark stays.", pOne(len(9, len(1, "compliance.a"), KEY, VALUE))],
];

function count(input, settings) {
  try {
    return findSensitive(input, settings.patterns, treatedSpans(input, settings)).length;
  } catch (e) {
    if (e instanceof Undecodable) return 0;
    throw e;
  }
}

/** The members of a vector; secrets only where something is encrypted with them. */
export function buildEncryptCase([name, , , input, changes]) {
  const settings = { ...SETTINGS, ...changes };
  return { input, settings, ...(settings.withhold ? {} : { secrets: secretsOf(settings.tenant, name, count(input, settings)) }) };
}

export function buildEncryptSignCase(c) {
  const { span: index = 0, coverage = DEFAULT_COVERAGE, key = "acme-1", oversize } = c[5] ?? {};
  const signing = { key, tenant: "acme", iat: IAT, pol: POL, salt: SALT, src: "attribute" };
  return { ...buildEncryptCase(c), span: index, coverage, signing, ...(oversize === undefined ? {} : { oversize }) };
}

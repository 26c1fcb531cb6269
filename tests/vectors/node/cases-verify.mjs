// The cases of verify/, by hand. Each: [name, rules, comment, (sign tools) => input, {trust, options, report}?]
import { createHash } from "node:crypto";
import { append } from "./append.mjs";
import { encodeB64u, utf8 } from "./bytes.mjs";
import { bumpLast } from "./cases-trust.mjs";
import { negateS, toDer, withR, withS } from "./cases-es256.mjs";
import { EXAMPLE } from "./cases-sign.mjs";
import { DEFAULT_COVERAGE } from "./coverage.mjs";
import { L, littleEndian, toLittleEndian } from "./ed25519.mjs";
import { N } from "./es256.mjs";
import { signingInput } from "./keys.mjs";
import { HEAD, attributes, json, kv, len, object, one, pAttribute, pKv, pOne, pSpans, protobuf, raw, request, span, toProtobuf, valued, varint } from "./build.mjs";
import { expectEncrypt } from "./encrypter.mjs";
import { SETTINGS, secretsOf } from "./make-secrets.mjs";
import { at } from "./make-trust.mjs";
import { attributesOf, canonicalise } from "./signer.mjs";
import { writeStatement } from "./statement.mjs";

export const POL = "AAECAwQFBgcICQoLDA0ODw", SALT = "EBESExQVFhcYGRobHB0eHw", IAT = at(2, 1);
const TRACE_2 = "0af7651916cd43dd8448eb211c80319c";

/**
 * Signs one span of an input. Hooks: statement(text) changes the text before it is signed, signature(bytes, input)
 * the signature, six(list) the attributes before they are appended. `as` is the key that is named, `onto` another input
 * that gets the attributes.
 */
export function signer(keys) {
  return function sign(input, { span: index = 0, key = "acme-1", as = key, tenant = "acme", iat = IAT, coverage = DEFAULT_COVERAGE, salt = SALT,
    statement = (s) => s, signature = (s) => s, six = (a) => a, onto = input, ontoSpan = index, rename = true } = {}) {
    const { digests, ids } = canonicalise(input, index, coverage);
    const text = statement(writeStatement({ cov: coverage, dig: digests, iat, pol: POL, salt, src: "attribute", tenant, ...ids }));
    const named = keys[as];
    const toSign = utf8(signingInput(named, "kmsgw-span+jws", utf8(text)));
    const list = attributesOf(named, encodeB64u(utf8(text)), signature(keys[key].sign(toSign), toSign));
    return append(onto, ontoSpan, six(list), { rename });
  };
}

/** Replaces exactly one occurrence in the text. */
export function change(input, from, to) {
  if (input.text.split(from).length !== 2) throw new Error(`not exactly once: ${from}`);
  return json(input.text.replace(from, () => to));
}
const set = (name, value) => (list) => list.map(([k, v]) => [k, k === `audit.integrity.${name}` ? (typeof value === "function" ? value(v) : value) : v]);
const drop = (...names) => (list) => list.filter(([k]) => !names.some((n) => k === `audit.integrity.${n}`));
const put = (name, value) => (list) => [...list, [`audit.integrity.${name}`, value]];
const replace = (from, to) => (text) => {
  if (!text.includes(from)) throw new Error(`not found: ${from}`);
  return text.replace(from, to);
};

export const RICH = change(json(EXAMPLE), "audit.integrity.value", "ordinary");
const BASIC = one({});
const twoSpans = () => json(request([span(), span({ spanId: '"00f067aa0ba902b7"', name: '"other"' })]));
const reserved = (name, value) => kv(`audit.integrity.${name}`, `{"stringValue":${JSON.stringify(value)}}`);
const A = { options: { tenant: "acme" } };
/** The input with encrypted `pii.*`; another `draw` has other nonces. */
const encrypted = (input, draw = "verify") => expectEncrypt({ input, settings: SETTINGS, secrets: secretsOf("acme", draw, 9) }).output;
const EMAIL = kv("pii.email", '{"stringValue":"a@example.org"}');
const SENSITIVE = attributes(kv("compliance.id", '{"stringValue":"1"}'), EMAIL, kv("pii.phone", '{"stringValue":"a@example.org"}'));
const SENSITIVE_EVENTS = one({ events: `[{"name":"a","attributes":[${EMAIL}]},{"name":"a","attributes":[${EMAIL}]}]` });
const ENCRYPTED = /kmsgw-enc\/1[^"]*/g;
/** The text with its first and second encrypted values exchanged. */
const exchanged = ({ text }) => {
  const [first, second] = text.match(ENCRYPTED);
  return json(text.replace(ENCRYPTED, (x) => (x === first ? second : x === second ? first : x)));
};
/** A trust file with keys of both algorithms, and one with a P-256 root. */
const MIXED = { trust: "trust/mixed.json", ...A }, ROOT_EC = { trust: "trust/root-ec.json", ...A };
const EC = { key: "acme-ec" };
const withOptions = (more, trust) => ({ ...(trust ? { trust: `trust/${trust}.json` } : {}), options: { tenant: "acme", ...more } });

/** A signature whose R is the point of this encoding, valid for [h]A where R is the identity: S = h·a. */
const identityR = (keys, rHex) => (_, message) => {
  const seed = Buffer.from(keys["acme-1"].seed, "hex");
  const h = createHash("sha512").update(seed).digest().subarray(0, 32);
  h[0] &= 248; h[31] &= 127; h[31] |= 64;
  const R = Buffer.from(rHex, "hex");
  const k = littleEndian(createHash("sha512").update(R).update(keys["acme-1"].bytes).update(message).digest()) % L;
  return Buffer.concat([R, toLittleEndian((k * littleEndian(h)) % L)]);
};
const addL = (s) => Buffer.concat([s.subarray(0, 32), toLittleEndian(littleEndian(s.subarray(32)) + L)]);

const unusedBits = (s) => {
  if (s.length % 4 === 0) throw new Error("no unused bits");
  return bumpLast(s);
};

export const verifyCases = [
  ["verified-json", ["X-22", "X-25", "K-4", "X-13", "X-16"], "A signed span as it left the gateway.", ({ sign }) => sign(json(EXAMPLE)), A],
  ["verified-protobuf", ["X-22", "K-4"], "The same in protobuf.", ({ sign }) => sign(toProtobuf(EXAMPLE)), A],
  ["verified-tenant-not-given", ["X-5"], "--tenant need not be given where all keys belong to one tenant.", ({ sign }) => sign(BASIC), { trust: "trust/acme-only.json", options: {} }],
  ["verified-pinned", ["T-10"], "The root is given.", ({ sign }) => sign(BASIC), withOptions({ root: "root" })],
  ["pinned-other-root", ["T-10", "X-4"], "Another root than the one given: the trust file is refused.", ({ sign }) => sign(BASIC), withOptions({ root: "root-2" })],
  ["tenant-missing", ["X-5"], "The file has keys of two tenants and --tenant is not given.", ({ sign }) => sign(BASIC), { options: {} }],
  ["unchained-key-ignored", ["X-5", "T-8"], "A key that is not in the chain does not make a second tenant.", ({ sign }) => sign(BASIC), { trust: "trust/unchained-key.json", options: {} }],
  ["small-order-key-in-file", ["K-3", "T-4", "X-4"], "A trust file with a small-order key is refused.", ({ sign }) => sign(BASIC), withOptions({}, "small-order-key")],

  ["reencoded-as-protobuf", ["G-2", "A-7"], "Signed in JSON, stored in protobuf.", ({ sign }) => sign(RICH, { onto: toProtobuf(RICH.text) }), A],
  ["reencoded-as-json", ["G-2", "A-7"], "Signed in protobuf, stored in JSON.", ({ sign }) => sign(toProtobuf(RICH.text), { onto: RICH }), A],
  ["attributes-reordered", ["A-7", "G-12"], "Attributes in reverse order, the reserved ones among the others.", ({ sign }) => {
    const request = JSON.parse(sign(RICH).text);
    request.resourceSpans[0].scopeSpans[0].spans[0].attributes.reverse();
    request.resourceSpans[0].resource.attributes.reverse();
    return json(JSON.stringify(request));
  }, A],
  ["integers-as-strings", ["V-2", "J-15"], "Integers in another encoding.", ({ sign }) => change(change(sign(RICH), '{"intValue":200}', '{"intValue":"200"}'), '"kind":2', '"kind":"2"'), A],
  ["not-covered-changed", ["G-14", "G-18"], "flags and host.name are not covered.", ({ sign }) => change(change(sign(RICH), '"flags":257', '"flags":1'), '{"key":"host.name","value":{"stringValue":"a1"}},', ""), A],
  ["unknown-member-added", ["J-7", "G-14"], "An unknown member of the span.", ({ sign }) => change(sign(BASIC), '"kind":2', '"kind":2,"note":[null]'), A],
  ["kind-unspecified", ["G-8"], "A kind of 1 stored as 0.", ({ sign }) => change(sign(one({ kind: "1" })), '"kind":1', '"kind":0'), A],
  ["renamed-reserved", ["A-2", "X-6"], "Names with .0 are ordinary and covered.", ({ sign }) => sign(attributes(kv("compliance.id", "{}"), reserved("value", "x"), reserved("proof", "y"))), A],
  ["dot-zero-altered", ["A-2", "X-6"], "... so they cannot be changed.", ({ sign }) => change(sign(attributes(kv("compliance.id", "{}"), reserved("proof", "y"))), '"stringValue":"y"', '"stringValue":"z"'), A],

  ["altered-core", ["X-19", "X-21"], "Renamed.", ({ sign }) => change(sign(RICH), '"name":"charge"', '"name":"refund"'), A],
  ["altered-attr-value", ["X-19"], "An amount changed.", ({ sign }) => change(sign(RICH), "12.50", "12.51"), A],
  ["altered-attr-type", ["X-19", "V-1", "V-2"], "An int has become a string.", ({ sign }) => change(sign(RICH), '{"intValue":200}', '{"stringValue":"200"}'), A],
  ["altered-attr-added", ["X-19"], "An attribute added.", ({ sign }) => change(sign(RICH), '{"key":"http.status"', '{"key":"x"},{"key":"http.status"'), A],
  ["altered-ev", ["X-19"], "An event's name.", ({ sign }) => change(sign(RICH), '"approved"', '"refused"'), A],
  ["altered-lnk", ["X-19"], "A link removed.", ({ sign }) => change(sign(RICH), '{"traceId":"00000000000000000000000000000000","spanId":"ABCDEF0123456789"}', ""), A],
  ["altered-res", ["X-19"], "The name of the service.", ({ sign }) => change(sign(RICH), '"billing"', '"other"'), A],
  ["altered-res-scope", ["X-19"], "The version of the scope.", ({ sign }) => change(sign(RICH), '"1.2.0"', '"1.2.1"'), A],
  ["altered-several", ["X-21"], "All groups: the names in their order.", ({ sign }) => {
    let r = sign(RICH);
    for (const [from, to] of [['"code":1', '"code":2'], ["12.50", "12.51"], ['"approved"', '"x"'], ["ABCDEF0123456789", "ABCDEF012345678a"], ['"billing.tracer"', '""']]) r = change(r, from, to);
    return r;
  }, A],
  ["altered-core-ev", ["X-21"], "Renamed, and the event removed.", ({ sign }) => change(change(sign(RICH), '"charge"', '"x"'), '"events":[{"timeUnixNano":"1544712660500000000","name":"approved"}]', '"events":[]'), A],
  ["altered-by-issue", ["X-19", "U-1"], "A duplicate of an attribute that is not covered: an issue alters the group.", ({ sign }) =>
    change(sign(attributes(kv("compliance.id", "{}"), kv("x", "{}")), { coverage: { attr: ["compliance.*"], res: [] } }), '{"key":"x"', '{"key":"x"},{"key":"x"'), A],
  ["altered-by-bad-id", ["X-19", "G-4"], "An upper-case trace id is the same; a span id of 7 bytes is an issue of core.", ({ sign }) => change(sign(RICH), '"eee19b7ec3c1b174"', '"eee19b7ec3c1b1"'), A],
  ["altered-by-repeated-resource", ["X-19", "U-2", "P-6"], "A second resource in protobuf.", ({ sign }) => {
    const input = protobuf(len(1, len(2, len(2, HEAD, pAttribute))));
    return sign(input, { onto: protobuf(len(1, len(1), len(1), len(2, len(2, HEAD, pAttribute)))) });
  }, A],
  ["altered-repeated-key", ["X-6", "P-8"], "A complete signature, and an attribute with a repeated key of which the first is reserved: no reserved attribute, but an issue.", ({ sign }) =>
    sign(pOne(pAttribute), { rename: false, onto: pOne(pAttribute, len(9, len(1, "audit.integrity.proof"), len(1, "x"))) }), A],
  ["moved-to-other-span", ["X-19"], "The six attributes on another span of the same trace.", ({ sign }) => sign(twoSpans(), { ontoSpan: 1 }), A],

  ["bad-signature-iat", ["X-15"], "One digit of iat changed.", ({ sign }) => sign(BASIC, { six: set("statement", (s) => encodeB64u(utf8(Buffer.from(s, "base64url").toString().replace(IAT, `${IAT.slice(0, -1)}1`)))) }), A],
  ["bad-signature-bit", ["X-15"], "One bit of S.", ({ sign }) => sign(BASIC, { signature: (s) => Buffer.concat([s.subarray(0, 40), Buffer.of(s[40] ^ 1), s.subarray(41)]) }), A],
  ["bad-signature-other-key", ["X-15", "S-9"], "Signed by a key that is not the one named.", ({ sign }) => sign(BASIC, { key: "acme-2", as: "acme-1" }), A],
  ["bad-signature-kid-changed", ["X-15", "S-6"], "Another key of the tenant is named.", ({ sign, keys }) => sign(BASIC, { six: set("key_id", keys["acme-2"].kid) }), A],
  ["bad-signature-typ", ["S-6", "S-10"], "Signed with the typ of self-tests.", ({ sign, keys }) => sign(BASIC, { signature: (_, m) => keys["acme-1"].sign(utf8(signingInput(keys["acme-1"], "kmsgw-selftest+jws", Buffer.from(m.toString().split(".")[1], "base64url")))) }), A],
  ["bad-signature-s-not-reduced", ["K-4", "K-5"], "S + L in place of S.", ({ sign }) => sign(BASIC, { signature: addL }), A],
  ["bad-signature-small-order-r", ["K-4", "K-5"], "R is the identity and S fits: OpenSSL alone accepts it.", ({ sign, keys }) => sign(BASIC, { signature: identityR(keys, `01${"00".repeat(31)}`) }), A],
  ["bad-signature-r-not-canonical", ["K-4"], "R is the identity, encoded as y = p + 1.", ({ sign, keys }) => sign(BASIC, { signature: identityR(keys, `ee${"ff".repeat(30)}7f`) }), A],
  ["bad-signature-r-sign-bit", ["K-4"], "R is the identity with bit 255 set.", ({ sign, keys }) => sign(BASIC, { signature: identityR(keys, `01${"00".repeat(30)}80`) }), A],
  ["bad-signature-zero", ["K-4"], "64 zero bytes.", ({ sign }) => sign(BASIC, { signature: () => Buffer.alloc(64) }), A],
  ["bad-signature-before-altered", ["X-15", "X-19"], "A bad signature and altered content: the signature comes first.", ({ sign }) => change(sign(BASIC, { signature: (s) => Buffer.from(s).reverse() }), '"charge"', '"x"'), A],

  ["unsigned", ["X-7", "X-2"], "A compliance span without signature.", () => BASIC, A],
  ["unsigned-by-resource", ["X-2"], "The key is one of the resource.", () => json(request(span({ attributes: "[]" }), { resource: `{"attributes":[${kv("compliance.tenantId", "{}")}]}` })), A],
  ["unsigned-protobuf", ["X-7", "P-8"], "A repeated key of which the first matches, and two resources.", () => protobuf(len(1, len(1), len(2, len(2, HEAD, len(9, len(1, "compliance.a"), len(1, "x"))), len(2, HEAD)), len(1, pKv(1, "x")), len(1, pKv(1, "compliance.b")))), A],
  ["unsigned-other-minimum", ["X-2"], "What a compliance span is depends on the minimum coverage.", () => attributes(kv("audit.kind", "{}")), withOptions({ min_coverage: ["audit.kind"] })],
  ["unsigned-reason", ["X-8", "U-16"], "Marked by the gateway.", () => append(BASIC, 0, [["audit.integrity.error", "duplicate-key"]]), A],
  ["unsigned-reason-protobuf", ["X-8"], "Marked, in protobuf, on a span that is no compliance span.", () => append(pSpans([HEAD]), 0, [["audit.integrity.error", "oversize"]]), A],
  ["unsigned-unknown-reason", ["X-8", "U-14"], "A reason that is not in the list.", () => append(BASIC, 0, [["audit.integrity.error", "Depth"]]), A],
  ["error-and-others", ["X-8"], ".error with other reserved attributes.", ({ sign }) => sign(BASIC, { six: put("error", "depth") }), A],
  ["error-and-proof", ["X-8", "X-9"], ".error with .proof.", () => append(BASIC, 0, [["audit.integrity.error", "depth"], ["audit.integrity.proof", ""]]), A],
  ["proof", ["X-9", "R-2"], ".proof in place of .value.", ({ sign }) => sign(BASIC, { six: (a) => put("proof", "x")(drop("value")(a)) }), A],
  ["proof-alone", ["X-9", "R-2"], ".proof alone, whatever else is missing.", () => append(BASIC, 0, [["audit.integrity.proof", ""]]), A],
  ["proof-and-value", ["X-9"], ".proof with .value.", ({ sign }) => sign(BASIC, { six: put("proof", "x") }), A],
  ["value-removed", ["X-10"], "Five of six.", ({ sign }) => sign(BASIC, { six: drop("value") }), A],
  ["only-signer", ["X-10"], "One of six, on a span that is no compliance span.", () => append(one({ attributes: "[]" }), 0, [["audit.integrity.signer", "collector"]]), A],
  ["all-six-removed", ["X-7"], "All six removed.", ({ sign }) => sign(BASIC, { six: () => [] }), A],
  ["reserved-twice", ["X-6"], "A reserved name that occurs twice.", ({ sign }) => sign(BASIC, { six: (a) => [...a, a[0]] }), A],
  ["reserved-not-string", ["X-6"], "A reserved attribute that is an int.", ({ sign }) => change(sign(BASIC), '{"stringValue":"collector"}', '{"intValue":1}'), A],
  ["reserved-no-value", ["X-6"], "A reserved attribute without value.", () => attributes(kv("compliance.id", "{}"), '{"key":"audit.integrity.error"}'), A],
  ["reserved-unknown-member", ["X-6", "J-7"], "An unknown member in the KeyValue.", ({ sign }) => change(sign(BASIC), '"key":"audit.integrity.signer"', '"key":"audit.integrity.signer","x":null'), A],
  ["reserved-strindex", ["X-6", "U-9"], "A key_strindex beside it, in protobuf.", () => pOne(pAttribute, len(9, len(1, "audit.integrity.error"), varint(3, 0), len(2, len(1, "depth")))), A],
  ["reserved-repeated-key", ["X-6", "P-8"], "The last of two keys is reserved.", () => pOne(pAttribute, len(9, len(1, "x"), len(1, "audit.integrity.error"), len(2, len(1, "depth")))), A],
  ["reserved-earlier-key", ["X-7", "P-8"], "The first of two keys is reserved, and nothing else.", () => pSpans([HEAD, len(9, len(1, "audit.integrity.error"), len(1, "x"), len(2, len(1, "depth")))]), A],

  ["version-other", ["X-11", "R-5"], "A later version.", ({ sign }) => sign(BASIC, { six: set("canonicalization", "kmsgw-span/2") }), A],
  ["version-foreign", ["X-11"], "Another canonicalisation.", ({ sign }) => sign(BASIC, { six: set("canonicalization", "jcs/1") }), A],
  ["version-longer", ["X-11"], "kmsgw-span/1.1 is another version.", ({ sign }) => sign(BASIC, { six: set("canonicalization", "kmsgw-span/1.1") }), A],
  ["version-in-statement", ["X-12"], "v of the statement is another version; even white space and further members do not matter then.", ({ sign }) => sign(BASIC, { statement: replace('"v":"kmsgw-span/1"', ' "v":"kmsgw-span/2","w":1') }), A],
  ["version-not-a-string", ["X-12", "X-14"], "v is a number.", ({ sign }) => sign(BASIC, { statement: replace('"v":"kmsgw-span/1"', '"v":1') }), A],
  ["version-repeated", ["X-12", "X-14"], "v occurs twice.", ({ sign }) => sign(BASIC, { statement: replace('"v":"kmsgw-span/1"', '"v":"kmsgw-span/2","v":"kmsgw-span/2"') }), A],
  ["signer-other", ["X-12"], "Another signer.", ({ sign }) => sign(BASIC, { six: set("signer", "sdk") }), A],
  ["statement-padding", ["X-12", "C-7"], "Padding behind the statement.", ({ sign }) => sign(BASIC, { six: set("statement", (s) => `${s}=`) }), A],
  ["statement-alphabet", ["X-12", "C-7"], "White space in the statement's text.", ({ sign }) => sign(BASIC, { six: set("statement", (s) => `${s.slice(0, 8)} ${s.slice(8)}`) }), A],
  ["statement-unused-bits", ["X-12", "C-7"], "Unused bits of the last character are not zero.", ({ sign }) => sign(BASIC, { coverage: { attr: ["*"], res: ["ab"] }, six: set("statement", unusedBits) }), A],
  ["value-unused-bits", ["X-12", "C-8"], "Unused bits of the signature's base64 are not zero.", ({ sign }) => sign(BASIC, { six: set("value", (s) => `${unusedBits(s.slice(0, -2))}==`) }), A],
  ["value-no-padding", ["X-12", "C-8"], "No padding.", ({ sign }) => sign(BASIC, { six: set("value", (s) => s.slice(0, -2)) }), A],
  ["value-base64url", ["X-12", "C-8"], "base64url, of a signature in which it differs.", ({ sign }) => sign(BASIC, { signature: () => Buffer.alloc(64, 0xfb), six: set("value", (s) => s.replaceAll("+", "-").replaceAll("/", "_")) }), A],
  ["value-63-bytes", ["X-12", "K-4"], "63 bytes.", ({ sign }) => sign(BASIC, { signature: (s) => s.subarray(0, 63) }), A],
  ["unknown-key", ["X-13"], "A key that is not in the trust file.", ({ sign }) => sign(BASIC, { key: "unknown" }), A],
  ["unknown-key-unchained", ["X-13", "T-8"], "A key that is in keys but not in the chain.", ({ sign }) => sign(BASIC, { key: "unknown", tenant: "globex" }), { trust: "trust/unchained-key.json", options: {} }],
  ["unknown-key-form", ["X-13"], "A key_id that is no thumbprint.", ({ sign }) => sign(BASIC, { six: set("key_id", "") }), A],
  ["unknown-key-before-algorithm", ["X-13"], "An unknown key and another algorithm.", ({ sign }) => sign(BASIC, { key: "unknown", six: set("algorithm", "ES256") }), A],
  ["algorithm-other", ["X-13"], "Another algorithm than the key's.", ({ sign }) => sign(BASIC, { six: set("algorithm", "ES256") }), A],
  ["algorithm-none", ["X-13", "S-9"], "none.", ({ sign }) => sign(BASIC, { six: set("algorithm", "none") }), A],

  // Statements that are signed properly but do not fulfil S-1 and S-2.
  ...[
    ["other-member", "Another member.", replace('"v":', '"u":1,"v":')],
    ["seq", "The reserved member seq.", replace('"span_id"', '"seq":"1","span_id"')],
    ["member-order", "Another order of members.", (s) => s.replace(/^\{(.*),("v":"[^"]*")\}$/, "{$2,$1}")],
    ["white-space", "A space.", replace('{"cov"', '{ "cov"')],
    ["line-break", "A line break at the end.", (s) => `${s}\n`],
    ["bom", "A byte order mark.", (s) => `\ufeff${s}`],
    ["escape", "An escape that is not needed.", replace('"acme"', '"\\u0061cme"')],
    ["repeated-member", "A repeated member.", replace('"v":', '"tenant":"acme","v":')],
    ["missing-member", "pol is missing.", (s) => s.replace(/"pol":"[^"]*",/, "")],
    ["iat-number", "iat is a number.", (s) => s.replace(/"iat":"(\d+)"/, '"iat":$1')],
    ["iat-leading-zero", "iat has a leading zero.", replace('"iat":"', '"iat":"0')],
    ["iat-too-large", "iat is 2^64.", (s) => s.replace(/"iat":"\d+"/, '"iat":"18446744073709551616"')],
    ["upper-case-id", "The span id in upper case.", replace("eee19b7ec3c1b174", "EEE19B7EC3C1B174")],
    ["zero-id", "The span id is zero.", replace("eee19b7ec3c1b174", "0000000000000000")],
    ["src", "Another src.", replace('"attribute"', '"guess"')],
    ["tenant", "A tenant with a character that is not allowed.", replace('"acme"', '"ac me"')],
    ["tenant-empty", "An empty tenant.", replace('"acme"', '""')],
    ["salt-short", "A salt of 15 bytes.", (s) => s.replace(/"salt":"[^"]*"/, '"salt":"EBESExQVFhcYGRobHB0e"')],
    ["salt-unused-bits", "Unused bits of the salt are not zero.", replace(SALT, bumpLast(SALT))],
    ["digest-missing", "A digest is missing.", (s) => s.replace(/"ev":"[^"]*",/, "")],
    ["digest-other", "Another digest.", replace('"dig":{', '"dig":{"aa":"x",')],
    ["coverage-order", "Patterns that are not sorted.", replace('["compliance.*","service.name"]', '["service.name","compliance.*"]')],
    ["coverage-twice", "The same pattern twice.", replace('["*"]', '["*","*"]')],
    ["coverage-pattern", "Not a pattern.", replace('["*"]', '["*","a*"]')],
    ["coverage-member", "Another member.", replace('"cov":{', '"cov":{"aa":[],')],
    ["coverage-257", "A coverage of 257 bytes.", (s) => s.replace(/"cov":\{.*?\},/, `"cov":{"attr":["${"a".repeat(235)}"],"res":[]},`)],
    ["not-json", "Not JSON.", (s) => s.slice(0, -1)],
    ["array", "An array.", (s) => `[${s}]`],
  ].map(([name, comment, statement]) =>
    [`statement-${name}`, ["X-14", name.startsWith("coverage") ? "G-17" : "S-2", "S-1"], comment, ({ sign }) => sign(BASIC, { statement }), A]),
  ["statement-coverage-256", ["G-17", "S-1"], "A coverage of 256 bytes is admitted (and insufficient).",
    ({ sign }) => sign(BASIC, { coverage: { attr: ["a".repeat(234)], res: [] } }), A],
  ["statement-malformed-bad-signature", ["X-14", "X-15"], "A malformed statement with a bad signature: the statement comes first.",
    ({ sign }) => sign(BASIC, { statement: (s) => `${s} `, signature: () => Buffer.alloc(64) }), A],

  ["wrong-tenant-key", ["X-16"], "A key of globex under a statement of acme.", ({ sign }) => sign(BASIC, { key: "globex-1" }), A],
  ["wrong-tenant-statement", ["X-16"], "A key of acme under a statement of globex.", ({ sign }) => sign(BASIC, { tenant: "globex" }), { options: { tenant: "globex" } }],
  ["wrong-tenant-asked", ["X-16"], "A good span of globex where acme is asked for.", ({ sign }) => sign(BASIC, { key: "globex-1", tenant: "globex" }), A],
  ["not-yet-valid", ["X-17", "T-11"], "One nanosecond before nbf.", ({ sign }) => sign(BASIC, { iat: String(BigInt(at(1)) - 1n) }), A],
  ["valid-from", ["T-11"], "At nbf.", ({ sign }) => sign(BASIC, { iat: at(1) }), A],
  ["valid-until", ["T-11"], "One nanosecond before exp; the key is retired.", ({ sign }) => sign(BASIC, { iat: String(BigInt(at(4)) - 1n) }), A],
  ["expired", ["X-17", "T-11"], "At exp.", ({ sign }) => sign(BASIC, { iat: at(4) }), A],
  ["after-as-of", ["T-14"], "After as_of: the verdict does not change.", ({ sign }) => sign(BASIC, { key: "acme-2", iat: at(12) }), A],
  ["superseded-before", ["T-12"], "Before a key was superseded.", ({ sign }) => sign(BASIC, { key: "acme-3", iat: String(BigInt(at(3)) - 1n) }), withOptions({}, "revoked")],
  ["superseded-after", ["T-12", "X-17"], "At the time a key was superseded.", ({ sign }) => sign(BASIC, { key: "acme-3", iat: at(3) }), withOptions({}, "revoked")],
  ["compromise", ["T-13", "X-17"], "A compromised key, long before.", ({ sign }) => sign(BASIC, { key: "acme-4", iat: at(1) }), withOptions({}, "revoked")],
  ["revoked-not-valid", ["X-17"], "A compromised key before its nbf: the validity comes first.", ({ sign }) => sign(BASIC, { key: "acme-4", iat: "0" }), withOptions({}, "revoked")],

  ["insufficient-coverage", ["X-18"], "The statement covers less than the default minimum.", ({ sign }) => sign(BASIC, { coverage: { attr: ["compliance.id"], res: [] } }), A],
  ["insufficient-coverage-altered", ["X-18", "X-19"], "... and the span is altered: coverage comes first.", ({ sign }) => change(sign(BASIC, { coverage: { attr: ["compliance.id"], res: [] } }), '"charge"', '"x"'), A],
  ["coverage-exact", ["X-18"], "An equal pattern.", ({ sign }) => sign(BASIC, { coverage: { attr: ["compliance.*"], res: [] } }), A],
  ["coverage-wider", ["X-18"], "Patterns that contain those of the minimum.", ({ sign }) => sign(BASIC, { coverage: { attr: ["a.*", "compliance.*"], res: [] } }), withOptions({ min_coverage: ["a.b", "a.b.*", "compliance.id"] })],
  ["coverage-not-contained", ["X-18"], "a.* does not contain a.", ({ sign }) => sign(BASIC, { coverage: { attr: ["a.*", "compliance.*"], res: [] } }), withOptions({ min_coverage: ["a", "compliance.*"] })],
  ["coverage-longer-prefix", ["X-18"], "a.b.* does not contain a.*.", ({ sign }) => sign(BASIC, { coverage: { attr: ["a.b.*", "compliance.*"], res: [] } }), withOptions({ min_coverage: ["a.*", "compliance.*"] })],
  ["coverage-star-asked", ["X-18"], "* is contained in * only.", ({ sign }) => sign(BASIC, { coverage: { attr: ["compliance.*"], res: [] } }), withOptions({ min_coverage: ["*"] })],
  ["coverage-of-resource", ["X-18"], "An attribute of the resource that the minimum wants covered is not.", ({ sign }) => sign(RICH, { coverage: { attr: ["*"], res: [] } }), A],

  ["addition", ["X-20"], "An allowed addition.", ({ sign }) => change(sign(BASIC), '{"key":"compliance.id"', '{"key":"store.id"},{"key":"compliance.id"'), withOptions({ allow_added: ["store.*"] })],
  ["additions-resource", ["X-20"], "Additions in both groups.", ({ sign }) =>
    change(change(sign(BASIC, { coverage: { attr: ["*"], res: ["*"] } }), '{"key":"compliance.id"', '{"key":"z"},{"key":"store.id"},{"key":"compliance.id"'), '{"key":"service.name"', '{"key":"store.host"},{"key":"service.name"'), withOptions({ allow_added: ["store.*", "z"] })],
  ["addition-not-allowed", ["X-20"], "Two additions, of which one is allowed.", ({ sign }) => change(sign(BASIC), '{"key":"compliance.id"', '{"key":"y"},{"key":"store.id"},{"key":"compliance.id"'), withOptions({ allow_added: ["store.*"] })],
  ["addition-was-signed", ["X-20"], "An attribute that matches was signed and is unchanged: nothing is dropped.", ({ sign }) => sign(attributes(kv("compliance.id", "{}"), kv("store.id", "{}"))), withOptions({ allow_added: ["store.*"] })],
  ["addition-changed", ["X-20"], "It was signed and is changed: altered.", ({ sign }) => change(sign(attributes(kv("compliance.id", "{}"), kv("store.id", '{"intValue":1}'))), '{"intValue":1}', '{"intValue":2}'), withOptions({ allow_added: ["store.*"] })],
  ["addition-twice", ["X-20", "U-5"], "The same key added twice is an issue.", ({ sign }) => change(sign(BASIC), '{"key":"compliance.id"', '{"key":"store.id"},{"key":"store.id"},{"key":"compliance.id"'), withOptions({ allow_added: ["store.*"] })],
  ["addition-and-altered", ["X-20", "X-21"], "An addition in attr, and core altered: only core is named.", ({ sign }) => change(change(sign(BASIC), '{"key":"compliance.id"', '{"key":"store.id"},{"key":"compliance.id"'), '"charge"', '"x"'), withOptions({ allow_added: ["store.*"] })],
  ["addition-of-minimum", ["X-20", "X-4"], "An allowed addition that matches keys of the minimum coverage.", ({ sign }) => sign(BASIC), withOptions({ allow_added: ["compliance.a"] })],
  ["addition-star", ["X-20", "X-4"], "* matches them as well.", ({ sign }) => sign(BASIC), withOptions({ allow_added: ["*"] })],
  ["addition-wider-prefix", ["X-20", "X-4"], "So does a shorter prefix.", ({ sign }) => sign(BASIC), withOptions({ min_coverage: ["a.b.*"], allow_added: ["a.*"] })],
  ["addition-no-pattern", ["X-1", "X-4", "G-16"], "Not a pattern.", ({ sign }) => sign(BASIC), withOptions({ allow_added: ["store*"] })],
  ["minimum-no-pattern", ["X-1", "X-4", "G-16"], "Not a pattern.", ({ sign }) => sign(BASIC), withOptions({ min_coverage: [""] })],

  ["duplicate", ["X-23"], "The same span twice.", ({ sign }) => merged(sign(BASIC), sign(BASIC)), A],
  ["duplicate-other-statement", ["X-23"], "The same content under two statements.", ({ sign }) => merged(sign(BASIC), sign(BASIC, { key: "acme-2", iat: at(3, 2), salt: "AAAAAAAAAAAAAAAAAAAAAA" })), A],
  ["conflict", ["X-24"], "Two contents under one id, and each once more: the first keeps its verdict.", ({ sign }) =>
    merged(sign(BASIC), sign(one({ name: '"refund"' })), sign(BASIC), sign(one({ name: '"refund"' }))), A],
  ["conflict-by-coverage", ["X-24"], "The same content under another coverage.", ({ sign }) => merged(sign(valued('{"intValue":1}')), sign(valued('{"intValue":1}'), { coverage: { attr: ["compliance.*"], res: [] } }), sign(one({ spanId: '"0000000000000001"' }))),
    withOptions({ min_coverage: ["compliance.*"] })],
  ["duplicate-not-verified", ["X-23", "X-24"], "An altered copy takes no part.", ({ sign }) => merged(change(sign(BASIC), '"charge"', '"x"'), sign(BASIC), change(sign(BASIC), '"charge"', '"y"')), A],
  ["same-span-id-other-trace", ["X-23"], "The same span id in another trace.", ({ sign }) => merged(sign(BASIC), sign(one({ traceId: `"${TRACE_2}"` }))), A],
  ["duplicate-with-addition", ["X-23", "X-20"], "A second copy with an allowed addition is a duplicate.", ({ sign }) => merged(sign(BASIC), change(sign(BASIC), '{"key":"compliance.id"', '{"key":"store.id"},{"key":"compliance.id"')), withOptions({ allow_added: ["store.*"] })],

  ["ordinary", ["X-7", "X-27"], "Only ordinary spans: exit code 4.", () => json(request([span({ attributes: undefined }), span({ attributes: `[${kv("http.compliance.a", "{}")}]`, spanId: '"zz"' })])), A],
  ["ordinary-broken-protobuf", ["P-2", "X-7"], "Broken events and values of an ordinary span are not entered.", () => pSpans([HEAD, pKv(9, "x", raw("0aff")), len(11, raw("0aff"))]), A],
  ["unsigned-broken-protobuf", ["P-2", "X-4"], "Those of a span that gets a verdict are.", () => pSpans([HEAD, pAttribute, len(11, raw("0aff"))]), A],
  ["mixed", ["X-25", "X-26", "X-7"], "Verified, ordinary, unsigned and altered: exit code 1.", ({ sign }) =>
    merged(sign(BASIC), one({ attributes: "[]" }), one({ spanId: '"00000000000000aa"' }), change(sign(one({ spanId: '"00000000000000ab"' })), '"charge"', '"x"')), A],
  ["mixed-4", ["X-26"], "Verified and unsigned: exit code 4.", ({ sign }) => merged(sign(BASIC), one({ spanId: '"00000000000000aa"' })), A],
  ["empty-json", ["X-27"], "No span: exit code 4.", () => json("{}"), A],
  ["empty-protobuf", ["X-27"], "No bytes: an empty request.", () => protobuf(), A],
  ["undecodable-json", ["X-4", "J-1"], "Not JSON.", () => json('{"resourceSpans":[}'), A],
  ["undecodable-alias", ["X-4", "J-6"], "An alias in an ordinary span beside a verified one.", ({ sign }) => change(merged(sign(BASIC), one({ attributes: "[]", flags: "1" })), '"flags"', '"Flags"'), A],
  ["undecodable-protobuf", ["X-4", "P-1"], "A truncated request.", ({ sign }) => { const r = sign(pOne(pAttribute)); return { ...r, hex: r.hex.slice(0, -2) }; }, A],
  ["encrypted-value", ["R-1"], "A value of the reserved form is a string like others.", ({ sign }) => sign(valued('{"stringValue":"kmsgw-enc/1.abc"}')), A],
  ["minimum-star", ["X-2"], "Under * every span is a compliance span, also one without attributes.",
    () => json('{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}]}'), withOptions({ min_coverage: ["*"] })],
  ["minimum-star-protobuf", ["X-2"], "The same in protobuf.", () => protobuf(len(1, len(2, len(2, HEAD)))), withOptions({ min_coverage: ["*"] })],

  ["es256-verified-json", ["K-1", "K-7", "X-13", "X-22"], "Signed with a P-256 key.", ({ sign }) => sign(json(EXAMPLE), EC), MIXED],
  ["es256-verified-protobuf", ["K-7", "X-22"], "The same in protobuf.", ({ sign }) => sign(toProtobuf(EXAMPLE), EC), MIXED],
  ["es256-verified-root", ["K-1", "T-5", "T-10"], "Under a P-256 root, which is given.", ({ sign }) => sign(BASIC, EC), { trust: "trust/root-ec.json", options: { tenant: "acme", root: "root-ec" }, report: true }],
  ["es256-reencoded", ["K-7", "G-2"], "Signed in JSON, stored in protobuf.", ({ sign }) => sign(RICH, { ...EC, onto: toProtobuf(RICH.text) }), ROOT_EC],
  ["es256-both-algorithms", ["K-1", "S-9"], "Spans of both algorithms in one request.", ({ sign }) => merged(sign(BASIC), sign(one({ spanId: '"00000000000000ab"' }), EC)), MIXED],
  ["es256-altered", ["X-19", "X-21"], "Renamed.", ({ sign }) => change(sign(BASIC, EC), '"charge"', '"refund"'), MIXED],
  ["es256-bad-signature", ["X-15", "K-7"], "One bit of S.", ({ sign }) => sign(BASIC, { ...EC, signature: (s) => Buffer.concat([s.subarray(0, 40), Buffer.of(s[40] ^ 1), s.subarray(41)]) }), MIXED],
  ["es256-bad-signature-iat", ["X-15"], "One digit of iat changed.", ({ sign }) => sign(BASIC, { ...EC, six: set("statement", (s) => encodeB64u(utf8(Buffer.from(s, "base64url").toString().replace(IAT, `${IAT.slice(0, -1)}1`)))) }), MIXED],
  ["es256-other-key", ["X-15", "S-9"], "Signed by another P-256 key than the one named.", ({ sign }) => sign(BASIC, { key: "globex-ec", as: "acme-ec" }), ROOT_EC],
  ["es256-named-eddsa-signed", ["X-15", "S-9"], "A P-256 key is named, and an Ed25519 key signed.", ({ sign }) => sign(BASIC, { key: "acme-1", as: "acme-ec" }), MIXED],
  ["eddsa-named-es256-signed", ["X-15", "S-9"], "An Ed25519 key is named, and a P-256 key signed.", ({ sign }) => sign(BASIC, { key: "acme-ec", as: "acme-1" }), MIXED],
  ["es256-key-of-other-type-named", ["X-13", "S-9"], "A good ES256 signature, and key_id names an Ed25519 key of the tenant: the algorithm does not fit the key.", ({ sign, keys }) => sign(BASIC, { ...EC, six: set("key_id", keys["acme-1"].kid) }), MIXED],
  ["es256-key-of-other-type-and-algorithm", ["X-15", "S-9"], "... and .algorithm fits the key.", ({ sign, keys }) => sign(BASIC, { ...EC, six: (a) => set("algorithm", "EdDSA")(set("key_id", keys["acme-1"].kid)(a)) }), MIXED],
  ["es256-algorithm-eddsa", ["X-13", "K-1"], "A P-256 key, and .algorithm is EdDSA.", ({ sign }) => sign(BASIC, { ...EC, six: set("algorithm", "EdDSA") }), MIXED],
  ["es256-algorithm-other", ["X-13", "K-1"], "ES384.", ({ sign }) => sign(BASIC, { ...EC, six: set("algorithm", "ES384") }), MIXED],
  ["eddsa-algorithm-es256", ["X-13", "K-1"], "An Ed25519 key beside P-256 keys, and .algorithm is ES256.", ({ sign }) => sign(BASIC, { six: set("algorithm", "ES256") }), MIXED],
  ["es256-header-eddsa", ["S-6", "X-15"], "Signed under a header that says EdDSA.", ({ sign, keys }) => sign(BASIC, { ...EC, signature: (_, m) => keys["acme-ec"].sign(utf8(signingInput({ alg: "EdDSA", kid: keys["acme-ec"].kid }, "kmsgw-span+jws", Buffer.from(m.toString().split(".")[1], "base64url")))) }), MIXED],
  ["es256-der", ["X-12", "S-8"], "The signature in DER.", ({ sign }) => sign(BASIC, { ...EC, signature: toDer }), MIXED],
  ["es256-63-bytes", ["X-12", "K-7"], "63 bytes.", ({ sign }) => sign(BASIC, { ...EC, signature: (s) => s.subarray(0, 63) }), MIXED],
  ["es256-65-bytes", ["X-12", "K-7"], "65 bytes.", ({ sign }) => sign(BASIC, { ...EC, signature: (s) => Buffer.concat([s, Buffer.alloc(1)]) }), MIXED],
  ["es256-r-zero", ["K-7"], "R is 0.", ({ sign }) => sign(BASIC, { ...EC, signature: withR(() => 0n) }), MIXED],
  ["es256-s-zero", ["K-7"], "S is 0.", ({ sign }) => sign(BASIC, { ...EC, signature: withS(() => 0n) }), MIXED],
  ["es256-r-is-n", ["K-7"], "R is n.", ({ sign }) => sign(BASIC, { ...EC, signature: withR(() => N) }), MIXED],
  ["es256-s-is-n", ["K-7"], "S is n.", ({ sign }) => sign(BASIC, { ...EC, signature: withS(() => N) }), MIXED],
  ["es256-all-ones", ["K-7"], "64 bytes FF.", ({ sign }) => sign(BASIC, { ...EC, signature: () => Buffer.alloc(64, 0xff) }), MIXED],
  ["es256-s-negated", ["K-7", "X-23"], "n - S in place of S is verified, and a duplicate beside the first: it says the same.", ({ sign }) => merged(sign(BASIC, { ...EC, signature: negateS }), sign(BASIC, EC)), MIXED],
  ["es256-s-negated-second", ["K-7", "X-23"], "The other way round.", ({ sign }) => merged(sign(BASIC, EC), sign(BASIC, { ...EC, signature: negateS })), MIXED],
  ["es256-and-eddsa-duplicate", ["X-23"], "The same content under keys of both algorithms.", ({ sign }) => merged(sign(BASIC), sign(BASIC, EC)), MIXED],
  ["es256-unknown-key", ["X-13"], "A P-256 key that is not in the trust file.", ({ sign }) => sign(BASIC, { key: "unknown-ec" }), MIXED],
  ["es256-wrong-tenant", ["X-16"], "A P-256 key of globex under a statement of acme.", ({ sign }) => sign(BASIC, { key: "globex-ec" }), ROOT_EC],
  ["es256-not-yet-valid", ["X-17", "T-11"], "One nanosecond before nbf.", ({ sign }) => sign(BASIC, { ...EC, iat: String(BigInt(at(1)) - 1n) }), MIXED],

  ["iat-years-before-span", ["S-4", "X-22"], "Signed ten years before the times of the span: nothing relates them.", ({ sign }) => sign(one({ startTimeUnixNano: '"2085523200000000000"', endTimeUnixNano: '"2085523201000000000"' })), A],
  ["iat-years-after-span", ["S-4", "X-22"], "Signed 56 years after the times of the span; it ends before it starts.", ({ sign }) => sign(one({ startTimeUnixNano: '"2"', endTimeUnixNano: '"1"' })), A],
  ["span-removed", ["R-3", "X-29"], "Of two signed spans one is removed whole, the parent of the other: nothing shows, and the verdict does not say otherwise.", ({ sign }) =>
    sign(json(request([span({ spanId: '"00f067aa0ba902b7"', parentSpanId: '"eee19b7ec3c1b174"' })]))), { ...A, report: true }],
  ["span-kept", ["R-3", "X-29"], "The request before the removal.", ({ sign }) => {
    const both = json(request([span(), span({ spanId: '"00f067aa0ba902b7"', parentSpanId: '"eee19b7ec3c1b174"' })]));
    return sign(sign(both), { span: 1, rename: false });
  }, { ...A, report: true }],
  ["report-unpinned", ["X-30", "T-10"], "One span of many a verdict, and ordinary ones.", ({ sign }) => merged(
    sign(BASIC), sign(BASIC), sign(one({ name: '"refund"' })), one({ spanId: '"00000000000000aa"' }), one({ attributes: "[]" }),
    change(sign(one({ spanId: '"00000000000000ab"' })), '"charge"', '"x"'), append(one({ spanId: '"00000000000000ac"' }), 0, [["audit.integrity.error", "size"]]),
    sign(one({ spanId: '"00000000000000ad"' }), { key: "unknown" }), one({ spanId: '"00000000000000ae"', attributes: "null" })), { ...A, report: true }],
  ["report-pinned", ["X-30", "T-10"], "The root is given.", ({ sign }) => sign(BASIC), { ...withOptions({ root: "root" }), report: true }],
  ["report-additions", ["X-30", "X-20"], "A dropped addition.", ({ sign }) => change(sign(BASIC), '{"key":"compliance.id"', '{"key":"store.id"},{"key":"compliance.id"'), { ...withOptions({ allow_added: ["store.*"] }), report: true }],
  ["tenant-swapped", ["X-15", "X-16"], "The tenant in a signed statement is replaced: the signature no longer fits.", ({ sign }) =>
    sign(BASIC, { six: set("statement", (s) => encodeB64u(utf8(Buffer.from(s, "base64url").toString().replace('"tenant":"acme"', '"tenant":"globex"')))) }), { options: { tenant: "globex" } }],
  ["report-nothing", ["X-30", "X-27"], "Ordinary spans only.", () => json(request([span({ attributes: "[]" }), span({ attributes: "[]" })])), { ...A, report: true }],

  ["encrypted-verified", ["E-9", "E-14", "R-1"], "Encrypted values that were signed: no seed is needed.", ({ sign }) => sign(encrypted(SENSITIVE)), A],
  ["encrypted-verified-protobuf", ["E-9", "E-14"], "The same in protobuf.", ({ sign }) => sign(encrypted(toProtobuf(SENSITIVE.text))), A],
  ["encrypted-re-encoded", ["E-9", "X-22"], "Signed in JSON, re-encoded as protobuf.", ({ sign }) => toProtobuf(sign(encrypted(SENSITIVE)).text), A],
  ["encrypted-events-verified", ["E-9"], "In events.", ({ sign }) => sign(encrypted(SENSITIVE_EVENTS)), A],
  ["encrypted-withheld", ["E-2", "E-9", "X-8"], "Withheld values on a span that is marked.", () => append(
    expectEncrypt({ input: SENSITIVE, settings: { ...SETTINGS, withhold: true } }).output, 0, [["audit.integrity.error", "tenant-blocked"]]), A],
  ["encrypted-withheld-signed", ["E-9"], "A value that says it was withheld is a string like others.", ({ sign }) => sign(valued('{"stringValue":"kmsgw-enc/1.withheld"}')), A],
  ["encrypted-decrypted-copy", ["E-9", "X-19"], "A copy with one clear value in place of the encrypted one is altered.", ({ sign }) => {
    const signed = sign(encrypted(SENSITIVE));
    return change(signed, signed.text.match(ENCRYPTED)[0], "a@example.org");
  }, A],
  ["encrypted-decrypted-event", ["E-9", "X-19"], "The same in an event.", ({ sign }) => {
    const signed = sign(encrypted(SENSITIVE_EVENTS));
    return change(signed, signed.text.match(ENCRYPTED)[0], "a@example.org");
  }, A],
  ["encrypted-after-signing", ["E-9", "X-19"], "Signed in clear, and encrypted afterwards.", ({ sign }) => encrypted(sign(SENSITIVE)), A],
  ["encrypted-withheld-afterwards", ["E-9", "X-19"], "An encrypted value that is withheld after signing.", ({ sign }) => {
    const signed = sign(encrypted(SENSITIVE));
    return change(signed, signed.text.match(ENCRYPTED)[0], "kmsgw-enc/1.withheld");
  }, A],
  ["encrypted-exchanged", ["E-9", "X-19"], "Two encrypted values of one span exchanged.", ({ sign }) => exchanged(sign(encrypted(SENSITIVE))), A],
  ["encrypted-exchanged-events", ["E-9", "X-19"], "Those of two events exchanged under the same key: decryption cannot tell, the digests can.", ({ sign }) => exchanged(sign(encrypted(SENSITIVE_EVENTS))), A],
  ["encrypted-anew", ["E-11", "X-24"], "The same request encrypted and signed twice: a conflict, although the clear values are the same.", ({ sign }) =>
    merged(sign(encrypted(SENSITIVE)), sign(encrypted(SENSITIVE, "again"))), A],
  ["encrypted-stored-twice", ["E-11", "X-23"], "Encrypted once and stored twice: a duplicate.", ({ sign }) => merged(sign(encrypted(SENSITIVE)), sign(encrypted(SENSITIVE))), A],
];

/** The ResourceSpans of several JSON requests in one. */
export function merged(...inputs) {
  return json(`{"resourceSpans":[${inputs.map((i) => i.text.slice('{"resourceSpans":['.length, -2)).join(",")}]}`);
}

/** The input and the other members of the vector. */
export function buildVerifyCase([, , , make, { trust = "trust/default.json", options } = {}], keys) {
  const resolved = { ...options, ...(options.root ? { root: keys[options.root].kid } : {}) };
  return { trust, options: resolved, input: make({ sign: signer(keys), keys }) };
}

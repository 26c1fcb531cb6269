// The cases of decrypt/, by hand. Each: [name, rules, comment, plaintext, changes?]
import { utf8 } from "./bytes.mjs";
import { seal, writeEncrypted } from "./encrypted.mjs";
import { secretsOf } from "./make-secrets.mjs";

const PLACE = { trace_id: "5b8efff798038103d269b633813fc60c", span_id: "eee19b7ec3c1b174", scope: "span", key: "pii.v" };
const BASIC = '{"stringValue":"x"}';
const OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c", OTHER_SPAN = "b7ad6b7169203331";

/** Sealed at a place and found there. */
const placed = (place) => ({ sealed: place, place });
/** One bit of a part is flipped; `at` counts from its end if it is negative. */
const flipped = (name, at) => ({ parts: (p) => {
  const bytes = Buffer.from(p[name]);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  return { ...p, [name]: bytes };
} });
/** A part of other bytes. */
const resized = (name, change) => ({ parts: (p) => ({ ...p, [name]: change(p[name]) }) });
const longer = (b) => Buffer.concat([b, Buffer.of(0)]), shorter = (b) => b.subarray(0, -1);
/** The text of one of the five parts is changed. */
const rewritten = (index, change) => ({ value: (v) => v.split(".").map((p, i) => (i === index ? change(p) : p)).join(".") });
/** The last character with an unused bit. */
const unusedBit = (part) => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)) + 1];
};
const OTHER_KID = "00112233445566778899aabbccddeeff";
const nest = (depth, inner) => "[".repeat(depth - 1) + inner + "]".repeat(depth - 1);

const refused = (name, comment, plaintext, rules = ["E-12"]) => [name, rules, comment, plaintext];
const restored = (name, comment, plaintext, rules) => [name, ["E-13", ...rules], comment, plaintext];

export const decryptCases = [
  ["string", ["E-12", "E-13"], "A string.", '{"stringValue":"Kass\u00e9"}'],
  ["key-value-json", ["E-7", "E-13"], "A KeyValue in JSON.", '\x01{"key":"pii.v","value":{"intValue":"5.0"}}'],
  ["key-value-protobuf", ["E-7", "E-13"], "A KeyValue in protobuf.", Buffer.from("000a057069692e7612031a0178", "hex")],
  ["form", ["E-4"], "Withheld: an ordinary string.", BASIC, { value: () => "kmsgw-enc/1.withheld" }],
  ["other-tenant-claimed", ["E-12"], "Said to be globex's.", BASIC, { place: { tenant: "globex" } }],
  ["other-key", ["E-8", "E-12"], "Moved to another key.", BASIC, { place: { key: "pii.w" } }],
  ["white-space", ["E-12"], "A space in the plaintext.", '{"stringValue": "x"}'],

  restored("string-characters", "Escapes, and characters that need none.", '{"stringValue":"\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f/\u007f\u2028\u2029\ue000 e\u0301 \ud83d\ude00"}', ["V-1", "C-2"]),
  restored("string-empty", "The empty string.", '{"stringValue":""}', ["V-1"]),
  restored("string-long", "5,000 characters.", `{"stringValue":"${"x".repeat(5000)}"}`, ["V-1"]),
  restored("string-like-encrypted", "A value that was encrypted before it came.", '{"stringValue":"kmsgw-enc/1.withheld"}', ["V-1"]),
  restored("int-largest", "The largest.", '{"intValue":"9223372036854775807"}', ["V-2"]),
  restored("int-smallest", "The smallest.", '{"intValue":"-9223372036854775808"}', ["V-2"]),
  restored("int-zero", "Zero: a member all the same.", '{"intValue":"0"}', ["V-2"]),
  restored("double", "A fraction.", '{"doubleValue":12.5}', ["V-3"]),
  restored("double-zero", "Zero: a member all the same.", '{"doubleValue":0}', ["V-3"]),
  restored("double-exponent", "An exponent.", '{"doubleValue":1e+21}', ["V-3", "C-3"]),
  restored("double-smallest", "The smallest.", '{"doubleValue":5e-324}', ["V-3", "C-3"]),
  restored("double-minus-zero", "Negative zero.", '{"doubleValue":"-0"}', ["V-4"]),
  restored("double-nan", "NaN.", '{"doubleValue":"NaN"}', ["V-4"]),
  restored("double-infinity", "Infinity.", '{"doubleValue":"Infinity"}', ["V-4"]),
  restored("double-minus-infinity", "Negative infinity.", '{"doubleValue":"-Infinity"}', ["V-4"]),
  restored("bool-true", "true.", '{"boolValue":true}', ["V-5"]),
  restored("bool-false", "false: a member all the same.", '{"boolValue":false}', ["V-5"]),
  restored("bytes", "Bytes that base64url would write otherwise.", '{"bytesValue":"+/8="}', ["V-6"]),
  restored("bytes-empty", "No bytes.", '{"bytesValue":""}', ["V-6"]),
  restored("array", "Every type, nested.", `[${BASIC},{"intValue":"1"},{"doubleValue":0.5},{"boolValue":false},{"bytesValue":"AQI="},[],[[${BASIC}]],{},null]`, ["V-7"]),
  restored("array-empty", "An empty array.", "[]", ["V-7"]),
  restored("kvlist", "The entries in the order of V, by UTF-16 code units.", `{"10":${BASIC},"9":null,"A":[],"__proto__":{},"a":{"b":{"c":${BASIC}}},"\ud83d\ude00":${BASIC},"\ufb33":${BASIC}}`, ["V-8", "C-4"]),
  restored("kvlist-empty", "An empty kvlist.", "{}", ["V-8"]),
  restored("kvlist-one-null", "One entry without value.", '{"a":null}', ["V-8"]),
  restored("kvlist-like-scalar", "A kvlist whose only key is a name of a scalar.", `{"stringValue":${BASIC}}`, ["V-8"]),
  restored("kvlist-like-scalar-null", "The same, without value.", '{"stringValue":null}', ["V-8"]),
  restored("kvlist-like-array", "What looks like OTLP/JSON is a kvlist in a kvlist.", '{"arrayValue":{"values":[]}}', ["V-8"]),
  restored("no-value", "An AnyValue without a member.", "null", ["V-9"]),
  restored("depth-32", "The deepest value.", nest(32, BASIC), ["V-11"]),
  restored("depth-32-empty", "An empty kvlist at depth 32.", nest(32, "{}"), ["V-11"]),
  restored("key-value-nothing-protobuf", "The byte 00 alone: an empty KeyValue.", Buffer.of(0), ["E-12"]),
  restored("key-value-invalid-protobuf", "A KeyValue that is not valid UTF-8.", Buffer.from("000a057069692e7612030a01ff", "hex"), ["E-12"]),
  restored("key-value-white-space-json", "The text as it came, with white space and escapes.", '\x01{ "key" : "pii\\u002ev",\r\n"value":{"stringValue":"\\ud83d"} }', ["E-12"]),

  // Places
  ["event", ["E-8"], "In an event.", BASIC, placed({ scope: "event" })],
  ["link", ["E-8"], "In a link.", BASIC, placed({ scope: "link" })],
  ["tenant-claimed", ["E-12"], "Said to be whose it is.", BASIC, { place: { tenant: "acme" } }],
  ["ids-empty", ["E-8"], "In a span without ids.", BASIC, placed({ trace_id: "", span_id: "" })],
  ["key-characters", ["E-8", "C-2"], "A key that canonical JSON escapes.", BASIC, placed({ key: "pii.\"\\/\u0000\n\u007f\u00e9\u2028\ud83d\ude00" })],
  ["key-invalid-utf8", ["E-8"], "A key that is not valid UTF-8: its bytes stand in the additional data as they are, without escapes.", BASIC, placed({ key: { hex: "7069692e225cff" } })],
  ["key-surrogate", ["E-8"], "A key with U+FFFD for an unpaired surrogate.", BASIC, placed({ key: "pii.\ufffd" })],
  ["key-empty", ["E-8"], "The last of two keys was empty.", BASIC, placed({ key: "" })],
  ["tenant-characters", ["E-5", "E-8"], "Every kind of character of a tenant's name.", BASIC, { sealed: { tenant: `A-z_0.9${"x".repeat(57)}` }, record: { tenant: `A-z_0.9${"x".repeat(57)}` } }],

  // Moved
  ["other-key-case", ["E-8", "E-12"], "Moved to a key that differs in case.", BASIC, { place: { key: "pii.V" } }],
  ["other-key-normalised", ["E-8", "C-2"], "Moved to a key that differs in normalisation.", BASIC, { sealed: { key: "pii.\u00e9" }, place: { key: "pii.e\u0301" } }],
  ["other-span", ["E-8", "E-12"], "Moved to another span.", BASIC, { place: { span_id: OTHER_SPAN } }],
  ["other-trace", ["E-8", "E-12"], "Moved to another trace.", BASIC, { place: { trace_id: OTHER_TRACE } }],
  ["other-ids-empty", ["E-8", "E-12"], "Moved to a span without ids.", BASIC, { place: { trace_id: "", span_id: "" } }],
  ["other-scope-event", ["E-8", "E-12"], "Moved from the span into an event.", BASIC, { place: { scope: "event" } }],
  ["other-scope-link", ["E-8", "E-12"], "Moved from an event into a link.", BASIC, { sealed: { scope: "event" }, place: { scope: "link" } }],
  ["other-tenant-record", ["E-5", "E-8", "E-12"], "The record is another tenant's, and nobody says whose the value is.", BASIC, { record: { tenant: "globex" } }],
  ["other-tenant-record-and-claimed", ["E-5", "E-8", "E-12"], "The record is another tenant's, and the value is said to be that tenant's.", BASIC, { record: { tenant: "globex" }, place: { tenant: "globex" } }],
  ["other-tenant-record-claimed-rightly", ["E-12"], "The record is another tenant's, and the value is said to be whose it was.", BASIC, { record: { tenant: "globex" }, place: { tenant: "acme" } }],
  ["other-tenant-case", ["E-12"], "A tenant that differs in case.", BASIC, { place: { tenant: "Acme" } }],
  ["other-tenant-and-key", ["E-12"], "Another tenant before a tag that does not fit.", BASIC, { place: { tenant: "globex", key: "pii.w" } }],

  // Tampered
  ["kid-changed", ["E-5", "E-12"], "Another kid in the value, whose record has the same seed: the kid is in the key's derivation.", BASIC, { parts: (p) => ({ ...p, kid: OTHER_KID }), record: { kid: OTHER_KID } }],
  ["seed-other", ["E-5", "E-14"], "Another seed in the place of one that is destroyed.", BASIC, { record: { seed: secretsOf("globex", "", 0).seed } }],
  ["salt-changed", ["E-5", "E-12"], "A bit of the salt.", BASIC, flipped("salt", 0)],
  ["nonce-changed", ["E-6", "E-12"], "A bit of the nonce.", BASIC, flipped("nonce", -1)],
  ["ciphertext-changed", ["E-6", "E-12"], "A bit of the ciphertext.", BASIC, flipped("sealed", 16)],
  ["tag-changed-first", ["E-6", "E-12"], "A bit of the first byte of the tag.", BASIC, flipped("sealed", -16)],
  ["tag-changed-last", ["E-6", "E-12"], "A bit of the last byte of the tag.", BASIC, flipped("sealed", -1)],
  ["tag-zero", ["E-6", "E-12"], "A tag of zeros.", BASIC, resized("sealed", (b) => Buffer.concat([b.subarray(0, -16), Buffer.alloc(16)]))],
  ["tag-first", ["E-4", "E-6"], "The tag before the ciphertext.", BASIC, resized("sealed", (b) => Buffer.concat([b.subarray(-16), b.subarray(0, -16)]))],
  ["byte-added", ["E-6", "E-12"], "A byte behind the tag.", BASIC, resized("sealed", longer)],
  ["byte-removed", ["E-6", "E-12"], "Without the last byte of the tag.", BASIC, resized("sealed", shorter)],
  ["tag-12-bytes", ["E-6", "E-12"], "A tag cut to 12 bytes, as the cipher alone would allow.", BASIC, resized("sealed", (b) => b.subarray(0, -4))],
  ["truncated-to-17-bytes", ["E-4", "E-12"], "The shortest that has the form.", BASIC, resized("sealed", (b) => b.subarray(0, 17))],

  // No encrypted value
  ["form-sealed-16-bytes", ["E-4"], "A tag without a ciphertext.", BASIC, resized("sealed", (b) => b.subarray(0, 16))],
  ["form-no-plaintext", ["E-4"], "No plaintext, with the tag that fits.", ""],
  ["form-sealed-empty", ["E-4"], "Nothing in the fifth part.", BASIC, rewritten(4, () => "")],
  ["form-salt-15-bytes", ["E-4"], "A salt of 15 bytes.", BASIC, resized("salt", shorter)],
  ["form-salt-17-bytes", ["E-4"], "A salt of 17 bytes.", BASIC, resized("salt", longer)],
  ["form-nonce-11-bytes", ["E-4"], "A nonce of 11 bytes.", BASIC, resized("nonce", shorter)],
  ["form-nonce-13-bytes", ["E-4"], "A nonce of 13 bytes.", BASIC, resized("nonce", longer)],
  ["form-salt-unused-bit", ["E-4", "C-7"], "An unused bit in the salt.", BASIC, rewritten(2, unusedBit)],
  ["form-sealed-unused-bit", ["E-4", "C-7"], "An unused bit in the fifth part.", BASIC, rewritten(4, unusedBit)],
  ["form-padding", ["E-4", "C-7"], "Padding.", BASIC, rewritten(2, (p) => `${p}==`)],
  ["form-alphabet", ["E-4", "C-7"], "The standard alphabet.", BASIC, { parts: (p) => ({ ...p, salt: Buffer.from("fb".repeat(16), "hex") }), ...rewritten(2, (p) => p.replaceAll("-", "+").replaceAll("_", "/")) }],
  ["form-one-character-off", ["E-4", "C-7"], "Cut by characters, so that the length is 1 modulo 4.", BASIC, rewritten(4, (p) => p.slice(0, p.length - ((p.length - 1) % 4 || 4)))],
  ["form-kid-upper-case", ["E-4"], "A kid in upper case.", BASIC, rewritten(1, (p) => p.toUpperCase())],
  ["form-kid-31", ["E-4"], "A kid of 31 characters.", BASIC, rewritten(1, (p) => p.slice(1))],
  ["form-kid-33", ["E-4"], "A kid of 33 characters.", BASIC, rewritten(1, (p) => `${p}0`)],
  ["form-kid-not-hex", ["E-4"], "A kid with another character.", BASIC, rewritten(1, (p) => `${p.slice(1)}g`)],
  ["form-kid-uuid", ["E-4"], "A kid with hyphens.", BASIC, rewritten(1, (p) => p.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"))],
  ["form-version-2", ["E-4"], "Another version.", BASIC, rewritten(0, () => "kmsgw-enc/2")],
  ["form-version-10", ["E-4"], "A version that begins alike.", BASIC, rewritten(0, () => "kmsgw-enc/10")],
  ["form-prefix-case", ["E-4"], "The prefix in upper case.", BASIC, rewritten(0, (p) => p.toUpperCase())],
  ["form-four-parts", ["E-4"], "Without the nonce.", BASIC, { value: (v) => v.split(".").filter((_, i) => i !== 3).join(".") }],
  ["form-six-parts", ["E-4"], "A sixth part.", BASIC, { value: (v) => `${v}.AAAA` }],
  ["form-final-dot", ["E-4"], "A dot at the end.", BASIC, { value: (v) => `${v}.` }],
  ["form-line-break", ["E-4"], "A line break at the end.", BASIC, { value: (v) => `${v}\n` }],
  ["form-line-break-in-kid", ["E-4"], "A line break behind the kid.", BASIC, rewritten(1, (p) => `${p}\n`)],
  ["form-space", ["E-4"], "A space at the start.", BASIC, { value: (v) => ` ${v}` }],
  ["form-not-ascii", ["E-4"], "A digit of another script in the kid.", BASIC, rewritten(1, (p) => `\u0660${p.slice(1)}`)],
  ["form-empty", ["E-4"], "The empty string.", BASIC, { value: () => "" }],
  ["form-prefix-only", ["E-4"], "The prefix alone.", BASIC, { value: () => "kmsgw-enc/1" }],
  ["form-clear", ["E-4"], "A clear value.", BASIC, { value: () => "a@example.org" }],
  ["form-before-tenant", ["E-4", "E-12"], "An ordinary string is nobody's, whosever it is said to be.", BASIC, { value: (v) => `${v}.`, place: { tenant: "globex" } }],

  // Plaintexts that are none
  refused("plaintext-line-break", "A line break behind it.", `${BASIC}\n`),
  refused("plaintext-trailing-byte", "A zero byte behind it.", `${BASIC}\0`),
  refused("plaintext-two", "Two values.", `${BASIC}${BASIC}`),
  refused("plaintext-bom", "A byte order mark.", `\ufeff${BASIC}`),
  refused("plaintext-cut", "Cut off.", BASIC.slice(0, -1)),
  refused("plaintext-clear", "A text that is no JSON.", "a@example.org"),
  refused("plaintext-byte-02", "Another first byte.", '\x02{"key":"pii.v"}'),
  refused("plaintext-not-utf8", "Not valid UTF-8.", Buffer.from('{"stringValue":"\xff"}', "latin1")),
  refused("plaintext-surrogate-bytes", "A surrogate in UTF-8.", Buffer.from('{"stringValue":"\xed\xa0\x80"}', "latin1")),
  refused("plaintext-surrogate-escaped", "An escape of an unpaired surrogate.", '{"stringValue":"\\ud83d"}'),
  refused("plaintext-surrogate-key", "The same in a key.", `{"\\ud83d":${BASIC}}`),
  refused("plaintext-escape-letter", "An escape that is not needed.", '{"stringValue":"\\u0078"}'),
  refused("plaintext-escape-solidus", "An escaped solidus.", '{"stringValue":"\\/"}'),
  refused("plaintext-escape-upper-case", "An escape in upper case.", '{"stringValue":"\\u001F"}'),
  refused("plaintext-escape-long", "An escape that has a shorter one.", '{"stringValue":"\\u000a"}'),
  refused("plaintext-escape-name", "An escaped name.", '{"\\u0073tringValue":"x"}'),
  refused("plaintext-unknown-member", "An unknown member.", '{"laterValue":"x"}'),
  refused("plaintext-unknown-member-beside", "An unknown member beside a known one.", '{"laterValue":"x","stringValue":"x"}'),
  refused("plaintext-two-members", "Two known members.", '{"intValue":"1","stringValue":"x"}'),
  refused("plaintext-repeated-member", "A member twice.", '{"stringValue":"x","stringValue":"x"}'),
  refused("plaintext-alias", "Another spelling.", '{"string_value":"x"}'),
  refused("plaintext-string-number", "A number as string value.", '{"stringValue":5}'),
  refused("plaintext-int-number", "An integer as number.", '{"intValue":5}'),
  refused("plaintext-int-leading-zero", "A leading zero.", '{"intValue":"05"}'),
  refused("plaintext-int-minus-zero", "Negative zero.", '{"intValue":"-0"}'),
  refused("plaintext-int-too-large", "Too large.", '{"intValue":"9223372036854775808"}'),
  refused("plaintext-double-point-zero", "5.0 where 5 is written.", '{"doubleValue":5.0}'),
  refused("plaintext-double-exponent", "1e21 where 1e+21 is written.", '{"doubleValue":1e21}'),
  refused("plaintext-double-digits", "Digits that no binary64 has.", '{"doubleValue":0.1000000000000000055}'),
  refused("plaintext-double-minus-zero", "Negative zero as number.", '{"doubleValue":-0}'),
  refused("plaintext-double-text", "A finite number as string.", '{"doubleValue":"5"}'),
  refused("plaintext-double-nan-case", "Another spelling of NaN.", '{"doubleValue":"nan"}'),
  refused("plaintext-double-infinite", "A number that is infinite.", '{"doubleValue":1e309}'),
  refused("plaintext-bool-text", "A string as bool.", '{"boolValue":"true"}'),
  refused("plaintext-bytes-padding", "Without padding.", '{"bytesValue":"AQI"}'),
  refused("plaintext-bytes-unused-bits", "Unused bits.", '{"bytesValue":"AQJ="}'),
  refused("plaintext-bytes-alphabet", "The other alphabet.", '{"bytesValue":"-_8="}'),
  refused("plaintext-strindex", "An index into the table of strings.", '{"stringValueStrindex":1}'),
  refused("plaintext-primitive-string", "A string alone.", '"x"'),
  refused("plaintext-primitive-number", "A number alone.", "5"),
  refused("plaintext-primitive-true", "true alone.", "true"),
  refused("plaintext-array-of-primitives", "A string in an array.", '["x"]'),
  refused("plaintext-array-space", "A space in an array.", `[${BASIC}, null]`),
  refused("plaintext-kvlist-order", "Entries in another order.", '{"b":null,"a":null}'),
  refused("plaintext-kvlist-order-utf8", "Entries in the order of UTF-8.", `{"\ufb33":null,"\ud83d\ude00":null}`),
  refused("plaintext-kvlist-twice", "An entry twice.", '{"a":null,"a":null}', ["E-12", "V-10"]),
  refused("plaintext-kvlist-of-primitives", "An entry that is a string, beside another.", '{"a":"x","b":null}'),
  refused("plaintext-deep-inside", "A fault at depth 3.", '[{"a":{"intValue":5}}]'),
  refused("plaintext-depth-33", "One level too deep: section 5 has no such value.", nest(33, BASIC), ["E-12", "V-11"]),
  refused("plaintext-depth-5000", "Far too deep.", nest(5001, "null"), ["E-12", "V-11"]),
];

/**
 * The members of a vector. `sealed` are changes of what the value is sealed with (place, tenant), `record` those of the record,
 * `place` those of the place where it is found, `parts` and `value` change the value itself.
 */
export function buildDecryptCase([name, , , plaintext, { sealed = {}, record = {}, place = {}, parts = (p) => p, value = (v) => v } = {}]) {
  const { seed, kid, salt, nonces: [nonce] } = secretsOf("acme", name, 1);
  const whole = { kid, salt: Buffer.from(salt, "hex"), nonce: Buffer.from(nonce, "hex") };
  const bytes = typeof plaintext === "string" ? utf8(plaintext) : plaintext;
  const written = writeEncrypted(parts({ ...whole, sealed: seal(Buffer.from(seed, "hex"), whole, { tenant: "acme", ...PLACE, ...sealed }, bytes) }));
  return { seed, kid, tenant: "acme", ...record, place: { ...PLACE, ...place }, value: value(written) };
}

// Encrypts the sensitive attributes of a request: section 13.1 and E-7.
import { rewrite, splice } from "./append.mjs";
import { Undecodable, utf8 } from "./bytes.mjs";
import { canonicalValue, renamed } from "./canonical.mjs";
import { matchesAny } from "./coverage.mjs";
import { WITHHELD, additionalData, seal, writeEncrypted } from "./encrypted.mjs";
import { jcs } from "./jcs.mjs";
import { ordered } from "./model.mjs";
import { bytesOf, encodeVarint } from "./protobuf.mjs";
import { expectSign, readRequest } from "./signer.mjs";

const startOf = ({ field, node }) => (field ?? node).start;

/** The sensitive attributes of a span in the order of their bytes: [{scope, group, attribute, key}]; `key` as it leaves. E-1. */
function sensitiveOf({ attr, ev, lnk }, patterns) {
  const below = (list, scope, group) => list.flatMap((x) => x.attributes).map((a) => ({ scope, group, attribute: a, names: a }));
  return [
    ...attr.list.map((a) => ({ scope: "span", group: "attr", attribute: a, names: renamed(a) })),
    ...below(ev.list, "event", "ev"), ...below(lnk.list, "link", "lnk"),
  ]
    .filter(({ names }) => names.keys.some((k) => matchesAny(patterns, k.raw)))
    .map(({ scope, group, attribute, names: { key } }) => ({ scope, group, attribute, key: key.text ?? invalidKey(attribute, key) }))
    .sort((a, b) => startOf(a.attribute) - startOf(b.attribute));
}

/** E-8: a key that is not valid Unicode. */
const invalidKey = ({ field }, { raw }) => (field ? { hex: Buffer.from(raw, "latin1").toString("hex") } : raw.toWellFormed());

/** E-2: whether the operator's rules select the span, or all spans are encrypted. */
const isTreated = (span, { spans, rules }) => spans === "all" ||
  [...span.keys.flat(), ...span.resourceKeys].some((k) => matchesAny(rules, k.raw));

/** E-8: the id, or "" for one that G-4 refuses. */
const idOf = (hex, digits) => (hex.length === digits && /^[0-9a-f]*$/.test(hex) && !/^0*$/.test(hex) ? hex : "");

/** E-7. */
function plaintextOf({ value, issues, field, node }, text) {
  if (issues.size === 0) return utf8(jcs(canonicalValue(value)));
  return field ? Buffer.concat([Buffer.of(0), bytesOf(field)]) : utf8(`\x01${text.slice(node.start, node.end)}`);
}

/** E-3: the content of the KeyValue in protobuf. */
function protobufContent({ key }, value) {
  const field = (number, bytes) => Buffer.concat([Buffer.of((number << 3) | 2), encodeVarint(bytes.length), bytes]);
  return Buffer.concat([field(1, Buffer.from(key.raw, "latin1")), field(2, field(1, utf8(value)))]);
}

function replaceInProtobuf(buf, replaced) {
  const contents = new Map(replaced.map(({ attribute, value }) => [attribute.field.start, protobufContent(attribute, value)]));
  const starts = [...contents.keys()];
  // Only what holds a replaced KeyValue is entered: the rest need not be readable (P-2).
  const edit = (f) => contents.get(f.start)
    ?? (starts.some((s) => s > f.start && s < f.end) ? rewrite(f.buf, f.valueStart, f.end, edit) : null);
  return rewrite(buf, 0, buf.length, edit) ?? buf;
}

const replaceInJson = (text, replaced) => splice(text, replaced.map(({ attribute: { node, keyNode }, value }) => ({
  start: node.start, end: node.end,
  text: `{"key":${text.slice(keyNode.start, keyNode.end)},"value":{"stringValue":"${value}"}}`,
})));

function replace(input, replaced) {
  return input.encoding === "protobuf"
    ? { encoding: "protobuf", hex: replaceInProtobuf(Buffer.from(input.hex, "hex"), replaced).toString("hex") }
    : { encoding: "json", text: replaceInJson(input.text, replaced) };
}

/** The indexes of the spans that are treated. Throws Undecodable. */
export const treatedSpans = (input, settings) => readRequest(input).spans.flatMap((span, i) => (isTreated(span, settings) ? [i] : []));

/** Every sensitive attribute of the spans with these indexes, in order, with its place. Throws Undecodable. */
export function findSensitive(input, patterns, indexes) {
  const { spans } = readRequest(input);
  return indexes.flatMap((index) => {
    const detail = spans[index].read();
    const ids = { trace_id: idOf(detail.core.traceId, 32), span_id: idOf(detail.core.spanId, 16) };
    return sensitiveOf(detail, patterns).map(({ key, scope, ...more }) => ({ index, place: { ...ids, scope, key }, ...more }));
  });
}

/** {values, issues, output}; `issues` by index of the span and group. Throws Undecodable. */
function encrypt(input, settings, secrets) {
  const issues = {};
  const replaced = findSensitive(input, settings.patterns, treatedSpans(input, settings)).map(({ index, place, group, attribute }, i) => {
    if (settings.withhold) return { attribute, entry: { ...place, value: WITHHELD }, value: WITHHELD };
    if (attribute.issues.size > 0) (((issues[index] ??= {})[group]) ??= []).push(...attribute.issues);
    const plaintext = plaintextOf(attribute, input.text);
    const parts = { kid: secrets.kid, salt: Buffer.from(secrets.salt, "hex"), nonce: Buffer.from(secrets.nonces[i], "hex") };
    const at = { tenant: settings.tenant, ...place };
    const value = writeEncrypted({ ...parts, sealed: seal(Buffer.from(secrets.seed, "hex"), parts, at, plaintext) });
    const aad = additionalData(at);
    return { attribute, value, entry: { ...place, plaintext: plaintext.toString("hex"), aad: place.key.hex === undefined ? aad.toString() : { hex: aad.toString("hex") }, value } };
  });
  return { values: replaced.map((r) => r.entry), issues, output: replace(input, replaced) };
}

function orUndecodable(compute) {
  try {
    return compute();
  } catch (e) {
    if (e instanceof Undecodable) return { undecodable: true };
    throw e;
  }
}

/** What an encrypt vector expects. */
export const expectEncrypt = ({ input, settings, secrets }) => orUndecodable(() => {
  const { values, issues, output } = encrypt(input, settings, secrets);
  const reasons = Object.entries(issues).map(([index, groups]) => [index, ordered(new Set(Object.values(groups).flat()))]);
  return { values, ...(reasons.length > 0 ? { issues: Object.fromEntries(reasons) } : {}), output };
});

/** What an encrypt-sign vector expects: that of a sign vector, of what encryption left (E-9). */
export const expectEncryptSign = ({ input, settings, secrets, ...signing }, keys) => orUndecodable(() => {
  const { issues, output } = encrypt(input, settings, secrets);
  return expectSign({ input: output, ...signing }, keys, issues[signing.span]);
});

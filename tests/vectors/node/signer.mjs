// Signs one span of a request.
import { append } from "./append.mjs";
import { Undecodable, utf8 } from "./bytes.mjs";
import { buildGroups, digest, isOversize } from "./canonical.mjs";
import { signingInput } from "./keys.mjs";
import { GROUPS, REASONS, ordered } from "./model.mjs";
import { readJson } from "./otlp-json.mjs";
import { readProtobuf } from "./otlp-protobuf.mjs";
import { VERSION, writeStatement } from "./statement.mjs";

/** Reads {encoding:"json",text|hex} or {encoding:"protobuf",hex}; throws Undecodable. */
export function readRequest(input) {
  const bytes = input.hex === undefined ? input.text : Buffer.from(input.hex, "hex");
  return input.encoding === "protobuf" ? readProtobuf(bytes) : readJson(bytes);
}

/** The six attributes of A-3. */
export function sixAttributes(key, statement) {
  const input = signingInput(key, "kmsgw-span+jws", utf8(statement));
  return attributesOf(key, input.split(".")[1], key.sign(utf8(input)));
}

export const attributesOf = ({ alg, kid }, statementB64u, signature) => [
  ["audit.integrity.canonicalization", VERSION],
  ["audit.integrity.algorithm", alg],
  ["audit.integrity.key_id", kid],
  ["audit.integrity.signer", "collector"],
  ["audit.integrity.statement", statementB64u],
  ["audit.integrity.value", signature.toString("base64")],
];

/** The canonical form of one span: {issues} or {canonical, digests, ids, detail}. `known` are issues by group of what is encrypted by now (E-7). */
export function canonicalise(input, spanIndex, coverage, known = {}) {
  const { spans } = readRequest(input);
  const detail = spans[spanIndex].read();
  const groups = buildGroups(detail, coverage, "sign");
  const issues = Object.fromEntries(GROUPS.map((x) => [x, ordered(new Set([...groups[x].issues, ...(known[x] ?? [])]))]));
  const bad = GROUPS.filter((x) => issues[x].length > 0);
  if (bad.length > 0) return { issues: Object.fromEntries(bad.map((x) => [x, issues[x]])) };
  const canonical = Object.fromEntries(GROUPS.map((x) => [x, groups[x].canonical]));
  return {
    canonical,
    digests: Object.fromEntries(GROUPS.map((x) => [x, digest(x, canonical[x])])),
    ids: { trace_id: detail.core.traceId, span_id: detail.core.spanId },
    detail,
  };
}

/** What a sign vector expects. With `oversize`, longer spans are marked (U-17). */
export function expectSign({ input, span, coverage, signing, oversize }, keys, known) {
  try {
    const form = canonicalise(input, span, coverage, known);
    const marked = (unsignable, issues) => ({ unsignable, issues, output: append(input, span, [["audit.integrity.error", unsignable]]) });
    if (form.issues) {
      const all = new Set(Object.values(form.issues).flat());
      return marked(REASONS.find((r) => all.has(r)), form.issues); // U-3
    }
    if (oversize !== undefined && isOversize(form.detail, coverage, oversize)) return marked("oversize", {});
    const key = keys[signing.key];
    const { tenant, iat, pol, salt, src } = signing;
    const statement = writeStatement({ cov: coverage, dig: form.digests, iat, pol, salt, src, tenant, ...form.ids });
    const six = sixAttributes(key, statement);
    return {
      canonical: form.canonical,
      digests: form.digests,
      statement,
      signing_input: signingInput(key, "kmsgw-span+jws", utf8(statement)),
      signature: six[5][1],
      output: append(input, span, six),
    };
  } catch (e) {
    if (e instanceof Undecodable) return { undecodable: true };
    throw e;
  }
}

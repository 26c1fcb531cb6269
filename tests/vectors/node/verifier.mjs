// The verifier: section 12.
import { Undecodable, decodeB64u, decodeBase64, utf8 } from "./bytes.mjs";
import { buildGroups, digest } from "./canonical.mjs";
import { contains, isPattern, matchesAny, overlap } from "./coverage.mjs";
import { bytesOfFile, readFile } from "./files.mjs";
import { signingInput } from "./keys.mjs";
import { GROUPS, REASONS, isReserved } from "./model.mjs";
import { readRequest } from "./signer.mjs";
import { isLost } from "./stores.mjs";
import { VERSION, isTenant, parseObject, readStatement } from "./statement.mjs";
import { TrustRefused, readTrust } from "./trust.mjs";

const CLASS = { "verified": 0, "verified-with-additions": 0, "duplicate": 0, "conflict": 0,
  "unknown-key": 4, "unsigned": 4, "unsupported-version": 4, "unverifiable": 4 };
export const exitClass = (verdict) => CLASS[verdict.split(":")[0]] ?? 1;

/** Patterns are ASCII, so `raw` (a byte or code unit per character) serves invalid keys as well. */
const isComplianceSpan = (span, minimum) => minimum.includes("*") ||
  [...span.keys.flat().filter((k) => !isReserved(k)), ...span.resourceKeys].some((k) => matchesAny(minimum, k.raw));

/** The verdict of section 12.2 of one span that is not ordinary: {verdict, additions?, statement?}. */
export function verifySpan(span, trust, { tenant, min_coverage: minimum, allow_added: allowed }) {
  const detail = span.read();
  const is = (verdict, more = {}) => ({ verdict, detail, ...more });

  //
  const found = new Map();
  for (const a of detail.attr.list.filter((x) => isReserved(x.key))) {
    const name = a.key.text.slice("audit.integrity.".length);
    if (found.has(name) || a.issues.size > 0 || a.value.type !== "string") return is("malformed-signature");
    found.set(name, a.value.v);
  }
  // X-7 (ordinary spans do not come here)
  if (found.size === 0) return is(span.keys.flat().some(isReserved) ? "malformed-signature" : "unsigned");
  //
  if (found.has("error")) {
    if (found.size > 1) return is("malformed-signature");
    return is(REASONS.includes(found.get("error")) ? `unsigned:${found.get("error")}` : "unsigned");
  }
  //
  if (found.has("proof")) return is(found.has("value") ? "malformed-signature" : "unsupported-version");
  if (found.size !== 6) return is("malformed-signature");
  //
  const version = found.get("canonicalization");
  if (!version.startsWith("kmsgw-span/")) return is("malformed-signature");
  if (version !== VERSION) return is("unsupported-version");
  //
  const bytes = decodeB64u(found.get("statement"));
  const signature = decodeBase64(found.get("value"));
  if (found.get("signer") !== "collector" || bytes === null || signature?.length !== 64) return is("malformed-signature");
  const v = parseObject(bytes)?.get("v");
  if (typeof v === "string" && v !== VERSION) return is("unsupported-version");
  //
  const key = trust.keys.get(found.get("key_id"));
  if (key === undefined) return is("unknown-key");
  if (found.get("algorithm") !== key.alg) return is("malformed-signature");
  //
  const s = readStatement(bytes);
  if (s === null) return is("malformed-signature");
  //
  if (!key.verify(utf8(signingInput(key, "kmsgw-span+jws", bytes)), signature)) return is("bad-signature");
  //
  if (key.tenant !== s.tenant || (tenant !== undefined && tenant !== s.tenant)) return is("wrong-tenant");
  //
  const iat = BigInt(s.iat);
  if (iat < BigInt(key.nbf) || (key.exp !== undefined && iat >= BigInt(key.exp))) return is("key-not-valid-at");
  if (key.status === "revoked" && (key.reason === "compromise" || iat >= BigInt(key.revoked_at))) return is("key-revoked");
  //
  if (!minimum.every((m) => s.cov.attr.some((p) => contains(p, m)))) return is("insufficient-coverage");
  if (detail.res.attributes.some((a) => matchesAny(minimum, a.key.raw) && !matchesAny(s.cov.res, a.key.raw))) return is("insufficient-coverage");
  //
  const groups = buildGroups(detail, s.cov, "verify");
  const additions = {};
  const altered = GROUPS.filter((x) => {
    if (x === "core" && (s.trace_id !== detail.core.traceId || s.span_id !== detail.core.spanId)) return true;
    if (groups[x].issues.length > 0) return true;
    if (digest(x, groups[x].canonical) === s.dig[x]) return false;
    if (x !== "attr" && x !== "res") return true;
    const dropped = [];
    const without = { [x]: (k) => matchesAny(allowed, k) && dropped.push(k) > 0 };
    const again = buildGroups(detail, s.cov, "verify", without)[x];
    if (dropped.length === 0 || digest(x, again.canonical) !== s.dig[x]) return true;
    additions[x] = dropped.sort();
    return false;
  });
  //
  const lost = altered.filter((x) => groups[x].issues.length === 0 && isLost(span.store, x, detail, s));
  if (lost.length < altered.length) return is(`altered:${altered.filter((x) => !lost.includes(x)).join(",")}`);
  if (lost.length > 0) return is("unverifiable:lossy-store", { lost });
  if (Object.keys(additions).length > 0) return is("verified-with-additions", { additions, statement: s });
  return is("verified", { statement: s });
}

class UsageError extends Error {}

/** The options with their defaults; throws UsageError. */
function settingsOf(options) {
  const settings = { min_coverage: ["compliance.*"], allow_added: [], ...options };
  const usable = [...settings.min_coverage, ...settings.allow_added].every(isPattern)
    && (settings.tenant === undefined || isTenant(settings.tenant))
    && !settings.allow_added.some((a) => settings.min_coverage.some((m) => overlap(a, m)));
  if (!usable) throw new UsageError();
  return settings;
}

/** The results of the spans of one request that get a verdict; the number of all its spans. Throws Undecodable. */
function judge(spans, trust, settings) {
  const judged = spans.filter((s) => s.keys.flat().some(isReserved) || isComplianceSpan(s, settings.min_coverage));
  return { results: judged.map((s) => verifySpan(s, trust, settings)), seen: spans.length };
}

/** */
function compareAcross(results) {
  const earlier = new Map();
  for (const r of results.filter((x) => x.statement)) {
    const { tenant, trace_id, span_id, dig } = r.statement;
    const id = `${tenant} ${trace_id} ${span_id}`;
    const content = GROUPS.map((x) => dig[x]).join(" ");
    const before = earlier.get(id);
    if (before === undefined) earlier.set(id, [content]);
    else if (before.includes(content)) r.verdict = "duplicate";
    else { r.verdict = "conflict"; before.push(content); }
  }
}

/** */
function reportOf(results, ordinary, trust, root) {
  const verdicts = {};
  for (const { verdict } of results) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return { format: VERSION, root: trust.root, pinned: root !== undefined, seen: results.length + ordinary, ordinary, verdicts };
}

/**
 * Verifies all requests; each is a function that gives its spans, and may throw Undecodable. Gives {verdicts, ordinary,
 * errors, exit_code, report}, or what the vectors expect where there is nothing of it.
 */
function verifyAll(requests, options, trustText) {
  let settings, trust;
  try {
    settings = settingsOf(options);
    trust = readTrust(trustText, options.root);
    if (settings.tenant === undefined && new Set([...trust.keys.values()].map((k) => k.tenant)).size > 1) throw new UsageError();
  } catch (e) {
    if (e instanceof UsageError) return { usage_error: true, exit_code: 2 };
    if (e instanceof TrustRefused) return { trust_refused: true, exit_code: 2 };
    throw e;
  }

  const results = [];
  let ordinary = 0, errors = 0;
  for (const read of requests) {
    try {
      const one = judge(read(), trust, settings);
      results.push(...one.results);
      ordinary += one.seen - one.results.length;
    } catch (e) {
      if (!(e instanceof Undecodable)) throw e;
      errors++;
    }
  }
  compareAcross(results);

  const classes = results.map((r) => exitClass(r.verdict));
  return {
    verdicts: results.map(({ verdict, additions, lost, detail }) => ({
      trace_id: detail.core.traceId, span_id: detail.core.spanId, verdict,
      ...(verdict === "verified-with-additions" ? { additions } : {}), ...(lost ? { lost } : {}),
    })),
    ordinary,
    errors,
    exit_code: errors > 0 ? 2 : results.length === 0 ? 4 : [1, 4].find((c) => classes.includes(c)) ?? 0,
    report: reportOf(results, ordinary, trust, options.root),
  };
}

/** What a verify vector expects; the report only if it is wanted. */
export function expectVerify({ options, input }, trustText, withReport) {
  const { errors, report, ...rest } = verifyAll([() => readRequest(input).spans], options, trustText);
  if (errors > 0) return { undecodable: true, exit_code: 2 };
  return withReport ? { ...rest, report } : rest;
}

/** What an input vector expects. */
export function expectInput({ options, files }, trustText, withReport) {
  const { report, ...rest } = verifyAll(files.flatMap((f) => readFile(bytesOfFile(f))), options, trustText);
  return withReport ? { ...rest, report } : rest;
}

// Values (section 5), the five objects and their digests (section 6).
import { encodeB64u, sha256, utf8 } from "./bytes.mjs";
import { matchesAny } from "./coverage.mjs";
import { jcs } from "./jcs.mjs";
import { GROUPS, addAll, checkDuplicates, isReserved, ordered } from "./model.mjs";

/** V(a). */
export function canonicalValue(a) {
  switch (a.type) {
    case "string": return { stringValue: a.v };
    case "int": return { intValue: String(a.v) };
    case "double":
      if (Object.is(a.v, -0)) return { doubleValue: "-0" };
      return { doubleValue: Number.isFinite(a.v) ? a.v : String(a.v) };
    case "bool": return { boolValue: a.v };
    case "bytes": return { bytesValue: a.v.toString("base64") };
    case "array": return a.v.map(canonicalValue);
    case "kvlist": return canonicalAttributes(a.v);
    default: return null;
  }
}

export const canonicalAttributes = (list) => new Map(list.map((a) => [a.key.text, canonicalValue(a.value)]));

const renamedKey = (key) => (isReserved(key) ? { text: `${key.text}.0`, raw: `${key.raw}.0` } : key);

/** */
export const renamed = (a) => ({ ...a, key: renamedKey(a.key), keys: a.keys?.map(renamedKey) });

/**
 * The groups of a span's content: for each name {issues} or {issues, object}.
 * mode "sign" renames reserved attributes, mode "verify" leaves them out.
 * `without` leaves out covered attributes: {attr: key => boolean, res: key => boolean}.
 */
export function buildGroups(detail, cov, mode, without = {}) {
  const { core, attr, ev, lnk, res } = detail;
  const own = mode === "sign" ? attr.list.map(renamed) : attr.list.filter((a) => !isReserved(a.key));
  const attrIssues = new Set(attr.issues);
  for (const a of own) addAll(attrIssues, a.issues);
  checkDuplicates(own, attrIssues);

  const covered = (list, group) => list.filter((a) => matchesAny(cov[group], a.key.text) && !without[group]?.(a.key.text));
  const objects = {
    core: () => new Map(Object.entries({
      end: core.end, kind: core.kind || 1, name: core.name, span_id: core.spanId, start: core.start,
      status: { code: core.code, message: core.message }, trace_id: core.traceId,
      ...(core.parentSpanId === "" ? {} : { parent_span_id: core.parentSpanId }),
    })),
    attr: () => canonicalAttributes(covered(own, "attr")),
    ev: () => ev.list.map((e) => ({ attributes: canonicalAttributes(e.attributes), name: e.name, time: e.time })),
    lnk: () => lnk.list.map((l) => ({ attributes: canonicalAttributes(l.attributes), span_id: l.spanId, trace_id: l.traceId })),
    res: () => ({ attributes: canonicalAttributes(covered(res.attributes, "res")), scope: { name: res.name, version: res.version } }),
  };
  const issues = { core: core.issues, attr: attrIssues, ev: ev.issues, lnk: lnk.issues, res: res.issues };
  return Object.fromEntries(GROUPS.map((x) => {
    const list = ordered(issues[x]);
    return [x, list.length > 0 ? { issues: list } : { issues: list, canonical: jcs(objects[x]()) }];
  }));
}

/** U-17: whether the digests include an outermost attribute whose key or value has more than `limit` bytes. */
export function isOversize({ attr, ev, lnk, res }, cov, limit) {
  const included = [
    ...attr.list.map(renamed).filter((a) => matchesAny(cov.attr, a.key.text)),
    ...[...ev.list, ...lnk.list].flatMap((x) => x.attributes),
    ...res.attributes.filter((a) => matchesAny(cov.res, a.key.text)),
  ];
  const size = (a) => Buffer.byteLength(a.type === "string" ? a.v : jcs(canonicalValue(a)));
  return included.some((a) => Buffer.byteLength(a.key.text) > limit || size(a.value) > limit);
}

/** G-2. */
export const digest = (group, canonical) =>
  encodeB64u(sha256(Buffer.concat([utf8(`kmsgw-span/1/${group}`), Buffer.of(0), utf8(canonical)])));

// What a JSON text is (L-1), and what of a span is lost in a store (L-5).
import { matchesAny } from "./coverage.mjs";
import { parseJson } from "./json.mjs";
import { readJaeger } from "./jaeger.mjs";
import { isReserved } from "./model.mjs";
import { readRequestObject } from "./otlp-json.mjs";
import { readTempo } from "./tempo.mjs";

/** The first member of this name in the order of the text. */
function firstMember(node, name) {
  if (node.type === "array") {
    for (const i of node.items) {
      const found = firstMember(i, name);
      if (found) return found;
    }
  } else if (node.type === "object") {
    for (const m of node.members) {
      const found = m.name === name ? m.value : firstMember(m.value, name);
      if (found) return found;
    }
  }
  return undefined;
}

/** L-1. */
function storeOf(node) {
  if (node.type !== "object") return undefined;
  const has = (name) => node.members.some((m) => m.name === name && m.value.type !== "null");
  if (has("resourceSpans")) {
    const id = node.members.filter((m) => m.name === "resourceSpans").map((m) => firstMember(m.value, "traceId")).find((x) => x);
    return id?.type === "string" && id.value.length === 24 ? "tempo" : undefined;
  }
  if (has("batches") || has("trace")) return "tempo";
  return has("data") ? "jaeger" : undefined;
}

/** The spans of a JSON text (bytes). Those of a store's answer have its name in `store`. */
export function readJsonText(source) {
  const { node } = parseJson(source);
  const store = storeOf(node);
  const spans = store === "tempo" ? readTempo(node) : store === "jaeger" ? readJaeger(node) : readRequestObject(node);
  return spans.map((s) => ({ ...s, store }));
}

const isUniform = (values) => ["string", "int", "double", "bool"].some((type) => values.length > 0 && values.every((v) => v.type === type));
const isTextInTempo = ({ type, v }) => ["bytes", "kvlist", "none"].includes(type) || (type === "array" && !isUniform(v));

function isTextInJaeger({ type, v }) {
  if (type !== "string") return false;
  if (v === "") return true; // no value
  try {
    return parseJson(v).node.type !== "string";
  } catch {
    return false;
  }
}

/** L-5, for a group that has no issue and whose digest does not fit. */
export function isLost(store, group, detail, { cov, trace_id, span_id }) {
  const attributes = {
    core: [],
    attr: detail.attr.list.filter((a) => !isReserved(a.key) && matchesAny(cov.attr, a.key.text)),
    ev: detail.ev.list.flatMap((e) => e.attributes),
    lnk: detail.lnk.list.flatMap((l) => l.attributes),
    res: detail.res.attributes.filter((a) => matchesAny(cov.res, a.key.text)),
  }[group];
  if (store === "tempo") return attributes.some((a) => isTextInTempo(a.value));
  if (store !== "jaeger") return false;
  switch (group) {
    case "core": return trace_id === detail.core.traceId && span_id === detail.core.spanId;
    case "ev": return detail.ev.list.length > 0;
    case "lnk": return detail.lnk.references > 0;
    default: return attributes.some((a) => isTextInJaeger(a.value));
  }
}

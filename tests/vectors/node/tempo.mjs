// Tempo's answers: L-2.
import { Undecodable } from "./bytes.mjs";
import { must, readRequestObject, readResourceSpans } from "./otlp-json.mjs";

/** The names stand where their numbers say. */
const TEMPO = {
  base64Ids: true,
  kinds: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map((n) => `SPAN_KIND_${n}`),
  codes: ["UNSET", "OK", "ERROR"].map((n) => `STATUS_CODE_${n}`),
};

/** The one of these members that an object has; undefined for none and for null. */
function onlyOf(object, ...names) {
  if (new Set(object.members.map((m) => m.name)).size < object.members.length) throw new Undecodable("repeated member");
  const found = object.members.filter((m) => names.includes(m.name));
  if (found.length > 1) throw new Undecodable(`${names.join(" and ")}`);
  return found.length === 0 || found[0].value.type === "null" ? undefined : found[0];
}

/** The spans of an answer: its top-level object. */
export function readTempo(node) {
  if (node.members.some((m) => m.name === "resourceSpans")) return readRequestObject(node, TEMPO);
  let found = onlyOf(node, "batches", "trace");
  if (found?.name === "trace") found = onlyOf(must(found.value, "object"), "resourceSpans", "batches");
  return readResourceSpans(found?.value, TEMPO);
}

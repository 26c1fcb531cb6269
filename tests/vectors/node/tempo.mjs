// Tempo's answers: L-2.
import { Undecodable } from "./bytes.mjs";
import { must, readRequestObject, readResourceSpans } from "./otlp-json.mjs";

/** The names stand where their numbers say. */
const TEMPO = {
  base64Ids: true,
  kinds: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map((n) => `SPAN_KIND_${n}`),
  codes: ["UNSET", "OK", "ERROR"].map((n) => `STATUS_CODE_${n}`),
};

/** The members of these names that an object has; null is the same as absent. */
const present = (object, ...names) => object.members.filter((m) => names.includes(m.name) && m.value.type !== "null");

/** The one of these members that an object has, or undefined. */
function onlyOf(object, ...names) {
  if (new Set(object.members.map((m) => m.name)).size < object.members.length) throw new Undecodable("repeated member");
  const found = present(object, ...names);
  if (found.length > 1) throw new Undecodable(`${names.join(" and ")}`);
  return found[0];
}

/** The spans of an answer: its top-level object. */
export function readTempo(node) {
  if (present(node, "resourceSpans").length > 0) return readRequestObject(node, TEMPO);
  let found = onlyOf(node, "batches", "trace");
  if (found?.name === "trace") found = onlyOf(must(found.value, "object"), "resourceSpans", "batches");
  return readResourceSpans(found?.value, TEMPO);
}

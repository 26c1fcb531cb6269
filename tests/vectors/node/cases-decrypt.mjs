// The cases of decrypt/, by hand. Each: [name, rules, comment, plaintext, changes?]
import { utf8 } from "./bytes.mjs";
import { seal, writeEncrypted } from "./encrypted.mjs";
import { secretsOf } from "./make-secrets.mjs";

const PLACE = { trace_id: "5b8efff798038103d269b633813fc60c", span_id: "eee19b7ec3c1b174", scope: "span", key: "pii.v" };
const BASIC = '{"stringValue":"x"}';

export const decryptCases = [
  ["string", ["E-12", "E-13"], "A string.", '{"stringValue":"Kass\u00e9"}'],
  ["key-value-json", ["E-7", "E-13"], "A KeyValue in JSON.", '\x01{"key":"pii.v","value":{"intValue":"5.0"}}'],
  ["key-value-protobuf", ["E-7", "E-13"], "A KeyValue in protobuf.", Buffer.from("000a057069692e7612031a0178", "hex")],
  ["form", ["E-4"], "Withheld: an ordinary string.", BASIC, { value: () => "kmsgw-enc/1.withheld" }],
  ["other-tenant-claimed", ["E-12"], "Said to be globex's.", BASIC, { place: { tenant: "globex" } }],
  ["other-key", ["E-8", "E-12"], "Moved to another key.", BASIC, { place: { key: "pii.w" } }],
  ["white-space", ["E-12"], "A space in the plaintext.", '{"stringValue": "x"}'],
];

/**
 * The members of a vector. `sealed` are changes of what the value is sealed with (place, kid, tenant), `record` those of the record,
 * `place` those of the place where it is found, `value` and `parts` change the value itself.
 */
export function buildDecryptCase([name, , , plaintext, { sealed = {}, record = {}, place = {}, parts = (p) => p, value = (v) => v } = {}]) {
  const { seed, kid, salt, nonces: [nonce] } = secretsOf("acme", name, 1);
  const used = { kid, tenant: "acme", ...PLACE, ...sealed };
  const whole = { kid: used.kid, salt: Buffer.from(salt, "hex"), nonce: Buffer.from(nonce, "hex") };
  const bytes = typeof plaintext === "string" ? utf8(plaintext) : plaintext;
  const written = writeEncrypted(parts({ ...whole, sealed: seal(Buffer.from(seed, "hex"), whole, used, bytes) }));
  return { seed, kid, tenant: "acme", ...record, place: { ...PLACE, ...place }, value: value(written) };
}

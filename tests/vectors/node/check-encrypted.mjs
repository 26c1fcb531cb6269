// Second looks at vectors of encryption: from what they expect, by other ways than that by which it was computed.
import { len, pOne, valued } from "./build.mjs";
import { canonicalValue } from "./canonical.mjs";
import { expectDecrypt } from "./decrypter.mjs";
import { WITHHELD, parseEncrypted } from "./encrypted.mjs";
import { findSensitive, treatedSpans } from "./encrypter.mjs";
import { jcs } from "./jcs.mjs";
import { readRequest } from "./signer.mjs";

const V = (input) => jcs(canonicalValue(readRequest(input).spans[0].read().attr.list[0].value));

/** The output read again: its encrypted values are those of the vector, at their places, and are decrypted to their plaintexts. */
export function checkEncrypted({ input, settings, secrets, expect: { values, output } }) {
  const found = findSensitive(output, ["*"], treatedSpans(input, settings))
    .filter(({ attribute: { value: { type, v } } }) => type === "string" && (v === WITHHELD || parseEncrypted(v)));
  if (found.length !== values.length) return [`the output has ${found.length} encrypted values`];
  return values.flatMap(({ plaintext, aad, value, ...place }, i) => {
    const problems = [];
    if (found[i].attribute.value.v !== value) problems.push(`another value stands at ${i}`);
    if (jcs(found[i].place) !== jcs(place)) problems.push(`value ${i} stands at another place`);
    if (!settings.withhold && expectDecrypt({ ...secrets, tenant: settings.tenant, place, value }).plaintext !== plaintext) problems.push(`value ${i} is not decrypted`);
    return problems;
  });
}

/** The restored AnyValue read again, in both encodings: its V is the plaintext. */
export function checkRestored({ expect: { plaintext, restored } }) {
  const text = Buffer.from(plaintext, "hex").toString();
  const inProtobuf = pOne(len(9, len(1, "compliance.v"), len(2, Buffer.from(restored.protobuf, "hex"))));
  return [["json", valued(restored.json)], ["protobuf", inProtobuf]].filter(([, input]) => V(input) !== text).map(([name]) => `restored.${name} has another V`);
}

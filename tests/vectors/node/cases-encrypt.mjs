// The cases of encrypt/ and encrypt-sign/, by hand. Each: [name, rules, comment, input, settings?, more?]
import { BODY, HEAD, json, kv, len, object, one, pAttribute, pKv, pOne, request, span, toProtobuf } from "./build.mjs";
import { Undecodable } from "./bytes.mjs";
import { EXAMPLE } from "./cases-sign.mjs";
import { IAT, POL, SALT } from "./cases-verify.mjs";
import { DEFAULT_COVERAGE } from "./coverage.mjs";
import { findSensitive } from "./encrypter.mjs";
import { SETTINGS, secretsOf } from "./make-secrets.mjs";

const ID = kv("compliance.id", '{"stringValue":"1"}');
const text = (s) => `{"stringValue":${JSON.stringify(s)}}`;
/** A compliance span with these attributes (texts). */
const attributes = (...texts) => one({ attributes: `[${[ID, ...texts].join(",")}]` });
/** ... with one sensitive attribute of this AnyValue. */
const valued = (value) => attributes(kv("pii.v", value));
const both = (input) => toProtobuf(input.text);

const event = (...texts) => object({ timeUnixNano: '"1544712660500000000"', name: '"approved"', attributes: `[${texts.join(",")}]` });
const link = (...texts) => object({ traceId: '"0af7651916cd43dd8448eb211c80319c"', spanId: '"b7ad6b7169203331"', attributes: `[${texts.join(",")}]` });

export const encryptCases = [
  ["string", ["E-1", "E-3", "E-5", "E-6", "E-7", "E-8"], "A string.", valued(text("Kass\u00e9"))],
  ["string-protobuf", ["E-1", "E-3", "E-5", "E-6", "E-7", "E-8"], "The same in protobuf.", both(valued(text("Kass\u00e9")))],
  ["issue", ["E-7"], "A number that no int64 is: the JSON text of the KeyValue behind the byte 01.", valued('{"intValue": "5.0"}')],
  ["issue-protobuf", ["E-7"], "A wrong wire type: the content of the KeyValue behind the byte 00.", pOne(pAttribute, pKv(9, "pii.v", len(3, "x")))],
  ["withheld", ["E-2"], "Withheld.", attributes(kv("pii.v", text("x")), kv("user.email", text("y"))), { withhold: true }],
  ["undecodable", ["E-2", "J-5"], "An alias.", json(request(span({ attributes: `[${ID},{"Key":"pii.v"}]` })))],
];

export const encryptSignCases = [
  ["signed", ["E-9"], "Encrypted, then signed.", valued(text("x"))],
  ["issue", ["E-7", "E-9", "U-16"], "An issue of what is encrypted: the span is marked.", valued('{"intValue":"5.0"}')],
  ["oversize-exact", ["E-10", "U-17"], "A V of 1,345 bytes makes a value of 1,900.", valued(text("x".repeat(1345 - 18))), {}, { oversize: 1900 }],
  ["oversize", ["E-10", "U-17"], "One byte more, and the value is longer than the limit.", valued(text("x".repeat(1346 - 18))), {}, { oversize: 1900 }],
];

function count(input, settings) {
  try {
    return findSensitive(input, settings).length;
  } catch (e) {
    if (e instanceof Undecodable) return 0;
    throw e;
  }
}

/** The members of a vector; secrets only where something is encrypted with them. */
export function buildEncryptCase([name, , , input, changes]) {
  const settings = { ...SETTINGS, ...changes };
  return { input, settings, ...(settings.withhold ? {} : { secrets: secretsOf(settings.tenant, name, count(input, settings)) }) };
}

export function buildEncryptSignCase(c) {
  const { span: index = 0, coverage = DEFAULT_COVERAGE, key = "acme-1", oversize } = c[5] ?? {};
  const signing = { key, tenant: "acme", iat: IAT, pol: POL, salt: SALT, src: "attribute" };
  return { ...buildEncryptCase(c), span: index, coverage, signing, ...(oversize === undefined ? {} : { oversize }) };
}

// Checks every vector of this folder: node tests/vectors/check.mjs.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { checkEncrypted, checkRestored } from "./node/check-encrypted.mjs";
import { isReserved } from "./node/model.mjs";
import { rulesTable } from "./node/rules.mjs";
import { readRequest } from "./node/signer.mjs";
import { verifySpan } from "./node/verifier.mjs";
import { EXPECT, FOLDERS, ROOT, loadKeys } from "./node/vectors.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));
const names = (folder) => readdirSync(new URL(folder, ROOT)).filter((f) => /^\d{3}-.*\.json$/.test(f)).sort();
const vectors = FOLDERS.flatMap((folder) => names(folder).map((file) => ({ folder, file, vector: read(`${folder}/${file}`) })));

const published = read("keys.json").keys;
const keys = loadKeys(published);

/** Differences between two values, as lines. */
function differences(expected, actual, path = "expect") {
  if (isDeepStrictEqual(expected, actual)) return [];
  const both = [expected, actual];
  if (both.every((x) => x !== null && typeof x === "object")) {
    return [...new Set(both.flatMap(Object.keys))].flatMap((k) => differences(expected[k], actual[k], `${path}.${k}`));
  }
  return [`${path}: ${JSON.stringify(expected)} expected, ${JSON.stringify(actual)} computed`];
}

/** A signed vector once more, from its outputs: the signature by node:crypto, the span by the verifier, and A-4. */
function checkSigned({ span, signing, coverage, expect }) {
  const key = keys[signing.key];
  const crypto = { key: createPublicKey({ key: key.jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  const problems = [];
  if (!verify(key.alg === "ES256" ? "sha256" : null, Buffer.from(expect.signing_input, "ascii"), crypto, Buffer.from(expect.signature, "base64"))) problems.push("signature does not verify");
  if (Buffer.from(expect.signing_input.split(".")[1], "base64url").toString() !== expect.statement) problems.push("signing_input does not hold the statement");
  const trust = { keys: new Map([[key.kid, { ...key, tenant: signing.tenant, nbf: "0" }]]) };
  const { verdict, detail } = verifySpan(readRequest(expect.output).spans[span], trust, { min_coverage: [], allow_added: [] });
  if (verdict !== "verified") problems.push(`the output is ${verdict}`);
  if (detail.attr.list.some((a) => isReserved(a.key) && a.value.v.length > 1900)) problems.push("an appended value is too long");
  return problems;
}

let checked = 0;
let failed = 0;
function report(id, problems) {
  checked++;
  if (problems.length > 0) failed++;
  for (const p of problems) console.log(`${id}: ${p}`);
}

for (const [name, { kid, x, y }] of Object.entries(published)) {
  const { jwk } = keys[name];
  if (keys[name].kid !== kid || jwk.x !== x || jwk.y !== y) report(`keys.json ${name}`, ["kid, x or y is wrong"]);
}
for (const { folder, file, vector } of vectors) {
  try {
    const problems = differences(vector.expect, EXPECT[folder](vector, keys));
    if (folder === "encrypt" && vector.expect.values) problems.push(...checkEncrypted(vector));
    if (folder === "decrypt" && vector.expect.restored) problems.push(...checkRestored(vector));
    if (["sign", "encrypt-sign"].includes(folder) && vector.expect.signature) problems.push(...checkSigned(vector));
    if (vector.id !== `${folder}/${file.replace(/(\.case)?\.json$/, "")}`) problems.push("id is not the file's name");
    report(vector.id, problems);
  } catch (e) {
    report(`${folder}/${file}`, [String(e.stack ?? e)]);
  }
}
if (rulesTable(vectors.map(({ vector }) => vector)) !== readFileSync(new URL("RULES.md", ROOT), "utf8")) {
  failed++;
  console.log("RULES.md: not what generate.mjs writes");
}
console.log(`${checked} vectors checked, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

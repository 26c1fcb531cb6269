// Writes keys.json, the trust files and all vectors: node tests/vectors/generate.mjs
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { buildDecryptCase, decryptCases } from "./node/cases-decrypt.mjs";
import { ed25519Cases, buildEd25519Case } from "./node/cases-ed25519.mjs";
import { buildEncryptCase, buildEncryptSignCase, encryptCases, encryptSignCases } from "./node/cases-encrypt.mjs";
import { buildEs256Case, es256Cases } from "./node/cases-es256.mjs";
import { buildInputCase, inputCases } from "./node/cases-input.mjs";
import { policyCases } from "./node/cases-policy.mjs";
import { signCases } from "./node/cases-sign.mjs";
import { buildStoreCase, storeCases } from "./node/cases-store.mjs";
import { trustCases } from "./node/cases-trust.mjs";
import { IAT, POL, SALT, buildVerifyCase, verifyCases } from "./node/cases-verify.mjs";
import { DEFAULT_COVERAGE } from "./node/coverage.mjs";
import { trustFiles } from "./node/make-trust.mjs";
import { rulesTable } from "./node/rules.mjs";
import { EXPECT, FOLDERS, ROOT, loadKeys } from "./node/vectors.mjs";

// The x of acme-ec-20 begins with a zero byte.
const NAMES = {
  seed: ["root", "root-2", "acme-1", "acme-2", "acme-3", "acme-4", "globex-1", "unknown"],
  d: ["root-ec", "acme-ec", "acme-ec-20", "globex-ec", "unknown-ec"],
};
const secret = (name) => createHash("sha256").update(`kmsgw-span/1 test key ${name}`).digest("hex");
const keys = loadKeys(Object.fromEntries(Object.entries(NAMES).flatMap(([member, names]) => names.map((n) => [n, { [member]: secret(n) }]))));

// Only printable ASCII in the files, so that no editor changes them.
const print = (value) => `${JSON.stringify(value, null, 2)}\n`
  .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
const write = (path, value) => writeFileSync(new URL(path, ROOT), print(value));

for (const folder of FOLDERS) {
  mkdirSync(new URL(folder, ROOT), { recursive: true });
  for (const f of readdirSync(new URL(folder, ROOT))) rmSync(new URL(`${folder}/${f}`, ROOT));
}
write("keys.json", {
  comment: "For tests only. Ed25519 `seed` and P-256 private scalar `d` (hex, 32 bytes): SHA-256 of `kmsgw-span/1 test key <name>`.",
  keys: Object.fromEntries(Object.entries(keys).map(([n, { seed, d, kid, jwk: { x, y } }]) => [n, { seed, d, kid, x, y }])),
});
for (const [name, text] of Object.entries(trustFiles(keys))) writeFileSync(new URL(`trust/${name}.json`, ROOT), `${text}\n`);

const SIGNING = { key: "acme-1", tenant: "acme", iat: IAT, pol: POL, salt: SALT, src: "attribute" };
const BUILD = {
  ed25519: (c) => buildEd25519Case(c, keys),
  es256: (c) => buildEs256Case(c, keys),
  input: (c) => buildInputCase(c, keys),
  policy: ([, , , inputs]) => inputs,
  store: (c) => buildStoreCase(c, keys),
  sign: ([, , , input, { span = 0, coverage = DEFAULT_COVERAGE, signing, ...more } = {}]) => ({ input, span, coverage, signing: { ...SIGNING, ...signing }, ...more }),
  trust: ([, , , make, , root]) => ({ trust: make(keys), ...(root ? { root: keys[root].kid } : {}) }),
  verify: (c) => buildVerifyCase(c, keys),
  encrypt: buildEncryptCase,
  "encrypt-sign": buildEncryptSignCase,
  decrypt: buildDecryptCase,
};
const CASES = {
  ed25519: ed25519Cases, es256: es256Cases, input: inputCases, policy: policyCases, sign: signCases, store: storeCases,
  trust: trustCases, verify: verifyCases, encrypt: encryptCases, "encrypt-sign": encryptSignCases, decrypt: decryptCases,
};

const vectors = [];
for (const folder of FOLDERS) {
  const names = new Set();
  CASES[folder].forEach((c, i) => {
    const [name, rules, comment] = c;
    if (names.has(name)) throw new Error(`two cases are named ${name}`);
    names.add(name);
    const id = `${folder}/${String(i + 1).padStart(3, "0")}-${name}`;
    const vector = { id, rules, comment, ...BUILD[folder](c) };
    vector.expect = EXPECT[folder](vector, keys, c[4]?.report ?? false);
    if (folder === "trust" && vector.expect.accepted !== c[4]) throw new Error(`${id}: accepted is ${vector.expect.accepted}`);
    vectors.push(vector);
    write(`${id}${folder === "trust" ? ".case" : ""}.json`, vector);
  });
  console.log(`${folder}: ${names.size}`);
}
writeFileSync(new URL("RULES.md", ROOT), rulesTable(vectors));

// Keys, and what each kind of vector expects; used by generate.mjs and check.mjs.
import { readFileSync } from "node:fs";
import { verifyEd25519 } from "./ed25519.mjs";
import { expectDecrypt } from "./decrypter.mjs";
import { expectEncrypt, expectEncryptSign } from "./encrypter.mjs";
import { verifyEs256 } from "./es256.mjs";
import { testKey } from "./keys.mjs";
import { expectPolicy } from "./policy.mjs";
import { expectSign } from "./signer.mjs";
import { TrustRefused, readTrust } from "./trust.mjs";
import { expectInput, expectVerify } from "./verifier.mjs";

export const ROOT = new URL("../", import.meta.url);
export const FOLDERS = ["ed25519", "es256", "policy", "sign", "trust", "verify", "input", "store", "encrypt", "encrypt-sign", "decrypt"];

/** The test keys by name, of {seed} or {d}. */
export const loadKeys = (secrets) => Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, testKey(secret)]));

const hex = (h) => Buffer.from(h, "hex");
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

/** A path below this folder, or the text of the file itself. */
const trustText = (trust) => (trust.startsWith("trust/") ? read(trust) : trust);

function accepted(v) {
  try {
    readTrust(trustText(v.trust), v.root);
    return true;
  } catch (e) {
    if (e instanceof TrustRefused) return false;
    throw e;
  }
}

const valid = (verify) => (v) => ({ valid: verify(hex(v.public_key), hex(v.message), hex(v.signature)) });

const ofFiles = (v, keys, report = v.expect.report) => expectInput(v, read(v.trust), report);

/** By folder: what a vector expects. With a report if the vector has one already, or if it is asked for. */
export const EXPECT = {
  ed25519: valid(verifyEd25519),
  es256: valid(verifyEs256),
  policy: expectPolicy,
  sign: (v, keys) => expectSign(v, keys),
  trust: (v) => ({ accepted: accepted(v) }),
  verify: (v, keys, report = v.expect.report) => expectVerify(v, read(v.trust), report),
  input: ofFiles,
  store: ofFiles,
  encrypt: expectEncrypt,
  "encrypt-sign": expectEncryptSign,
  decrypt: expectDecrypt,
};

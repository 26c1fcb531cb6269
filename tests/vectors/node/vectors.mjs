// Keys, and what each kind of vector expects; used by generate.mjs and check.mjs.
import { readFileSync } from "node:fs";
import { keyFromSeed, verifySignature } from "./ed25519.mjs";
import { expectSign } from "./signer.mjs";
import { TrustRefused, readTrust } from "./trust.mjs";
import { expectVerify } from "./verifier.mjs";

export const ROOT = new URL("../", import.meta.url);
export const FOLDERS = ["ed25519", "sign", "trust", "verify"];

export const loadKeys = (seeds) => Object.fromEntries(Object.entries(seeds)
  .map(([name, seed]) => [name, { ...keyFromSeed(Buffer.from(seed, "hex")), seed }]));

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

export const EXPECT = {
  ed25519: (v) => ({ valid: verifySignature(hex(v.public_key), hex(v.message), hex(v.signature)) }),
  sign: (v, keys) => expectSign(v, keys),
  trust: (v) => ({ accepted: accepted(v) }),
  verify: (v) => expectVerify(v, read(v.trust)),
};

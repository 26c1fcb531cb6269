// Settings and secrets under which the cases are encrypted.
import { createHash } from "node:crypto";

export const SETTINGS = { patterns: ["pii.*", "user.email"], spans: "compliance", rules: ["compliance.*"], tenant: "acme", withhold: false };

const digest = (what, length) => createHash("sha256").update(`kmsgw-enc/1 test ${what}`).digest().subarray(0, length).toString("hex");

/** The seed of a tenant with its kid, and a salt and n nonces for the case of this name. */
export const secretsOf = (tenant, name, n) => ({
  seed: digest(`seed ${tenant}`, 32), kid: digest(`kid ${tenant}`, 16), salt: digest(`salt ${name}`, 16),
  nonces: Array.from({ length: n }, (_, i) => digest(`nonce ${name} ${i}`, 12)),
});

// The policy document: S-5.
import { encodeB64u, sha256, utf8 } from "./bytes.mjs";
import { jcs } from "./jcs.mjs";

export const policyId = (bytes) => encodeB64u(sha256(bytes).subarray(0, 16));

const sorted = (patterns) => [...new Set(patterns)].sort(); // C-4

/** The document of settings {tenant, mode, rules, coverage, encryption, oversize}; lists in any order. */
export function policyDocument({ tenant, mode, rules, coverage, encryption, oversize }) {
  return jcs({
    cov: { attr: sorted(coverage.attr), res: sorted(coverage.res) },
    encryption: sorted(encryption), mode, oversize, rules: sorted(rules), tenant,
  });
}

/** What a policy vector expects: of settings their document, of a document (bytes) whether a `pol` is its. */
export function expectPolicy({ settings, document, pol }) {
  if (settings === undefined) return { matches: policyId(Buffer.from(document, "hex")) === pol };
  const text = policyDocument(settings);
  return { document: text, pol: policyId(utf8(text)) };
}

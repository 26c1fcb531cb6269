// The cases of policy/, by hand. Each: [name, rules, comment, {settings} or {document, pol}]
import { utf8 } from "./bytes.mjs";
import { DEFAULT_COVERAGE } from "./coverage.mjs";
import { policyDocument, policyId } from "./policy.mjs";

const DEFAULT = {
  tenant: "acme", mode: "enforce", rules: ["compliance.*"], coverage: DEFAULT_COVERAGE, encryption: [], oversize: { bytes: 2048, on: "warn" },
};
const settings = (changes) => ({ settings: { ...DEFAULT, ...changes } });
/** A document as it is (text), with a pol: by default its own. */
const document = (text, pol = policyId(utf8(text))) => ({ document: utf8(text).toString("hex"), pol });
const TEXT = policyDocument(DEFAULT);

export const policyCases = [
  ["default", ["S-5"], "The defaults.", settings({})],
  ["other-values", ["S-5"], "Every member with another value.",
    settings({ tenant: "globex.Test_1-x", mode: "observe", rules: ["audit.kind"], coverage: { attr: ["compliance.*"], res: [] }, encryption: ["compliance.who"], oversize: { bytes: 1024, on: "mark" } })],
  ["dry-run", ["S-5"], "The third mode.", settings({ mode: "dry-run" })],
  ["sorted", ["S-5", "C-4", "G-17"], "All lists are sorted, whatever the order of the settings: capitals first, and a.* before a.b and a-b before both.",
    settings({ rules: ["b", "a.b", "a.*", "B", "a-b", "_x", "/x", "9", "*"], coverage: { attr: ["compliance.*", "a.b", "a.*"], res: ["service.name", "compliance.*", "A"] }, encryption: ["compliance.who", "compliance.*"] })],
  ["none-twice", ["S-5", "G-17"], "A pattern that the settings repeat stands once.",
    settings({ rules: ["b", "a", "b"], coverage: { attr: ["x", "*", "x"], res: ["y", "y"] }, encryption: ["z", "z"] })],
  ["rules-empty", ["S-5"], "No rules.", settings({ rules: [], coverage: { attr: [], res: [] } })],

  ["matches", ["S-5"], "The bytes of a published document.", document(TEXT)],
  ["matches-unknown-member", ["S-5"], "A document of a later gateway, with a member that this version does not know.", document(TEXT.replace('"mode"', '"later":{"a":1},"mode"'))],
  ["matches-any-bytes", ["S-5"], "The hash is over bytes, whatever they say.", document("no JSON\n")],
  ["white-space-added", ["S-5"], "A line break behind the document.", document(`${TEXT}\n`, policyId(utf8(TEXT)))],
  ["member-order", ["S-5"], "The same members in another order.",
    document(TEXT.replace(/^\{(.*),("tenant":"[^"]*")\}$/, "{$2,$1}"), policyId(utf8(TEXT)))],
  ["mode-changed", ["S-5"], "Another mode.", document(TEXT.replace("enforce", "observe"), policyId(utf8(TEXT)))],
  ["whole-hash", ["S-5"], "A pol of the whole hash.", document(TEXT, `${policyId(utf8(TEXT))}AA`)],
  ["empty", ["S-5"], "No bytes, with the pol of no bytes.", document("")],
];

// Which vectors test which rule of docs/format.md: RULES.md.
import { readFileSync } from "node:fs";
import { ROOT } from "./vectors.mjs";

/** The text of RULES.md; throws where a vector names a rule that is not there, or a rule has no vector. */
export function rulesTable(vectors) {
  const format = readFileSync(new URL("../../docs/format.md", ROOT), "utf8");
  const naming = new Map([...format.matchAll(/^(?:- |\| )`([A-Z]-\d+)`/gm)].map(([, rule]) => [rule, []]));
  for (const { id, rules } of vectors) {
    for (const rule of rules) {
      if (!naming.has(rule)) throw new Error(`${id} names ${rule}, which docs/format.md does not have`);
      naming.get(rule).push(id);
    }
  }
  const without = [...naming].filter(([, ids]) => ids.length === 0).map(([rule]) => rule);
  if (without.length > 0) throw new Error(`rules of docs/format.md without vectors: ${without.join(" ")}`);
  return ["# Rules and their vectors", "", "Written by `generate.mjs`: every rule of [docs/format.md](../../docs/format.md), in its order, and what tests it.", "",
    ...[...naming].map(([rule, ids]) => `- \`${rule}\` ${ids.join(", ")}`), ""].join("\n");
}

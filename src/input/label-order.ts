import type { InputName } from "../attention/inputs.js";
import { indicesByLabel } from "../attention/label-indices.js";
import { type Joined, reorderCells } from "./joined.js";

/** Whose names may stand beside the rows and above the columns of an input. */
const SIDES: Readonly<Partial<Record<InputName, readonly ("queries" | "keys" | "newKeys")[]>>> = {
  mask: ["queries", "keys"],
  bias: ["queries", "keys"],
  scores: ["queries", "keys"],
  query: ["queries"],
  x: ["queries"],
  backward: ["queries"],
  target: ["queries"],
  key: ["newKeys"],
  value: ["newKeys"],
  memory: ["newKeys"],
};

interface Names {
  readonly tokens?: readonly string[];
  readonly keyTokens?: readonly string[];
}

/**
 * Puts the rows and columns of inputs that have names beside them in the order of the tokens, and says of which it did. Without
 * names, with names that only count, and where there are no tokens, everything goes by its place. Throws UNKNOWN_NAME for names
 * that are no tokens, DUPLICATE_KEY for one that stands twice in another order.
 */
export function orderByLabels(joined: Map<InputName, Joined>, { tokens, keyTokens }: Names): string[] {
  const rowsOf = (...names: InputName[]) =>
    names.map((name) => joined.get(name)?.matrix.rows).find((rows) => rows !== undefined);
  const numQueries = rowsOf("query", "x", "scores");
  const pastKeys = rowsOf("pastKey") ?? 0;
  const newKeys = rowsOf("key", "memory", "x") ?? joined.get("scores")?.matrix.cols;
  // Tokens also name the keys when there are as many and nothing else does.
  const known = new Set(tokens);
  const shared = newKeys === undefined || newKeys === numQueries ? tokens : undefined;
  const axes = {
    queries: tokens,
    keys: keyTokens ?? (pastKeys === 0 ? shared : undefined),
    newKeys: keyTokens?.slice(pastKeys) ?? shared,
  };
  return Array.from(joined).flatMap(([name, one]) => {
    const { labels, columnLabels, source } = one.from.parsed;
    if (one.parts.length > 1 || (!labels && !columnLabels)) return [];
    const [beside, above] = one.transposed ? [columnLabels, labels] : [labels, columnLabels];
    const [down, across] = SIDES[name] ?? [];
    // Tokens that were given are what queries are called, whatever stands beside them.
    const isRenamed = (name === "query" || name === "x") && !beside?.every((label) => known.has(label));
    if (isRenamed) return [];
    const place = { source: source.name };
    const find = (
      given: readonly string[] | undefined,
      names: readonly string[] | undefined,
      side: "rows" | "columns",
    ) =>
      // Of one row for all, and of fewer than there should be, the shape is what is to be spoken of.
      given?.length === names?.length
        ? indicesByLabel(given, names, one.matrix[side === "rows" ? "rows" : "cols"], {
            key: name,
            place,
            side,
          })?.flatMap((at) => at ?? [])
        : undefined;
    const rows = find(beside, down && axes[down], "rows");
    const cols = find(above, across && axes[across], "columns");
    if (!rows && !cols) return [];
    joined.set(name, reorderCells(one, rows, cols));
    const sides = [...(rows ? ["rows"] : []), ...(cols ? ["columns"] : [])].join(" and ");
    return [`${name}: ${sides} of ${source.name} are sorted by their names into the order of the tokens`];
  });
}

import type { InputName } from "../attention/inputs.js";
import { indicesByLabel } from "../attention/label-indices.js";
import { type Joined, reorderCells } from "./joined.js";

/** The tokens whose names may be beside the rows, and above the columns, of an input. */
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
 * Sorts the rows and columns of inputs by their names into the order of the tokens, and returns notices. Without names
 * or tokens, or with names that only count, the order stays. Throws UNKNOWN_NAME for names that are not tokens, and
 * DUPLICATE_KEY for a repeated name in another order.
 */
export function orderByLabels(joined: Map<InputName, Joined>, { tokens, keyTokens }: Names): string[] {
  const rowsOf = (...names: InputName[]) =>
    names.map((name) => joined.get(name)?.matrix.rows).find((rows) => rows !== undefined);
  const numQueries = rowsOf("query", "x", "scores");
  const pastKeys = rowsOf("pastKey") ?? 0;
  const newKeys = rowsOf("key", "memory", "x") ?? joined.get("scores")?.matrix.cols;
  // The tokens also name the keys, if there are as many keys and they have no names of their own.
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
    // Given tokens replace the names beside the queries.
    const isRenamed = (name === "query" || name === "x") && !beside?.every((label) => known.has(label));
    if (isRenamed) return [];
    const rows = orderOf(name, one, "rows", beside, down && axes[down]);
    const cols = orderOf(name, one, "columns", above, across && axes[across]);
    if (!rows && !cols) return [];
    joined.set(name, reorderCells(one, rows, cols));
    const sides = [...(rows ? ["rows"] : []), ...(cols ? ["columns"] : [])].join(" and ");
    return [`${name}: ${sides} of ${source.name} are sorted by their names into the order of the tokens`];
  });
}

/** Returns the indices that sort the rows or columns of an input by their names, or undefined if the order stays. */
function orderOf(
  key: InputName,
  { matrix, from }: Joined,
  side: "rows" | "columns",
  given: readonly string[] | undefined,
  names: readonly string[] | undefined,
): readonly number[] | undefined {
  // If the number of names is wrong, the check of the shape reports it.
  if (given?.length !== names?.length) return undefined;
  const place = { source: from.parsed.source.name };
  const size = side === "rows" ? matrix.rows : matrix.cols;
  return indicesByLabel(given, names, size, { key, place, side })?.flatMap((at) => at ?? []);
}

import type { InputName } from "../attention/inputs.js";
import { setting } from "../errors.js";
import type { Parsed } from "./forms/form.js";
import { asArgument, inputsBehindPrefix, nearlyNamed } from "./lone-matrix.js";
import { refuseIn } from "./source.js";
import { addMatrix, type Gathered } from "./source-matrices.js";
import { arrayOf, axesOf } from "./value-axes.js";

/** The meaning of several matrices without names, by order. */
export const IN_ORDER: readonly InputName[] = ["query", "key", "value"];

/** If one of these is given, the meaning of a matrix without a name is not clear. */
const TAKEN: readonly InputName[] = ["x", "scores", "memory"];

/** Splits a list of two or three matrices that do not form one array, `[Q, K, V]`. Returns anything else unchanged. */
export function eachOf(parsed: Parsed): readonly Parsed[] {
  const { value } = parsed;
  if (value.kind !== "list" || value.items.length > IN_ORDER.length || arrayOf(value)) return [parsed];
  const areMatrices = value.items.length > 1 && value.items.every((item) => axesOf(item).length === 2);
  return areMatrices ? value.items.map((item) => ({ ...parsed, value: item })) : [parsed];
}

/**
 * Assigns matrices without names, and adds a notice. One is x; two or three are query, key and value: by their file
 * names behind a beginning that all share, else in order. Beside some named ones, the others are the missing ones. Throws UNKNOWN_NAME if other inputs are given, if a file name is
 * nearly that of another input, or if there are too many.
 */
export function placeNameless(
  nameless: readonly Parsed[],
  accepts: readonly InputName[],
  gathered: Gathered,
): void {
  const [first] = nameless;
  if (!first) return;
  const missing = IN_ORDER.filter((name) => !gathered.matrices.has(name));
  const isAlone = missing.length === IN_ORDER.length;
  const prefixed = inputsBehindPrefix(nameless.map(({ source }) => source.name));
  const named = [...new Set(prefixed.values())].filter((name) => missing.includes(name));
  const inOrder: readonly InputName[] =
    isAlone && nameless.length === 1 ? ["x"] : missing.slice(0, nameless.length);
  const names = named.length === nameless.length ? named : inOrder;
  const isFree = TAKEN.every((name) => !gathered.matrices.has(name));
  // Beside named ones of query, key and value, all missing ones must be there.
  const isWhole = isAlone || nameless.length === missing.length;
  const isMeant =
    isWhole && nameless.length === names.length && names.every((name) => accepts.includes(name));
  const misspelt = nameless.find(({ source }) => !["x", undefined].includes(nearlyNamed(source, accepts)));
  // For the commands with vectors and positions, the order does not show which is which.
  if (!isFree || !isMeant || misspelt || accepts.includes("positions")) {
    const { source } = misspelt ?? first;
    const unnamed = source.kind === "file" ? ": the file name is not the name of an input" : "";
    const option = setting(nearlyNamed(source, accepts) ?? accepts[0]);
    const hint = `Name it: ${option} ${asArgument(source)}.`;
    refuseIn(source.name, "UNKNOWN_NAME", `this is one matrix without a name${unnamed}.`, hint);
  }
  for (const [at, parsed] of nameless.entries()) {
    addMatrix(gathered, { name: names[at], value: parsed.value, parsed });
  }
  const sources = nameless.map(({ source }) => asArgument(source));
  const given = new Set(sources).size === 1 ? sources.slice(0, 1) : sources;
  const are = given.length === 1 ? "is" : "are";
  gathered.notices.push(
    names[0] === "x"
      ? `${given[0]} is read as x: query, key and value all come from it`
      : `${given.join(", ")} ${are} read as ${names.join(", ")}${names.length > 1 ? ", in this order" : ""}`,
  );
}

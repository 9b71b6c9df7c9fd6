import type { InputName } from "../attention/inputs.js";
import { setting } from "../setting-names.js";
import type { Parsed } from "./forms/form.js";
import { asArgument, nearlyNamed } from "./lone-matrix.js";
import { refuseIn } from "./source.js";
import { addMatrix, type Gathered } from "./source-matrices.js";
import { arrayOf, axesOf } from "./value-axes.js";

/** What several matrices are, in their order. */
const IN_ORDER: readonly InputName[] = ["query", "key", "value"];

/** Where one of these is given, nothing says what a matrix without a name is beside it. */
const TAKEN: readonly InputName[] = ["x", "scores", "memory"];

/** The matrices of a list of two or three that do not make one array, `[Q, K, V]`, each by itself; anything else as it is. */
export function eachOf(parsed: Parsed): readonly Parsed[] {
  const { value } = parsed;
  if (value.kind !== "list" || value.items.length > IN_ORDER.length || arrayOf(value)) return [parsed];
  const areMatrices = value.items.length > 1 && value.items.every((item) => axesOf(item).length === 2);
  return areMatrices ? value.items.map((item) => ({ ...parsed, value: item })) : [parsed];
}

/**
 * Matrices that nothing names are what they most sensibly are: one is x, two or three are query, key and value in their order, and so are
 * the rest beside those of them that are named; a notice says so. Throws UNKNOWN_NAME where something else is given, too, where a file is named nearly like another input, and where there are more.
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
  const names: readonly InputName[] =
    isAlone && nameless.length === 1 ? ["x"] : missing.slice(0, nameless.length);
  const isFree = TAKEN.every((name) => !gathered.matrices.has(name));
  // Beside some of query, key and value the others are meant where they are all there.
  const isWhole = isAlone || nameless.length === missing.length;
  const isMeant =
    isWhole && nameless.length === names.length && names.every((name) => accepts.includes(name));
  const misspelt = nameless.find(({ source }) => !["x", undefined].includes(nearlyNamed(source, accepts)));
  // Of vectors and positions alone nobody knows which is which.
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
  const given = [...new Set(nameless.map(({ source }) => asArgument(source)))];
  const are = given.length === 1 ? "is" : "are";
  gathered.notices.push(
    names[0] === "x"
      ? `${given[0]} is read as x: query, key and value all come from it`
      : `${given.join(", ")} ${are} read as ${names.join(", ")}${names.length > 1 ? ", in this order" : ""}`,
  );
}

import type { Shape } from "../../../math/matrix.js";
import type { Cells, Item } from "../items.js";
import type { Line } from "../lines.js";
import type { NamesOnSheet } from "../names-on-sheet.js";
import { either } from "../nouns.js";
import type { Placed } from "../place.js";
import type { TitledRun } from "../titles.js";
import type { Names } from "./mentions.js";
import { outputClaims } from "./outputs.js";
import { clausesOf, sentencesOf } from "./sentences.js";
import { type Claim, claimsIn, speaksOfWeights } from "./statements.js";
import { listedTokens } from "./token-lists.js";
import { KIND, OF_OTHERS, OF_OUTPUTS, word } from "./words.js";

/** A matrix of a sheet, with the names of its rows and columns. */
interface NamedMatrix {
  readonly item: Item;
  readonly cells: Cells;
  readonly names?: NamesOnSheet;
}

/** What a sentence of a sheet says about its weights or its output. */
export interface Statement extends Claim {
  /** The key of the step. */
  readonly key: string;
  /** The number of its line in the file. */
  readonly number: number;
}

/** Returns what the sentences of a sheet say about single weights and rows of the output. Sentences about one of several heads are left out. */
export function findStatements(
  placed: Placed,
  matrices: readonly NamedMatrix[],
  used: ReadonlySet<TitledRun>,
): readonly Statement[] {
  const { subject, lines } = placed;
  const own = new Set(lines.map(({ number }) => number));
  const typed = placed.typed.filter(({ number }) => own.has(number));
  const weights = subject.items.filter(({ addsUpToOne, isInput }) => addsUpToOne && !isInput);
  const outputs = subject.items.filter(({ id, isInput }) => id === "output" && !isInput);
  const [{ key = "", shape = undefined } = {}] = weights;
  const sentences =
    shape && weights.length === 1
      ? sentencesOf(typed)
          // What speaks of something else may be one clause of several.
          .flatMap((one) => (OF_OTHERS.test(one.text) ? clausesOf(one) : [one]))
          .filter(({ text }) => speaksOfWeights(text) || OF_OUTPUTS.test(text))
      : [];
  if (!shape || sentences.length === 0) return [];
  const names = namesFor({ key, shape }, { subject, typed }, matrices);
  // Numbers that are read as cells of a step are judged there.
  const read = new Set(
    Array.from(used, ({ line, cells }) =>
      cells.map(({ cell }) => `${lines[line].number}:${cell?.value}`),
    ).flat(),
  );
  return sentences.flatMap(({ text, numberAt }) => {
    const ofOutput = outputs.flatMap((output) =>
      outputs.length === 1 && output.shape?.rows === shape.rows
        ? outputClaims(text, names)
            .filter(({ what }) => "values" in what && what.values.length === output.shape?.cols)
            .map((claim) => ({ ...claim, key: output.key }))
        : [],
    );
    const all = [...claimsIn(text, names).map((claim) => ({ ...claim, key })), ...ofOutput];
    return all.flatMap((claim) => {
      const number = numberAt(claim.at);
      return valuesOf(claim).some((value) => read.has(`${number}:${value}`)) ? [] : [{ ...claim, number }];
    });
  });
}

const valuesOf = ({ what }: Claim): readonly number[] =>
  "value" in what ? [what.value] : "values" in what ? what.values.map(({ value }) => value) : [];

/** Returns what the rows and columns of weights are called: in the problem, beside matrices, in the text. */
function namesFor(
  { key, shape }: { readonly key: string; readonly shape: Shape },
  { subject, typed }: Pick<Placed, "subject" | "typed">,
  matrices: readonly NamedMatrix[],
): Names {
  const [ofRows, ofCols] = subject.labels(key);
  const queries = [ofRows];
  const keys = [ofCols];
  for (const { item, names = {}, cells } of matrices) {
    if (names.rows?.length !== cells.length) continue;
    const isOfKeys = /^(?:key|value|[kv])$/.test(item.id);
    if (!isOfKeys) queries.push(names.rows);
    if (isOfKeys || item.id === "x") keys.push(names.rows);
    if (names.columns && item.shape?.cols === shape.cols && !item.isInput) keys.push(names.columns);
  }
  const listed = [listedTokens(typed, shape.cols)];
  const fitting = (all: readonly (readonly string[])[], count: number) =>
    all.filter(({ length }) => length === count);
  return {
    queries: fitting([...queries, ...listed, ...(shape.rows === shape.cols ? keys : [])], shape.rows),
    keys: fitting([...keys, ...listed, ...(shape.rows === shape.cols ? queries : [])], shape.cols),
    size: shape,
    firsts: firstsOf(typed),
  };
}

const [FROM_ZERO, FROM_ONE] = [0, 1].map(
  (first) =>
    new RegExp(
      `(?:${word(`${KIND}|${either("row")}`)}|(?<![\\p{L}\\d])[qkxht])[\\s_#]{0,2}\\{?${first}(?![.,]?\\d)`,
      "iu",
    ),
);
const OF_PROGRAM = /^\s*(?:import|from)\s\w|\bprint\(|>>>|\b(?:np|torch|tf|jnp)\.\w/m;

/** Returns the numbers that the first token may have. In programs it may be 0 although no token 0 is named. */
function firstsOf(lines: readonly Line[]): readonly number[] {
  const text = textOf(lines);
  return FROM_ZERO.test(text) ? [0] : OF_PROGRAM.test(text) ? [1, 0] : [1];
}

/** Whether a sheet counts its tokens from 1: `q1`, `token 1`. */
export const countsFromOne = (lines: readonly Line[]): boolean =>
  FROM_ONE.test(textOf(lines)) && !firstsOf(lines).includes(0);

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join("\n");

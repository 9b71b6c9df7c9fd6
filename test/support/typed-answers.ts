import type { NamedAnswer } from "../../src/check/answers.js";
import { decimalsOf } from "../../src/math/written.js";

/** The answers of a sheet as they are typed, `{"weights": "0.67 0.33; - 1"}`, each number with the digits that it has. */
export const typedAnswers = (sheet: Readonly<Record<string, string>>): readonly NamedAnswer[] =>
  Object.entries(sheet).map(([key, text]) => ({
    ...{ key, source: "sheet" },
    rows: text.split(";").map((row) =>
      row
        .trim()
        .split(" ")
        .map((cell) => (cell === "-" ? null : { value: Number(cell), decimals: decimalsOf(cell) })),
    ),
  }));

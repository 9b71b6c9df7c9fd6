import { truncateDecimals } from "../../math/decimal.js";
import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../../math/written.js";
import { type Expression, evaluate } from "../../trace/expression.js";
import type { Judgement } from "../judgement.js";
import type { MistakeText } from "./mistake.js";

/** A wrong cell, with its arithmetic from the person's own numbers. */
export interface WrongCell {
  readonly judgement: Judgement;
  readonly index: number;
  readonly arithmetic: Expression;
  readonly written: WrittenNumber;
}

/** A slip of arithmetic. It is recognised in the number itself, not by computing a solution. */
export interface Slip extends MistakeText {
  /**
   * Returns a question for the person if the slip explains a cell, because nobody knows what they did. If there is
   * nothing to ask, the question is empty.
   */
  asks(cell: WrongCell): Question | undefined;
}

/** A question, in words and arithmetic. */
export type Question = readonly (string | Expression)[];

const ARITHMETIC = { step: "any", formula: "the formula of the step" } as const;

/**
 * Returns a slip that is recognised in one cell. `candidates` returns the numbers that it would give there, and `ask`
 * the question about one of them.
 */
const slipOfCell = (
  text: Pick<MistakeText, "id" | "title" | "fix">,
  candidates: (arithmetic: Expression, written: WrittenNumber) => readonly number[],
  ask: (arithmetic: Expression, at: number) => Question = () => [text.title],
): Slip => ({
  ...ARITHMETIC,
  ...text,
  asks: ({ arithmetic, written }) => {
    const at = candidates(arithmetic, written).findIndex((value) => isWrittenAs(value, written));
    return at < 0 ? undefined : ask(arithmetic, at);
  },
});

/** Returns a slip in which a product is missing from a sum `times` times. */
const slipOfProduct = (
  times: number,
  ask: (product: Expression) => Question,
  text: Pick<MistakeText, "id" | "title" | "fix">,
): Slip =>
  slipOfCell(
    text,
    (arithmetic) => withoutTerm(arithmetic, times),
    (arithmetic, at) => (arithmetic.kind === "sum" ? ask(arithmetic.terms[at]) : []),
  );

export const productDropped = slipOfProduct(1, (product) => ["Was ", product, " left out?"], {
  id: "slip-product-dropped",
  title: "Was one product left out of the sum?",
  fix: "Write down all products of the cell, then add them.",
});

export const productSign = slipOfProduct(2, (product) => ["Was the sign of ", product, " lost?"], {
  id: "slip-product-sign",
  title: "Does one product have the wrong sign?",
  fix: "Minus times minus is plus; look at the sign of each product.",
});

/** Returns the sum minus `times` one of its terms, for each term. */
function withoutTerm(arithmetic: Expression, times: number): readonly number[] {
  if (arithmetic.kind !== "sum" || arithmetic.terms.length < 2) return [];
  const total = evaluate(arithmetic).value;
  return arithmetic.terms.map((term) => total - times * evaluate(term).value);
}

export const digitsSwapped = slipOfCell(
  {
    id: "slip-digits-swapped",
    title: "Were two digits swapped?",
    fix: "Copy the number again.",
  },
  (arithmetic, written) => {
    if (written.decimals < 0 || written.decimals > 12) return [];
    const right = evaluate(arithmetic).value.toFixed(written.decimals);
    return Array.from(right, (digit, at) => {
      const other = at + (right[at + 1] === "." ? 2 : 1);
      const between = right.slice(at + 1, other);
      // A swap with the minus sign, or with nothing after the last digit, gives no number.
      const swapped = right.slice(0, at) + right[other] + between + digit + right.slice(other + 1);
      return digit === "." ? Number.NaN : Number(swapped);
    }).filter((value) => !Number.isNaN(value));
  },
);

const signWrong = slipOfCell(
  { id: "slip-sign", title: "Is the sign wrong?", fix: "Copy the number again, with its sign." },
  (arithmetic) => [-evaluate(arithmetic).value],
);

const pointMoved = slipOfCell(
  {
    id: "slip-decimal-point",
    title: "Is the decimal point in the wrong place?",
    fix: "Copy the number again.",
  },
  // Any small number rounds to 0.
  (arithmetic, { value }) =>
    value === 0 ? [] : [10, 0.1, 100, 0.01].map((times) => times * evaluate(arithmetic).value),
);

export const rowDistorted: Slip = {
  id: "row-bent",
  step: "weights",
  title: "Was a weight changed so that its row adds up to 1?",
  formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
  fix: "Round each weight on its own; a row of rounded weights may add up to 0.99 or 1.01.",
  asks({ judgement: { answer, exact, own }, index }) {
    const { step, cells, cols } = answer;
    const first = index - (index % cols);
    const row = cells.slice(first, first + cols).flatMap((cell) => cell ?? []);
    const sum = sumOver(row, ({ value }) => value);
    const isDistorted =
      step.view === "distribution" &&
      row.length === cols &&
      Math.abs(sum - 1) < 1e-9 &&
      row.every((cell, col) => isNear(cell, first + col, [exact, own], mostUnits(cols)));
    return isDistorted ? [QUESTION_ABOUT_SUM] : undefined;
  },
};

const QUESTION_ABOUT_SUM =
  "Was it changed so that the row adds up to 1? Rounded weights may add up to 0.99 or 1.01.";

/**
 * Returns the largest error of a distorted cell. The rounding errors of n numbers add up to at most n / 2 units, and
 * one cell may take all of them.
 */
const mostUnits = (size: number) => Math.max(1, Math.floor(size / 2));

function isNear(written: WrittenNumber, index: number, origins: readonly Matrix[], units: number): boolean {
  const unit = 10 ** -written.decimals;
  return origins.some(({ data }) => {
    const cut = truncateDecimals(data[index], written.decimals);
    return Math.abs(cut - written.value) <= units * unit + 1e-9;
  });
}

/** Two slips that are one: each of two wrong cells has the right number of the other. */
export const cellsSwapped: Slip = {
  ...ARITHMETIC,
  id: "slip-cells-swapped",
  title: "Were two cells swapped?",
  fix: "Write each number in its own row and column.",
  asks({ judgement: { answer, own, marks }, index }) {
    const isRightOf = (at: number, other: number) =>
      Math.abs(answer.values[at] - own.data[other]) <= answer.tolerances[at];
    const isSwapped = marks.some(
      (mark, other) =>
        mark === "wrong" && other !== index && isRightOf(index, other) && isRightOf(other, index),
    );
    return isSwapped ? ["Were these two cells swapped?"] : undefined;
  },
};

export const cellSlip: Slip = {
  ...ARITHMETIC,
  id: "slip-cell",
  title: "One cell is wrong.",
  fix: "Compute this cell again from the formula of its step.",
  asks: ({ judgement: { answer, wrong } }) =>
    wrong.length === 1 && answer.cells.filter(Boolean).length > 1 ? [] : undefined,
};

/** Every slip, in the order in which they are tried. */
export const SLIPS: readonly Slip[] = [
  cellsSwapped,
  rowDistorted,
  signWrong,
  productDropped,
  productSign,
  digitsSwapped,
  pointMoved,
  cellSlip,
];

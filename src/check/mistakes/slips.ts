import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../../math/written.js";
import { type Expression, evaluate } from "../../trace/expression.js";
import { cellAt, type Judgement } from "../judgement.js";
import { truncateDecimals } from "../rounding.js";
import type { MistakeText } from "./mistake.js";

/** A slip of arithmetic. It is recognised in the number itself, not by computing a solution. */
export interface Slip extends MistakeText {
  /** Returns the wrong cells that it explains. `inputs` are the numbers that the person used. */
  find(judgement: Judgement, inputs: readonly Matrix[]): readonly number[];
  /** Returns a question about a cell for the person, because nobody knows what they did. */
  asks?(arithmetic: Expression, written: WrittenNumber): Question | undefined;
}

/** A question, in words and arithmetic. */
export type Question = readonly (string | Expression)[];

const ARITHMETIC = { step: "any", formula: "the formula of the step" } as const;

/** Returns a slip that is recognised in one cell. `candidates` returns the numbers that it would give there. */
function slipOfCell(
  text: Pick<MistakeText, "id" | "title" | "fix">,
  candidates: (arithmetic: Expression, written: WrittenNumber) => readonly number[],
  asks: Slip["asks"] = () => [text.title],
): Slip {
  return {
    ...ARITHMETIC,
    ...text,
    asks,
    find: ({ answer, wrong }, inputs) =>
      wrong.filter((index) => {
        const written = answer.cells[index];
        if (!written) return false;
        const { op, params } = answer.step;
        const arithmetic = op.explainCells(inputs, params)(...cellAt(answer, index));
        return candidates(arithmetic, written).some((value) => isWrittenAs(value, written));
      }),
  };
}

/**
 * Returns a slip in which a product is missing from a sum `times` times. The question is asked if the shown arithmetic
 * contains the product.
 */
const slipOfProduct = (
  times: number,
  ask: (product: Expression) => Question,
  text: Pick<MistakeText, "id" | "title" | "fix">,
): Slip =>
  slipOfCell(
    text,
    (arithmetic) => withoutTerm(arithmetic, times),
    (arithmetic, written) => {
      const at = withoutTerm(arithmetic, times).findIndex((value) => isWrittenAs(value, written));
      return arithmetic.kind === "sum" && at >= 0 ? ask(arithmetic.terms[at]) : undefined;
    },
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

export const rowDistorted: Slip = {
  id: "row-bent",
  step: "weights",
  title: "Was a weight changed so that its row adds up to 1?",
  formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
  fix: "Round each weight on its own; a row of rounded weights may add up to 0.99 or 1.01.",
  asks: () => ["Was it changed so that the row adds up to 1? Rounded weights may add up to 0.99 or 1.01."],
  find({ answer: { step, cells, cols }, wrong, exact, own }) {
    if (step.view !== "distribution") return [];
    return wrong.filter((index) => {
      const first = index - (index % cols);
      const row = cells.slice(first, first + cols).flatMap((cell) => cell ?? []);
      const sum = sumOver(row, ({ value }) => value);
      return (
        row.length === cols &&
        Math.abs(sum - 1) < 1e-9 &&
        row.every((cell, col) => isNear(cell, first + col, [exact, own], mostUnits(cols)))
      );
    });
  },
};

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

/** Two slips that are one: the person's numbers of two cells are swapped. */
export const cellsSwapped: Slip = {
  ...ARITHMETIC,
  id: "slip-cells-swapped",
  title: "Were two cells swapped?",
  fix: "Write each number in its own row and column.",
  find: () => [],
  asks: () => ["Were these two cells swapped?"],
};

export const cellSlip: Slip = {
  ...ARITHMETIC,
  id: "slip-cell",
  title: "One cell is wrong.",
  fix: "Compute this cell again from the formula of its step.",
  find: ({ answer, wrong }) => (wrong.length === 1 && answer.cells.filter(Boolean).length > 1 ? wrong : []),
};

/** Every slip, in the order in which they are tried. */
export const SLIPS: readonly Slip[] = [
  rowDistorted,
  productDropped,
  productSign,
  digitsSwapped,
  cellsSwapped,
  cellSlip,
];

import { type Expression, partsOf } from "../../trace/expression.js";

// Packs the arithmetic of a matrix into few letters. Its cells are computed in the same way, each from its own row and
// column. So the page has one expression for all of them, with leaves such as "this row, column 2". Cells that differ
// have their own expression.

/**
 * A row or column of a leaf: a number, or a distance from the row ("i") or column ("j") of the cell that is computed.
 */
type Along = number | readonly ["i" | "j", number];

/**
 * An expression as JSON: a number; `[name, …parts]`; a cell `["@", input, row, column]`; a constant in words `["=",
 * value, text]`.
 */
type Template = number | readonly [string, ...(number | string | readonly unknown[])[]];

/**
 * The arithmetic of all cells of a matrix. `of` is the index of the template of each cell, row by row. Without `of`,
 * all use template 0.
 */
export interface Arithmetic {
  readonly t: readonly Template[];
  readonly of?: readonly number[];
}

/** The possible ways to write the row and the column of each leaf. The first one that fits all cells is taken. */
type Places = readonly (readonly Along[])[];

/** Packs the arithmetic of a matrix with `cols` columns. */
export function packArithmetic(cells: readonly Expression[], cols: number): Arithmetic {
  const groups: { readonly form: string; readonly first: Expression; places: Places }[] = [];
  const of = cells.map((expression, at) => {
    const places = placesOf(expression, Math.floor(at / cols), at % cols);
    const form = formOf(expression);
    for (const [index, group] of groups.entries()) {
      const common = group.form === form ? commonOf(group.places, places) : undefined;
      if (!common) continue;
      group.places = common;
      return index;
    }
    return groups.push({ form, first: expression, places }) - 1;
  });
  const t = groups.map(({ first, places }) => pack(first, [...places]));
  return { t, ...(groups.length > 1 && { of }) };
}

/** Returns the expression of one cell. Its leaves have only places; their numbers are in the tables of the page. */
export function unpackCell({ t, of }: Arithmetic, row: number, col: number, cols: number): Expression {
  return unpack(t[of?.[row * cols + col] ?? 0], row, col);
}

function placesOf(expression: Expression, row: number, col: number): Places {
  if (expression.kind !== "cell") return partsOf(expression).flatMap((part) => placesOf(part, row, col));
  const along = (place: number): readonly Along[] => [["i", place - row], ["j", place - col], place];
  return [along(expression.row), along(expression.col)];
}

/** Returns the ways that both have in common. Returns undefined if there is none for some row or column. */
function commonOf(ours: Places, theirs: Places): Places | undefined {
  const common = ours.map((ways, at) =>
    ways.filter((one) => theirs[at].some((other) => String(one) === String(other))),
  );
  return common.every((ways) => ways.length > 0) ? common : undefined;
}

/** Returns the form of an expression. Expressions that differ only in the places of their leaves have the same form. */
function formOf(expression: Expression): string {
  if (expression.kind === "cell") return `@${expression.input}`;
  if (expression.kind === "constant") return `=${expression.value}${expression.text ?? ""}`;
  const name = expression.kind === "call" ? expression.fn : expression.kind;
  return `${name}(${partsOf(expression).map(formOf).join(",")})`;
}

function pack(expression: Expression, places: (readonly Along[])[]): Template {
  switch (expression.kind) {
    case "cell": {
      const [[row], [col]] = places.splice(0, 2);
      return ["@", expression.input, row, col];
    }
    case "constant":
      return expression.text === undefined && Number.isFinite(expression.value)
        ? expression.value
        : ["=", String(expression.value), expression.text ?? ""];
    default: {
      const name = expression.kind === "call" ? `:${expression.fn}` : NAMES[expression.kind];
      return [name, ...partsOf(expression).map((part) => pack(part, places))];
    }
  }
}

const NAMES = { sum: "+", product: "*", quotient: "/", negative: "-" } as const;

function unpack(template: Template, row: number, col: number): Expression {
  if (typeof template === "number") return { kind: "constant", value: template };
  const [name, ...rest] = template;
  if (name === "@") {
    const [input, r, c] = rest as unknown as [number, Along, Along];
    const at = (along: Along) =>
      typeof along === "number" ? along : along[1] + (along[0] === "i" ? row : col);
    return { kind: "cell", input, row: at(r), col: at(c), value: Number.NaN };
  }
  if (name === "=") {
    const [value, text] = rest as unknown as [string, string];
    return { kind: "constant", value: Number(value), ...(text !== "" && { text }) };
  }
  const parts = rest.map((part) => unpack(part as Template, row, col));
  switch (name) {
    case "+":
      return { kind: "sum", terms: parts };
    case "*":
      return { kind: "product", factors: parts };
    case "/":
      return { kind: "quotient", dividend: parts[0], divisor: parts[1] };
    case "-":
      return { kind: "negative", of: parts[0] };
    default:
      return { kind: "call", fn: name.slice(1) as never, args: parts };
  }
}

/** R's `matrix(c(1, 2, 3, 4), nrow = 2, byrow = TRUE)`: its numbers, and how they are put into rows. */
const R_MATRIX = /\bmatrix\s*\(\s*(?:data\s*=\s*)?c\s*\(([^()]*)\)\s*((?:,[^()]*)?)\)/g;

/** Maple's `Matrix(2, 3, [[…]])` says its size before its rows. */
const SIZED_MATRIX = /\bMatrix\(\s*\d+\s*,\s*\d+\s*,\s*(?=[[{])/g;

/** The names of what stands behind the numbers, in the order in which they come without names. */
const ARGUMENTS = ["nrow", "ncol", "byrow"];

/** Matrices that R makes of a list of numbers, as rows in brackets; each stays on as many lines as it had. */
export function withRowsOfR(text: string): string {
  return text.replace(SIZED_MATRIX, "(").replace(R_MATRIX, (whole, numbers: string, behind: string) => {
    const rows = rowsOf(numbers.split(","), behind);
    return rows ? `[${rows.join(", ")}]${"\n".repeat(whole.split("\n").length - 1)}` : whole;
  });
}

/** The rows of a matrix, by columns where nothing else is said, as R fills it; undefined where the numbers fill none. */
function rowsOf(numbers: readonly string[], behind: string): readonly string[] | undefined {
  const said = argumentsIn(behind);
  const [nrow, ncol] = [Number(said.get("nrow")), Number(said.get("ncol"))];
  const count = numbers.length;
  const rows = nrow || (ncol ? count / ncol : count);
  const cols = ncol || count / rows;
  const isByRow = /^t/i.test(said.get("byrow") ?? "F");
  if (!Number.isInteger(rows) || rows * cols !== count) return undefined;
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: cols }, (_, col) =>
      numbers[isByRow ? row * cols + col : col * rows + row].trim(),
    );
    return `[${cells.join(", ")}]`;
  });
}

function argumentsIn(behind: string): ReadonlyMap<string, string> {
  const left = [...ARGUMENTS];
  const given = behind.split(",").slice(1);
  return new Map(
    given.map((argument): [string, string] => {
      const [, name = left[0] ?? "", value] = /^\s*(?:(\w+)\s*=\s*)?([\s\S]*?)\s*$/.exec(argument) ?? [];
      if (left.includes(name)) left.splice(left.indexOf(name), 1);
      return [name, value];
    }),
  );
}

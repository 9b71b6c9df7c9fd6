/** R's `matrix(c(1, 2, 3, 4), nrow = 2, byrow = TRUE)`: its numbers, and how they are put into rows. */
const R_MATRIX = /\bmatrix\s*\(\s*(?:data\s*=\s*)?c\s*\(([^()]*)\)\s*((?:,[^()]*)?)\)/g;

/** Maple's `Matrix(2, 3, [[…]])` says its size before its rows. */
const SIZED_MATRIX = /\bMatrix\(\s*\d+\s*,\s*\d+\s*,\s*(?=[[{])/g;

/** Matrices that R makes of a list of numbers, as rows in brackets; each stays on as many lines as it had. */
export function withRowsOfR(text: string): string {
  return text.replace(SIZED_MATRIX, "(").replace(R_MATRIX, (whole, numbers: string, behind: string) => {
    const rows = rowsOf(numbers.split(","), behind);
    return rows ? `[${rows.join(", ")}]${"\n".repeat(whole.split("\n").length - 1)}` : whole;
  });
}

/** The rows of a matrix, by columns where nothing else is said, as R fills it; undefined where the numbers fill none. */
function rowsOf(numbers: readonly string[], behind: string): readonly string[] | undefined {
  const given = behind.split(",").slice(1);
  // Without names they come in this order.
  const [nrow, ncol, byRow] = ["nrow", "ncol", "byrow"].map((name, at) =>
    (given.find((one) => one.trim().startsWith(name)) ?? given.filter((one) => !one.includes("="))[at])
      ?.split("=")
      .at(-1)
      ?.trim(),
  );
  const count = numbers.length;
  const rows = Number(nrow) || (ncol ? count / Number(ncol) : count);
  const cols = Number(ncol) || count / rows;
  const isByRow = /^t/i.test(byRow ?? "");
  if (!Number.isInteger(rows) || rows * cols !== count) return undefined;
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: cols }, (_, col) =>
      numbers[isByRow ? row * cols + col : col * rows + row].trim(),
    );
    return `[${cells.join(", ")}]`;
  });
}

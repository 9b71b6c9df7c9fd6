/** The signs that stand between the cells of a spreadsheet, the surest first. */
const SIGNS = ["\t", ";", ","] as const;

/** The sign between the cells of a line; undefined where none is in it. */
export const signIn = (text: string): string | undefined => SIGNS.find((sign) => text.includes(sign));

/** The cells of a line between such signs, without the quotes around them. */
export function cellsBetween(text: string, sign: string): readonly string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    if (char !== sign || isQuoted) cell += char;
    else {
      cells.push(cell);
      cell = "";
    }
  }
  return [...cells, cell].map((one) =>
    one
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .replaceAll('""', '"'),
  );
}

import { refuseAt, type Source } from "./source.js";

/** What a print says of its own shape; what it leaves out may be anything. */
export interface SaidShape {
  readonly rows?: number;
  readonly cols?: number;
}

/** Throws SHAPE_MISMATCH when a print says that it has more or fewer rows or columns than were read: some were lost. */
export function checkSaidShape(
  source: Source,
  at: number,
  said: SaidShape,
  found: Required<SaidShape>,
): void {
  const { rows = found.rows, cols } = said;
  if (rows === found.rows && (cols ?? found.cols) === found.cols) return;
  if (cols === undefined) refuseShape(source, at, `${rows} rows`, String(found.rows));
  refuseShape(source, at, `${rows}×${cols}`, `${found.rows}×${found.cols}`);
}

export function refuseShape(source: Source, at: number, said: string, found: string): never {
  const hint = "Paste all of it, every number written out in its row.";
  const message = `the text says ${said}, but ${found} can be read here.`;
  return refuseAt(source, at, "SHAPE_MISMATCH", message, hint);
}

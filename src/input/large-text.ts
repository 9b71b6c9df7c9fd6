import { LINE_FEED } from "./bytes.js";
import { delimited } from "./forms/delimited.js";
import type { Form, FormOptions, Parsed } from "./forms/form.js";
import { describeJson, json } from "./forms/json.js";
import { describePlain, planRows, type RowPlan } from "./forms/plain-rows.js";
import { type RowScan, scanPiece, startRows } from "./forms/scan-rows.js";
import { readJson } from "./json/reader.js";
import type { Source } from "./source.js";
import { readFrom, type Stored } from "./stored.js";
import { NeedsWholeText, openWindow, widen } from "./window.js";

/** The number of bytes from which the form of a text is detected. */
const START_BYTES = 16 * 1024;

/**
 * Reads a large text without holding all of it in memory: JSON, or lines of numbers only. Returns undefined for
 * anything else, and for lines with errors, because then the whole text is needed.
 */
export async function readLarge(
  source: Source,
  stored: Stored,
  options: FormOptions,
  formOf: (start: Source) => Promise<Form>,
): Promise<Parsed | undefined> {
  const { name, kind } = source;
  const form = await formOf({ name, kind, bytes: readFrom(stored, 0, START_BYTES) });
  try {
    if (form === json) return describeJson(source, readJson(source, options.emptyCells), options);
    return form === delimited ? readRows(source, options) : undefined;
  } catch (error) {
    if (error instanceof NeedsWholeText) return undefined;
    throw error;
  }
}

function readRows(source: Source, options: FormOptions): Parsed | undefined {
  let plan: RowPlan | undefined;
  let scan: RowScan | undefined;
  let remainingBytes = 1;
  for (const piece of linesInPieces(source)) {
    const isFirst = plan === undefined;
    plan ??= planRows(piece.bytes, options);
    if (!plan?.isPlain) return undefined;
    scan ??= startRows(plan.delimiter, plan.cells);
    if (!scanPiece(scan, piece.bytes, isFirst ? plan.start : 0, piece)) return undefined;
    remainingBytes = piece.after;
  }
  return plan && scan && remainingBytes === 0 ? describePlain(source, plan, scan) : undefined;
}

/** The maximum length of a line that is read in one piece. */
const LONGEST_LINE = 32 * 1024 * 1024;

/**
 * Splits a text into pieces that end with a line feed, except perhaps the last one. Each has the number of bytes before
 * and after it, and is valid until the next piece is requested. Stops at a line of more than 32 MiB, before the end of
 * the text.
 */
function* linesInPieces(source: Source) {
  const window = openWindow(source, 0);
  for (;;) {
    const { bytes, before, after } = window;
    const end = after === 0 ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield { bytes: bytes.subarray(0, end), before, after: after + bytes.length - end };
    if (after === 0 || (end === 0 && bytes.length >= LONGEST_LINE)) return;
    window.position = end;
    widen(window);
  }
}

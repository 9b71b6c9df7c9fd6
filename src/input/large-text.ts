import { LINE_FEED } from "./bytes.js";
import { delimited } from "./forms/delimited.js";
import type { Form, FormOptions, Parsed } from "./forms/form.js";
import { describeJson, json } from "./forms/json.js";
import { describePlain, planRows, type RowPlan } from "./forms/plain-rows.js";
import { type RowScan, scanPiece, startRows } from "./forms/scan-rows.js";
import { readJson } from "./json/reader.js";
import type { Source } from "./source.js";
import { readFrom, type Stored } from "./stored.js";
import { NeedsWholeText } from "./window.js";

/** As many bytes as show in which form a text is. */
const START_BYTES = 16 * 1024;

/**
 * Reads a large text without ever holding it: JSON, or nothing but numbers in lines. Undefined for anything else, and for
 * lines in which something is wrong: then the whole text is needed to read or to explain it.
 */
export async function readLarge(
  source: Source,
  stored: Stored,
  options: FormOptions,
  formOf: (start: Source) => Promise<Form>,
): Promise<Parsed | undefined> {
  const { name, kind } = source;
  const form = await formOf({ name, kind, bytes: readFrom(stored, 0, START_BYTES) });
  if (form === json) return readLargeJson(source, options);
  return form === delimited ? readRows(source, stored, options) : undefined;
}

function readLargeJson(source: Source, options: FormOptions): Parsed | undefined {
  try {
    return describeJson(source, readJson(source, options.emptyCells), options);
  } catch (error) {
    if (error instanceof NeedsWholeText) return undefined;
    throw error;
  }
}

function readRows(source: Source, stored: Stored, options: FormOptions): Parsed | undefined {
  let plan: RowPlan | undefined;
  let scan: RowScan | undefined;
  let left = stored.size;
  for (const piece of linesInPieces(stored)) {
    const isFirst = plan === undefined;
    plan ??= planRows(piece.bytes, options);
    if (!plan?.isPlain) return undefined;
    scan ??= startRows(plan.delimiter, plan.cells);
    if (!scanPiece(scan, piece.bytes, isFirst ? plan.start : 0, piece)) return undefined;
    left = piece.after;
  }
  return plan && scan && left === 0 ? describePlain(source, plan, scan) : undefined;
}

/** Small enough to stay in the processor's cache while it is read. */
const PIECE_BYTES = 256 * 1024;

/** A line longer than this is not looked for the end of. */
const LONGEST_LINE = 32 * 1024 * 1024;

/**
 * A text in pieces that end with a line feed, each with how many bytes stand before and after it; only the last may end otherwise. Each is good until the next one is asked
 * for. Stops early, with some of the text after the last piece, at a line of more than 32 MiB.
 */
function* linesInPieces(stored: Stored) {
  let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let before = 0;
  while (before < stored.size) {
    const read = readFrom(stored, before, buffer.length, buffer);
    const isLast = before + read.length >= stored.size;
    const end = isLast ? read.length : read.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield { bytes: read.subarray(0, end), before, after: stored.size - before - end };
      before += end;
    } else if (read.length < buffer.length || buffer.length >= LONGEST_LINE) return;
    else buffer = Buffer.allocUnsafeSlow(2 * buffer.length);
  }
}

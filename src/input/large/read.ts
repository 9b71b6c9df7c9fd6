import { delimited } from "../forms/delimited.js";
import type { Form, FormOptions, Parsed } from "../forms/form.js";
import { describeJson, json } from "../forms/json.js";
import { describePlain, planRows, type RowPlan } from "../forms/plain-rows.js";
import { type RowScan, scanPiece, startRows } from "../forms/scan-rows.js";
import { CLOSE_BRACKET } from "../json/scan.js";
import type { LargeFile, Source } from "../source.js";
import { readGrid } from "./json-grid.js";
import { piecesOf } from "./pieces.js";

const LINE_FEED = 10;

/**
 * Reads a large file of nothing but numbers, as JSON or in lines, without ever holding its text. Undefined for anything
 * else, also for what is wrong with it: then the whole text is needed to read or to explain it.
 */
export function readLarge(
  source: Source,
  options: FormOptions,
  formOf: (start: Source) => Form,
): Parsed | undefined {
  const file = source.large?.();
  if (!file) return undefined;
  try {
    const form = formOf({ name: source.name, kind: source.kind, bytes: startOf(source) });
    if (form === json) return readJsonGrid(source, file, options);
    return form === delimited ? readRows(source, file, options) : undefined;
  } finally {
    file.close();
  }
}

/** As many bytes as show what the file holds. */
const START_BYTES = 16 * 1024;

function startOf(source: Source): Uint8Array {
  const file = source.large?.();
  if (!file) return source.bytes;
  try {
    const start = Buffer.alloc(START_BYTES);
    return start.subarray(0, file.read(start));
  } finally {
    file.close();
  }
}

function readJsonGrid(source: Source, file: LargeFile, options: FormOptions): Parsed | undefined {
  const value = readGrid(source, piecesOf(file, CLOSE_BRACKET), options.nullIsNaN);
  return value && describeJson(source, value);
}

function readRows(source: Source, file: LargeFile, options: FormOptions): Parsed | undefined {
  let plan: RowPlan | undefined;
  let scan: RowScan | undefined;
  let left = file.size;
  for (const piece of piecesOf(file, LINE_FEED)) {
    const isFirst = plan === undefined;
    plan ??= planRows(piece.bytes, options);
    if (!plan?.isPlain) return undefined;
    scan ??= startRows(plan.delimiter);
    if (!scanPiece(scan, piece.bytes, isFirst ? plan.start : 0, piece)) return undefined;
    left = piece.after;
  }
  return plan && scan && left === 0 ? describePlain(source, plan, scan) : undefined;
}

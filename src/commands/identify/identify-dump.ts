import { probe } from "../../check/identify/probe.js";
import { inputNamed } from "../../input/names.js";
import type { Files } from "../../input/open.js";
import { arrayOf } from "../../input/value-axes.js";
import { numbersOf } from "../../math/nd-array.js";
import { describeIdentifiedDump, identifiedDumpToJson } from "../../render/identified-dump.js";
import { isOfMachine } from "../../render/named-check.js";
import { judgeRead } from "../../runs/check/judge-run.js";
import type { Io } from "../../runs/io.js";
import type { Values } from "../../runs/request.js";
import { attend } from "../attend.js";
import { dumpsAmong, isDumpInTwo, lookAmong } from "../class/content-of-words.js";
import { readWhole } from "../read-whole.js";
import type { Page } from "../showing.js";

/**
 * Finds the conventions that make a dump with its own q, k and v right. They are those of the run, or the settings that
 * make it right. With such settings it is judged once more. Returns undefined if the words name no single dump, or the
 * answers to the probe.
 */
export async function identifyDump(words: readonly string[], io: Io): Promise<Page | undefined> {
  const looked = (await Promise.all(words.map(lookAmong(io.files)))).flat();
  const [dump, another] = isDumpInTwo(looked) ? [words] : (dumpsAmong(looked) ?? []);
  if (!dump || another || (await containsProbe(dump[0], io.files))) return undefined;
  const judgedWith = (values: Values) => judgeRead({ command: attend, words: dump, values }, io);
  const asRead = await judgedWith({});
  // Numbers in a text are a kernel's here, not a person's.
  const first = isOfMachine(asRead.check) ? asRead : await judgedWith({ dtype: "float64" });
  const { rightWith: settings = {} } = isOfMachine(first.check) ? first.check : {};
  const { run, check } = Object.keys(settings).length > 0 ? await judgedWith(settings) : first;
  if (!isOfMachine(check)) return undefined;
  const found = { words: dump, settings, check, conventions: run.trace.conventions };
  return {
    document: describeIdentifiedDump(found),
    json: { schema: "qkv/identify/1", ...identifiedDumpToJson(found) },
    exitCode: check.verdict === "differs" ? 1 : 0,
  };
}

/** Whether the queries of a file are those of the probe, in any order. */
async function containsProbe(word: string, files: Files) {
  const { value } = await readWhole(word, files, "the dump");
  if (value.kind !== "object") return false;
  const given = [...value.entries].find(([name]) => inputNamed(name) === "query")?.[1].value;
  const array = given && arrayOf(given);
  const sumOf = (numbers: Float64Array) => numbers.reduce((sum, one) => sum + one, 0);
  const { data } = probe().query;
  const numbers = array ? numbersOf(array) : [];
  // The numbers of the probe are multiples of 1/8, so their sum is exact.
  return numbers.length === data.length && sumOf(Float64Array.from(numbers)) === sumOf(data);
}

import { type AnySettingTable, nonNegative, type SettingsIn } from "../attention/setting.js";
import { compareArrays, USUAL_TOLERANCE } from "../check/machine/compare-arrays.js";
import { FLOAT_NAMES, type FloatName, parseFloatName } from "../check/machine/float-names.js";
import { listed } from "../errors.js";
import { createOpener, type Files } from "../input/open.js";
import { refuseIn } from "../input/source.js";
import type { ArrayValue } from "../input/value.js";
import { asArray } from "../input/value-axes.js";
import { describeDifference, differenceToJson } from "../render/difference.js";
import { refuse } from "../runs/refuse.js";
import { pick } from "../runs/request.js";
import { setting } from "../setting-names.js";
import { parseWhole } from "./parse-whole.js";
import { showing } from "./showing.js";

const SETTINGS = {
  dtype: {
    value: "<type>",
    help: `in which the arrays were computed: ${FLOAT_NAMES.join(", ")}; the tolerance is that of torch.testing.assert_close`,
    group: "Precision",
    brief: "float32, bfloat16, …: what the arrays were computed in",
    defaultText: "the coarser type of the two files",
    parse: parseFloatName,
  },
  atol: {
    value: "<a>",
    help: "how far numbers may be apart, whatever their size",
    group: "Precision",
    defaultText: "that of the type",
    parse: nonNegative,
  },
  rtol: {
    value: "<r>",
    help: "how far they may be apart besides, times the size of the reference",
    group: "Precision",
    defaultText: "that of the type",
    parse: nonNegative,
  },
} satisfies AnySettingTable;

type DiffSettings = Partial<SettingsIn<typeof SETTINGS>>;

export const diff = showing({
  name: "diff",
  summary: "Two arrays, number by number: where they differ, and how far in units of their type.",
  examples: [
    ["two matrices", "qkv diff '1 2; 3 4' '1 2; 3 4.5'"],
    ["within a tolerance of your own", "qkv diff '1 2; 3 4' '1 2; 3 4.001' --atol 0.01 --rtol 0"],
  ],
  usage: "REFERENCE GOT [options]",
  wordsHelp: "two arrays of one shape: files (ref.npy, dump.npz:o, out.pt), or numbers",
  takesWords: "several",
  settings: SETTINGS,
  offers: async () => [],
  async page(_, values, io, words) {
    const asked = pick(SETTINGS, values) as DiffSettings;
    const [first, second, third] = words;
    if (second === undefined || third !== undefined) {
      refuse(
        "qkv diff compares two arrays.",
        "Name both: qkv diff reference.npy got.npy; of an archive one array: dump.npz:o.",
      );
    }
    const [reference, got] = [await arrayIn(first, io.files), await arrayIn(second, io.files)];
    if (reference.array.shape.join() !== got.array.shape.join()) {
      const message = `${second} is ${got.array.shape.join("×")}, and ${first} is ${reference.array.shape.join("×")}.`;
      refuseIn(second, "SHAPE_MISMATCH", message, "Both need the same axes, each as long.");
    }
    const type = asked.dtype ?? coarser(typeOf(reference), typeOf(got));
    const usual =
      asked.atol === undefined && asked.rtol === undefined ? USUAL_TOLERANCE[type] : { atol: 0, rtol: 0 };
    const tolerance = { atol: asked.atol ?? usual.atol, rtol: asked.rtol ?? usual.rtol };
    const found = compareArrays(reference.array, got.array, { type, tolerance });
    return {
      document: describeDifference(found),
      json: { schema: "qkv/diff/1", reference: first, got: second, ...differenceToJson(found) },
      exitCode: found.wrong === 0 ? 0 : 1,
    };
  },
});

/** The one array that a word names. Throws AMBIGUOUS for a file of several. */
async function arrayIn(word: string, files: Files): Promise<ArrayValue> {
  const source = createOpener(files).open(word, "");
  const value = await parseWhole(source, "the array");
  if (value.kind === "object") {
    const names = [...value.entries.keys()];
    const [only] = names;
    const array = names.length === 1 ? asArray(value.entries.get(only)?.value ?? value) : undefined;
    if (array) return array;
    refuseIn(
      source.name,
      "AMBIGUOUS",
      `it holds several arrays: ${listed(names)}.`,
      `Say which: ${source.name}:${only}.`,
    );
  }
  const array = asArray(value);
  if (array) return array;
  return refuseIn(
    source.name,
    "SHAPE_MISMATCH",
    "it is no array: its rows are not equally long.",
    `Write each row with as many numbers, or give a file: ${setting("dtype")} says its type.`,
  );
}

const typeOf = ({ stored }: ArrayValue): FloatName =>
  FLOAT_NAMES.find((name) => name === stored) ?? "float64";

/** From fine to coarse. */
const coarser = (a: FloatName, b: FloatName): FloatName =>
  FLOAT_NAMES.indexOf(a) > FLOAT_NAMES.indexOf(b) ? a : b;

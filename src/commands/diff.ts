import { type AnySettingTable, nonNegative, type SettingsIn } from "../attention/setting.js";
import { type ArrayDifference, compareArrays, USUAL_TOLERANCE } from "../check/machine/compare-arrays.js";
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
  usage: "REFERENCE GOT [options]  or  FILE [options]",
  wordsHelp:
    "two arrays of one shape: files (ref.npy, dump.npz:o, out.pt), or numbers; of two files of several arrays those of one name, of one file out with out_ref",
  takesWords: "several",
  settings: SETTINGS,
  offers: async () => [],
  async page(_, values, io, words) {
    const asked = pick(SETTINGS, values) as DiffSettings;
    const pairs = await pairsOf(words, io.files);
    const found = pairs.map((pair) => ({ ...pair, found: difference(pair, asked) }));
    const areAll = found.every((one) => one.found.wrong === 0);
    const names = ({ reference, got }: Pair) => ({ reference: reference.name, got: got.name });
    const [first, ...others] = found;
    const json =
      others.length === 0
        ? { ...names(first), ...differenceToJson(first.found) }
        : {
            reference: words[0],
            got: words[1] ?? words[0],
            verdict: areAll ? "agrees" : "differs",
            arrays: found.map((one) => ({ ...names(one), ...differenceToJson(one.found) })),
          };
    return {
      document: {
        blocks: found.flatMap(
          (one) =>
            describeDifference(
              one.found,
              others.length > 0 || words.length === 1 ? nameOfPair(one) : undefined,
            ).blocks,
        ),
      },
      json: { schema: "qkv/diff/1", ...json },
      exitCode: areAll ? 0 : 1,
    };
  },
});

/** An array as it was named, or by its name in a file of several. */
interface Named {
  readonly name: string;
  readonly value: ArrayValue;
}

/** Two arrays that are compared. */
interface Pair {
  readonly reference: Named;
  readonly got: Named;
}

const nameOfPair = ({ reference, got }: Pair): string =>
  got.name === reference.name ? got.name : `${got.name} beside ${reference.name}`;

/** Compares two arrays. Throws SHAPE_MISMATCH. */
function difference({ reference, got }: Pair, { dtype, atol, rtol }: DiffSettings): ArrayDifference {
  const shapes = [reference, got].map(({ value }) => value.array.shape.join("×"));
  if (shapes[0] !== shapes[1]) {
    const message = `${got.name} is ${shapes[1]}, and ${reference.name} is ${shapes[0]}.`;
    refuseIn(got.name, "SHAPE_MISMATCH", message, "Both need the same axes, each as long.");
  }
  const type = dtype ?? coarser(typeOf(reference.value), typeOf(got.value));
  const usual = atol === undefined && rtol === undefined ? USUAL_TOLERANCE[type] : { atol: 0, rtol: 0 };
  const tolerance = { atol: atol ?? usual.atol, rtol: rtol ?? usual.rtol };
  return compareArrays(reference.value.array, got.value.array, { type, tolerance });
}

/** What two words name: an array each, or files of several, of which those of one name are compared. One file alone holds both. */
async function pairsOf(words: readonly string[], files: Files): Promise<readonly Pair[]> {
  const [first, second, third] = words;
  if (first === undefined || third !== undefined) {
    refuse(
      "qkv diff compares two arrays.",
      "Name both: qkv diff reference.npy got.npy; of an archive one array: dump.npz:o.",
    );
  }
  const references = await arraysIn(first, files);
  if (second === undefined) return pairsWithin(first, references);
  const gots = await arraysIn(second, files);
  const [reference, got] = [references[0], gots[0]];
  if (references.length === 1 && gots.length === 1)
    return [{ reference: { ...reference, name: first }, got: { ...got, name: second } }];
  const same = references.flatMap((one) => {
    const other = gots.find(({ name }) => name === one.name);
    return other ? [{ reference: one, got: other }] : [];
  });
  if (same.length > 0) return same;
  const [file, arrays] = references.length > 1 ? [first, references] : [second, gots];
  const message = `it holds several arrays: ${listed(arrays.map(({ name }) => name))}.`;
  return refuseIn(file, "AMBIGUOUS", message, `Say which: ${file}:${arrays[0].name}.`);
}

/** Words that say that an array is what others are compared with. */
const REFERENCE =
  /(?:^|[._-])(?:ref|reference|expected|expect|golden|gold|baseline|base|eager|want)(?=$|[._-])/i;

/** In one file each array whose name says that it is the reference, with the one that is called like it without that word, or the only other one. */
function pairsWithin(file: string, arrays: readonly Named[]): readonly Pair[] {
  const others = arrays.filter(({ name }) => !REFERENCE.test(name));
  const pairs = arrays.flatMap((reference) => {
    if (!REFERENCE.test(reference.name)) return [];
    const plain = reference.name.replace(REFERENCE, "").replace(/^[._-]/, "");
    const alike = others.filter(({ name }) => plain !== "" && name.startsWith(plain));
    const got =
      others.find(({ name }) => name === plain) ??
      (alike.length === 1 ? alike[0] : undefined) ??
      (others.length === 1 ? others[0] : undefined);
    return got ? [{ reference, got }] : [];
  });
  if (pairs.length > 0) return pairs;
  const [one, two] = arrays.map(({ name }) => `${file}:${name}`);
  return refuse(
    "qkv diff compares two arrays.",
    two === undefined ? "Name both: qkv diff reference.npy got.npy." : `Say which: qkv diff ${one} ${two}.`,
  );
}

/** The arrays that a word names: one, or those of a file of several. */
async function arraysIn(word: string, files: Files): Promise<readonly Named[]> {
  const source = createOpener(files).open(word, "");
  const value = await parseWhole(source, "the array");
  if (value.kind === "object") {
    const arrays = Array.from(value.entries, ([name, entry]) => ({ name, value: asArray(entry.value) }));
    const found = arrays.flatMap(({ name, value: array }) => (array ? [{ name, value: array }] : []));
    if (found.length > 0) return found;
  }
  const array = asArray(value);
  if (array) return [{ name: word, value: array }];
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

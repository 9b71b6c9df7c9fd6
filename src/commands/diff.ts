import { nonNegative, type SettingsIn, settingTable, takes } from "../attention/setting.js";
import { compareArrays, USUAL_TOLERANCE } from "../check/machine/compare-arrays.js";
import { FLOAT_NAMES, type FloatName, parseFloatName } from "../check/machine/float-names.js";
import { listed } from "../errors.js";
import { inputNamed } from "../input/names.js";
import { refuseIn } from "../input/source.js";
import type { ArrayValue } from "../input/value.js";
import { describeDifference, differenceToJson } from "../render/difference.js";
import { paragraph } from "../render/document.js";
import { pick } from "../runs/command-spec.js";
import { arraysToCompare, type Compared, type Pair } from "./arrays-to-compare.js";
import { showing } from "./showing.js";

const SETTINGS = settingTable("Precision", {
  dtype: takes(
    "<type>",
    parseFloatName,
    `the type in which the arrays were computed: ${FLOAT_NAMES.join(", ")}; the tolerance is that of torch.testing.assert_close`,
    {
      brief: "the type in which the arrays were computed: float32, …",
      defaultText: "the coarser type of the two files",
    },
  ),
  atol: takes("<a>", nonNegative, "the allowed difference, independent of the size of the numbers", {
    defaultText: "that of the type",
  }),
  rtol: takes("<r>", nonNegative, "a further allowed difference, times the size of the reference", {
    defaultText: "that of the type",
  }),
});

type DiffSettings = Partial<SettingsIn<typeof SETTINGS>>;

export const diff = showing({
  name: "diff",
  summary: "Compares two arrays number by number: where they differ, and by how many units of their type.",
  examples: [
    ["two matrices", "qkv diff '1 2; 3 4' '1 2; 3 4.5'"],
    ["with your own tolerance", "qkv diff '1 2; 3 4' '1 2; 3 4.001' --atol 0.01 --rtol 0"],
  ],
  usage: "REFERENCE GOT [options]  or  FILE [options]",
  wordsHelp:
    "two arrays of the same shape: files (ref.npy, dump.npz:o, out.pt), or numbers. From two files of several arrays, arrays of the same name; from one file, out with out_ref",
  takesWords: "several",
  settings: SETTINGS,
  async page(words, values, io) {
    const asked = pick(SETTINGS, values) as DiffSettings;
    const compared = await arraysToCompare(words, io.files);
    const { pairs, onlyInReference, onlyInGot } = compared;
    const found = pairs.map((pair) => ({ ...pair, found: difference(pair, asked) }));
    const lacking = onlyInReference.filter((name) => inputNamed(name) === undefined);
    const agree = lacking.length === 0 && found.every((one) => one.found.wrong === 0);
    const names = ({ reference, got }: Pair) => ({ reference: reference.name, got: got.name });
    const [first, ...others] = found;
    const isOne = others.length === 0 && onlyInReference.length === 0 && onlyInGot.length === 0;
    const json = isOne
      ? { ...names(first), ...differenceToJson(first.found) }
      : {
          reference: words[0],
          got: words[1] ?? words[0],
          verdict: agree ? "agrees" : "differs",
          arrays: found.map((one) => ({ ...names(one), ...differenceToJson(one.found) })),
          onlyInReference,
          onlyInGot,
        };
    const isNamed = !isOne || words.length === 1;
    return {
      document: [
        ...found.flatMap((one) => describeDifference(one.found, isNamed ? nameOfPair(one) : undefined)),
        ...describeLeft(words, compared, lacking),
      ],
      json: { schema: "qkv/diff/1", ...json },
      exitCode: agree ? 0 : 1,
    };
  },
});

/**
 * Returns lines about the arrays that only one file contains: outputs that are missing, and arrays that were not
 * compared.
 */
function describeLeft(
  [reference, got]: readonly string[],
  { onlyInReference, onlyInGot }: Compared,
  lacking: readonly string[],
) {
  const inputs = onlyInReference.filter((name) => !lacking.includes(name));
  return [
    ...(lacking.length > 0
      ? [paragraph(`✗ ${got} does not contain ${listed(lacking)}, but ${reference} does.`, "wrong")]
      : []),
    ...(inputs.length > 0 ? [paragraph(`Not compared: ${listed(inputs)}, only in ${reference}.`)] : []),
    ...(onlyInGot.length > 0 ? [paragraph(`Not compared: ${listed(onlyInGot)}, only in ${got}.`)] : []),
  ];
}

const nameOfPair = ({ reference, got }: Pair) =>
  got.name === reference.name ? got.name : `${got.name} beside ${reference.name}`;

/** Compares two arrays. Throws SHAPE_MISMATCH. */
function difference({ reference, got }: Pair, { dtype, atol, rtol }: DiffSettings) {
  const shapes = [reference, got].map(({ value }) => value.array.shape.join("×"));
  if (shapes[0] !== shapes[1]) {
    refuseIn(
      got.name,
      "SHAPE_MISMATCH",
      `it is ${shapes[1]}, and ${reference.name} is ${shapes[0]}.`,
      "Both need the same axes with the same lengths.",
    );
  }
  const type = dtype ?? coarser(typeOf(reference.value), typeOf(got.value));
  const usual = atol === undefined && rtol === undefined ? USUAL_TOLERANCE[type] : { atol: 0, rtol: 0 };
  const tolerance = { atol: atol ?? usual.atol, rtol: rtol ?? usual.rtol };
  return compareArrays(reference.value.array, got.value.array, { type, tolerance });
}

const typeOf = ({ stored }: ArrayValue) => FLOAT_NAMES.find((name) => name === stored) ?? "float64";

/** Returns the coarser of two types. FLOAT_NAMES is sorted from fine to coarse. */
const coarser = (a: FloatName, b: FloatName) => (FLOAT_NAMES.indexOf(a) > FLOAT_NAMES.indexOf(b) ? a : b);

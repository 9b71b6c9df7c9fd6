import { listed, refuse, setting } from "../errors.js";
import type { Files } from "../input/open.js";
import { refuseIn } from "../input/source.js";
import { type NamedArray, readArrays } from "../runs/read/read-arrays.js";

/** Two arrays to compare, with the words that name them, or with their names in files of several arrays. */
export interface Pair {
  readonly reference: NamedArray;
  readonly got: NamedArray;
}

/** The pairs to compare, and the arrays that only one of the files contains. */
export interface Compared {
  readonly pairs: readonly Pair[];
  readonly onlyInReference: readonly string[];
  readonly onlyInGot: readonly string[];
}

const ofPairs = (pairs: readonly Pair[]) => ({ pairs, onlyInReference: [], onlyInGot: [] });

/**
 * Returns the arrays that two words name. If both are files of several arrays, arrays with the same name are compared.
 * A single file contains both. Throws USAGE for other words, and AMBIGUOUS for files without a common name.
 */
export async function arraysToCompare(words: readonly string[], files: Files): Promise<Compared> {
  const [first, second, third] = words;
  if (first === undefined || third !== undefined) {
    refuse(
      "qkv diff compares two arrays.",
      "Name both: qkv diff reference.npy got.npy; one array of an archive: dump.npz:o.",
    );
  }
  const references = await arraysIn(first, files);
  if (second === undefined) return ofPairs(pairsWithin(first, references));
  const gots = await arraysIn(second, files);
  const [reference, got] = [references[0], gots[0]];
  if (references.length === 1 && gots.length === 1)
    return ofPairs([{ reference: { ...reference, name: first }, got: { ...got, name: second } }]);
  const same = references.flatMap((one) => {
    const other = gots.find(({ name }) => name === one.name);
    return other ? [{ reference: one, got: other }] : [];
  });
  if (same.length > 0) {
    const names = new Set(same.map(({ reference }) => reference.name));
    const left = (arrays: readonly NamedArray[]) =>
      arrays.flatMap(({ name }) => (names.has(name) ? [] : [name]));
    return { pairs: same, onlyInReference: left(references), onlyInGot: left(gots) };
  }
  const [file, arrays] = references.length > 1 ? [first, references] : [second, gots];
  return refuseIn(
    file,
    "AMBIGUOUS",
    `it contains several arrays: ${listed(arrays.map(({ name }) => name))}.`,
    `Say which: ${file}:${arrays[0].name}.`,
  );
}

/** Words in a name that mark the reference, which the other array is compared with. */
const REFERENCE =
  /(?:^|[._-])(?:ref|reference|expected|expect|golden|gold|baseline|base|eager|want)(?=$|[._-])/i;

/**
 * Pairs the arrays of one file. A reference is recognised by its name. Its partner has the same name without that word,
 * or is the only other array.
 */
function pairsWithin(file: string, arrays: readonly NamedArray[]): readonly Pair[] {
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

/** Reads the arrays that a word names: one array, or those of a file of several. */
async function arraysIn(word: string, files: Files) {
  const { source, arrays } = await readArrays(word, files, "the array", word);
  if (arrays.length > 0) return arrays;
  return refuseIn(
    source.name,
    "SHAPE_MISMATCH",
    "it is not an array: its rows have different lengths.",
    `Give each row the same length, or name a file: ${setting("dtype")} gives its type.`,
  );
}

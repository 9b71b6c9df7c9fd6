import { LANGUAGES, SYMBOLS } from "./drawn-sheets-words.js";
import { LABELLED, LISTS, MARKDOWN, PRINTS, TABLES, type WrittenMatrix } from "./drawn-sheets-writers.js";
import { oneOf, type Random, type Rows } from "./student/work.js";

// How one person writes a sheet: words, numbers, titles and matrices.

/** A way to write a matrix with its title. */
export interface Writer {
  readonly name: string;
  /** Writes the matrix that comes at this place of the sheet, counted from 1. */
  readonly write: (title: string, at: number, matrix: Omit<WrittenMatrix, "between">) => readonly string[];
}

export interface Person {
  readonly language: string;
  /** How this person says each thing. */
  readonly say: Readonly<Record<string, string>>;
  readonly inputs: Writer;
  readonly steps: Writer;
  /** What stands between two numbers. */
  readonly between: string;
  readonly numbers: (rows: Rows) => readonly (readonly string[])[];
}

const BESIDE = ["{title}{colon}", "{title} =", "{at}) {title} ="];
const BELOW = [
  ...["{title}", "{title}{colon}", "{title} =", "({letter}) {title}{colon}", "{step} {at}{colon} {title}"],
  ...["**{title}**", "## {title}", "{at}. {title}", "--- {title} ---"],
];

/** Puts values into a text: {d} is that of d. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);

/** Draws a person who writes the work of keys with d columns. */
export function drawPerson(random: Random, d: number): Person {
  const language = oneOf(random, ["English", oneOf(random, Object.keys(LANGUAGES))]);
  const [family, k] = [oneOf(random, [LISTS, TABLES, LABELLED, MARKDOWN, PRINTS]), oneOf(random, [2, 3, 4])];
  const isPrint = family === PRINTS;
  const hasCommas = !isPrint && !["English", "Chinese"].includes(language) && random() < 0.5;
  const minus = isPrint ? "-" : oneOf(random, ["-", "−"]);
  const infinity = isPrint ? "-inf" : oneOf(random, ["-inf", `${minus}∞`]);
  const between = hasCommas ? "; " : ", ";
  const written = (text: string) => (hasCommas ? text.replace(".", ",") : text).replace("-", minus);
  const values = { d, k, root: written(Math.sqrt(d).toFixed(3)) };
  const taste = random();
  const words: Readonly<Record<string, string>> = LANGUAGES[language];
  const sayings = Object.keys({ ...SYMBOLS, ...words }).map((key) => {
    const ways = [words[key], SYMBOLS[key]].flatMap((text) => text?.split(" | ") ?? []);
    const way = key in words ? oneOf(random, ways) : ways[Math.floor(taste * ways.length)];
    return [key, filled(way, values)];
  });
  const say = Object.fromEntries(sayings);
  const drawWriter = (writers: typeof TABLES): Writer => {
    const [name, write] = oneOf(random, Object.entries(writers));
    const titled = oneOf(random, writers === LISTS ? BESIDE : BELOW);
    return {
      name,
      write(title, at, matrix) {
        const lines = write({ ...matrix, between });
        const head = filled(titled, { ...say, title, at, letter: String.fromCharCode(96 + at) });
        return writers === LISTS ? [`${head} ${lines[0]}`] : [head, ...lines];
      },
    };
  };
  const steps = drawWriter(family);
  return {
    ...{ language, say, between, steps, inputs: oneOf(random, [steps, drawWriter(LISTS)]) },
    numbers(rows) {
      const isWhole = rows.flat().every((cell) => Number.isInteger(cell) || !Number.isFinite(cell));
      const rounded = (cell: number) => (isWhole ? `${cell}` : cell.toFixed(k).replace(/^-(?=[0.]+$)/, ""));
      return rows.map((row) =>
        row.map((cell) => (Number.isFinite(cell) ? written(rounded(cell)) : infinity)),
      );
    },
  };
}

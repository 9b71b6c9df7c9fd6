import type { Rows } from "./homework.js";
import { names, padded, pointed, sizes } from "./text-layouts.js";
import { WRITTEN_FORMS } from "./written-forms.js";

// Matrices in every form that is read as text, and the slips that damage such a text.

interface TextForm {
  readonly name: string;
  write(rows: Rows): string;
}

const sum = (row: readonly number[]) => Number(row.reduce((all, value) => all + value, 0).toFixed(4));

/** Forms that the crossings do not try: with margins, notes, or lines about the rows. */
const FURTHER_FORMS: readonly TextForm[] = [
  {
    name: "qkv table",
    write: (rows) =>
      [
        `Scores  (${rows.length}×${rows[0].length}, query × key)`,
        `     ${names(rows[0].length)
          .map((name) => name.padStart(8))
          .join("")}       Σ`,
        "─".repeat(5 + 8 * (rows[0].length + 1)),
        ...rows.map(
          (row, at) => `w${at}x  ${[...row, sum(row)].map((value) => String(value).padStart(8)).join("")}`,
        ),
      ].join("\n"),
  },
  {
    name: "pandas frame with its size",
    write: (rows) =>
      [
        `   ${names(rows[0].length)
          .map((name) => name.padStart(7))
          .join("")}`,
        ...rows.map((row, at) => `${at}  ${row.map((value) => pointed(value).padStart(7)).join("")}`),
        "",
        `[${rows.length} rows x ${rows[0].length} columns]`,
      ].join("\n"),
  },
  {
    name: "rows with notes",
    write: (rows) => rows.map((row, at) => `${row.join(" ")}  # ${at === 0 ? "first" : "next"}`).join("\n"),
  },
  { name: "rows in brackets", write: (rows) => rows.map((row) => `[${row.join(", ")}]`).join("\n") },
  {
    name: "LaTeX tabular with names",
    write: (rows) =>
      [
        `\\begin{tabular}{l${"r".repeat(rows[0].length)}}`,
        ` & ${names(rows[0].length).join(" & ")} \\\\ \\hline`,
        ...rows.map((row, at) => `w${at}x & ${row.join(" & ")} \\\\`),
        "\\end{tabular}",
      ].join("\n"),
  },
  {
    name: "torch tensor with a factor",
    write: (rows) =>
      `tensor(1.00000e+02 *\n       [${rows.map((row) => `[${row.map((value) => (value / 100).toFixed(6)).join(", ")}]`).join(",\n        ")}])`,
  },
  {
    name: "wrapped NumPy print",
    write: (rows) =>
      `[${rows.map((row) => `[${row.map((value) => pointed(value)).join("\n  ")}]`).join("\n ")}]`,
  },
  {
    name: "array at a prompt",
    write: (rows) => `>>> q\narray([${rows.map((row) => `[${row.join(", ")}]`).join(",\n       ")}])\n>>> `,
  },
  {
    name: "Octave display in columns",
    write: (rows) =>
      `q =\n\n${rows[0]
        .map((_, col) => ` Column ${col + 1}:\n\n${padded(rows.map((row) => [row[col]])).join("\n")}\n`)
        .join("\n")}`,
  },
  {
    name: "np.savetxt",
    write: (rows) => rows.map((row) => row.map((value) => value.toExponential(6)).join(" ")).join("\n"),
  },
  {
    name: "C literal over lines",
    write: (rows) =>
      `float q${sizes(rows)} = {\n${rows.map((row) => `  {${row.map((value) => `${pointed(value)}f`).join(", ")}},`).join("\n")}\n};`,
  },
  {
    name: "MATLAB literal over lines",
    write: (rows) => `q = [\n${rows.map((row) => `  ${row.join(" ")}`).join("\n")}\n];`,
  },
  {
    name: "MySQL table",
    write: (rows) => {
      const rule = `+${rows[0].map(() => "---------+").join("")}`;
      const line = (cells: readonly string[]) => `|${cells.map((cell) => ` ${cell.padStart(7)} |`).join("")}`;
      return [
        rule,
        line(names(rows[0].length)),
        rule,
        ...rows.map((row) => line(row.map(String))),
        rule,
      ].join("\n");
    },
  },
  {
    name: "LaTeX over lines",
    write: (rows) =>
      `\\begin{bmatrix}\n${rows.map((row) => `  ${row.join(" & ")}`).join(" \\\\\n")}\n\\end{bmatrix}`,
  },
  {
    name: "R vector",
    write: (rows) => ` [1] ${rows.flat().join(" ")}`,
  },
  {
    name: "pandas Series",
    write: (rows) => `${rows.map(([first], at) => `${at}   ${pointed(first)}`).join("\n")}\ndtype: float64`,
  },
  {
    name: "fractions",
    write: (rows) =>
      rows.map((row) => row.map((value) => `${Math.trunc(value)}/${row.length + 1}`).join(" ")).join("\n"),
  },
];

export const TEXT_FORMS: readonly TextForm[] = [
  ...WRITTEN_FORMS.filter(({ isOutOfOrder }) => !isOutOfOrder).flatMap(({ name, write }) => {
    const text = write([[1]]);
    return typeof text === "string" ? [{ name, write: (rows: Rows) => String(write(rows)) }] : [];
  }),
  ...FURTHER_FORMS,
];

/** What is typed, printed or pasted by accident. */
const INSERTED = Array.from("0123456789 \n\t,;:.'\"|&[](){}+-*/^=#%eExj_~<·−–—…×√½٫，１Olı\u00a0\u200b");

/** Signs that look alike, or that people mix up. */
const ALIKE: Readonly<Record<string, string>> = {
  ...{
    ",": ";.",
    ";": ",:",
    ".": ",·",
    "-": "−–—",
    "−": "-",
    " ": "\u00a0\t,",
    "\n": " ,",
    "|": "l│I",
    "│": "|",
  },
  ...{
    "0": "O",
    "1": "lI",
    "[": "({",
    "]": ")}",
    "(": "[",
    ")": "]",
    "{": "[",
    "}": "]",
    "&": " ",
    "\\": "/",
  },
};

/** Draws matrices in all forms, each damaged once or twice. The same `random` gives the same ones. */
export function createDamager(random: () => number) {
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];

  const matrix = (): Rows => {
    const [rows, cols] = [1 + below(4), 1 + below(4)];
    return Array.from({ length: rows }, () => Array.from({ length: cols }, number));
  };

  /** A few decimals, and a sign now and then, as homework has them. */
  function number(): number {
    const size = pick([10, 100, 1000]);
    const value = Number((random() * size).toFixed(pick([0, 0, 1, 2])));
    return below(4) === 0 && value !== 0 ? -value : value;
  }

  const damages: readonly ((signs: string[]) => void)[] = [
    (signs) => signs.splice(below(signs.length), 1),
    (signs) => signs.splice(below(signs.length), 1 + below(4)),
    (signs) => {
      const at = below(signs.length);
      signs.splice(at, 0, signs[at] ?? "");
    },
    (signs) => signs.splice(below(signs.length + 1), 0, pick(INSERTED)),
    (signs) => signs.splice(below(signs.length + 1), 0, pick(["-", "+", "−", "–", "\n", "\n  ", "  "])),
    (signs) => {
      const places = signs.flatMap((sign, at) => (sign in ALIKE ? [at] : []));
      if (places.length === 0) return;
      const at = pick(places);
      signs[at] = pick(Array.from(ALIKE[signs[at]]));
    },
    // Replaces all signs of a kind, as a program does.
    (signs) => {
      const from = pick([",", ".", " ", ";", "-", "\t", "\n"]);
      const to = pick(Array.from(ALIKE[from] ?? " "));
      signs.splice(0, signs.length, ...signs.map((sign) => (sign === from ? to : sign)));
    },
    (signs) => changeLines(signs, (lines) => lines.splice(below(lines.length), 1)),
    (signs) => changeLines(signs, (lines) => lines.splice(below(lines.length), 0, pick(lines))),
    // Joins two lines, as when a line break was lost in an e-mail.
    (signs) =>
      changeLines(signs, (lines) => {
        const at = below(lines.length);
        lines.splice(at, 2, lines.slice(at, at + 2).join(""));
      }),
    // Cuts columns off at one side, as when they were not selected.
    (signs) => {
      const at = below(30);
      changeLines(signs, (lines) =>
        lines.forEach((line, index) => {
          lines[index] = line.slice(0, at);
        }),
      );
    },
    (signs) => {
      const at = below(12);
      changeLines(signs, (lines) =>
        lines.forEach((line, index) => {
          lines[index] = line.slice(at);
        }),
      );
    },
    // Swaps two signs.
    (signs) => {
      const at = below(signs.length);
      signs.splice(at, 2, ...signs.slice(at, at + 2).reverse());
    },
    // Repeats the text, or puts it into itself.
    (signs) => {
      const from = below(signs.length);
      signs.splice(below(signs.length + 1), 0, ...signs.slice(from, from + below(20)));
    },
    (signs) => signs.splice(below(signs.length)),
    (signs) => signs.splice(0, below(signs.length)),
  ];

  return function damaged(): { readonly form: string; readonly text: string } {
    const { name, write } = pick(TEXT_FORMS);
    const signs = Array.from(write(matrix()));
    for (let count = 1 + below(2); count > 0; count--) pick(damages)(signs);
    return { form: name, text: signs.join("") };
  };
}

function changeLines(signs: string[], change: (lines: string[]) => void): void {
  const lines = signs.join("").split("\n");
  change(lines);
  signs.splice(0, signs.length, ...Array.from(lines.join("\n")));
}

/** A matrix on a sheet: the name of the input or the key of the step, and its cells as they are written. */
export interface Block {
  readonly key: string;
  readonly rows: readonly (readonly string[])[];
}

/** The work of a person, as it is written. */
export interface Work {
  readonly tokens: readonly string[];
  /** Empty if the sheet does not contain its problem. */
  readonly inputs: readonly Block[];
  readonly steps: readonly Block[];
}

/** A form in which people write a sheet. */
export interface SheetForm {
  readonly name: string;
  /** Whether sheets without the problem have this form, too. */
  readonly isAloneToo: boolean;
  write(work: Work): string;
}

type Rows = Block["rows"];

const SYMBOLS: Readonly<Record<string, string>> = {
  query: "Q",
  key: "K",
  value: "V",
  scores: "S",
  "scaled-scores": "S'",
  weights: "A",
  output: "O",
};

const TITLES: Readonly<Record<string, string>> = {
  query: "Queries Q",
  key: "Keys K",
  value: "Values V",
  scores: "Scores QK^T",
  "scaled-scores": "Scaled scores",
  weights: "Attention weights (after softmax)",
  output: "Output",
};

const LANGUAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  German: {
    query: "Q",
    key: "K",
    value: "V",
    scores: "Skalarprodukte",
    "scaled-scores": "Skaliert (geteilt durch √2)",
    weights: "Gewichte",
    output: "Ergebnis",
  },
  French: {
    query: "Q",
    key: "K",
    value: "V",
    scores: "Produits scalaires",
    "scaled-scores": "Divisés par √2",
    weights: "Poids d'attention",
    output: "Sortie",
  },
  Spanish: {
    query: "Q",
    key: "K",
    value: "V",
    scores: "Puntuaciones",
    "scaled-scores": "Puntuaciones escaladas",
    weights: "Pesos",
    output: "Salida",
  },
  Italian: {
    query: "Q",
    key: "K",
    value: "V",
    scores: "Punteggi",
    "scaled-scores": "Punteggi scalati",
    weights: "Pesi",
    output: "Uscita",
  },
  Chinese: {
    query: "Q",
    key: "K",
    value: "V",
    scores: "注意力分数",
    "scaled-scores": "缩放后",
    weights: "注意力权重",
    output: "输出",
  },
};

const spaced = (rows: Rows) => rows.map((row) => row.join(" ")).join("\n");
const listed = (rows: Rows) => `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
const all = ({ inputs, steps }: Work): readonly Block[] => [...inputs, ...steps];

/** Each block under its title. */
const titled =
  (titles: Readonly<Record<string, string>>, write: (rows: Rows, title: string, key: string) => string) =>
  (work: Work): string =>
    all(work)
      .map(({ key, rows }) => write(rows, titles[key], key))
      .join("\n\n");

const form = (name: string, write: SheetForm["write"], isAloneToo = true): SheetForm => ({
  name,
  isAloneToo,
  write,
});

const rowNames = (work: Work, key: string): readonly string[] =>
  key === "query" || key === "key" || key === "value" || work.tokens.length > 0 ? work.tokens : [];

function markdown(work: Work): string {
  return all(work)
    .map(({ key, rows }) => {
      const width = rows[0].length;
      const head = `| |${Array.from({ length: width }, (_, at) => ` ${at} |`).join("")}`;
      const rule = `|---|${"---:|".repeat(width)}`;
      const lines = rows.map((row, at) => `| ${rowNames(work, key)[at]} | ${row.join(" | ")} |`);
      return [`**${TITLES[key]}**`, "", head, rule, ...lines].join("\n");
    })
    .join("\n\n");
}

function numbered(work: Work): string {
  return all(work)
    .map(({ key, rows }, at) => `${at + 1}. ${TITLES[key]}\n${spaced(rows)}`)
    .join("\n");
}

const pmatrix = (rows: Rows) =>
  `\\begin{pmatrix} ${rows.map((row) => row.join(" & ")).join(" \\\\ ")} \\end{pmatrix}`;

const LATEX: Readonly<Record<string, string>> = {
  query: "Q",
  key: "K",
  value: "V",
  scores: "QK^\\top",
  "scaled-scores": "\\frac{QK^\\top}{\\sqrt{2}}",
  weights: "A = \\mathrm{softmax}\\left(\\frac{QK^\\top}{\\sqrt{2}}\\right)",
  output: "AV",
};

function align(work: Work): string {
  const lines = all(work).map(({ key, rows }) => `${LATEX[key]} &= ${pmatrix(rows)} \\\\`);
  return `\\begin{align*}\n${lines.join("\n")}\n\\end{align*}`;
}

/** Writes the rows of a block one by one: `q1 = (1, 0)`. */
function byRow(work: Work): string {
  const letters: Readonly<Record<string, string>> = {
    query: "q",
    key: "k",
    value: "v",
    scores: "s",
    "scaled-scores": "s'",
    weights: "α",
    output: "o",
  };
  return all(work)
    .map(({ key, rows }) =>
      rows.map((row, at) => `${letters[key]}${at + 1} = (${row.join(", ")})`).join("\n"),
    )
    .join("\n\n");
}

/** All steps of a token together. */
function perToken(work: Work): string {
  const given = work.inputs.map(({ key, rows }) => `${SYMBOLS[key]} = ${listed(rows)}`).join("\n");
  const tokens = work.steps[0].rows.map((_, at) => {
    const lines = work.steps.map(({ key, rows }) => `  ${TITLES[key]}: ${rows[at].join(", ")}`);
    return `Token ${at + 1} (${work.tokens[at]})\n${lines.join("\n")}`;
  });
  return [given, ...tokens].join("\n\n");
}

const SENTENCES: Readonly<Record<string, string>> = {
  query: "The queries are",
  key: "the keys are",
  value: "and the values are",
  scores: "I took the dot products of queries and keys, which gives the scores",
  "scaled-scores": "Then I divided by √2 and got",
  weights: "After the softmax the weights are",
  output: "Finally I multiplied with V and the output is",
};

const prose = (work: Work) =>
  all(work)
    .map(({ key, rows }) => `${SENTENCES[key]} ${rows.map((row) => `(${row.join(", ")})`).join(", ")}.`)
    .join("\n");

function sideBySide(work: Work): string {
  const table = (blocks: readonly Block[]) => {
    if (blocks.length === 0) return "";
    const height = Math.max(...blocks.map(({ rows }) => rows.length));
    const head = blocks.map(({ key, rows }) => [TITLES[key], ...rows[0].slice(1).map(() => "")].join("\t"));
    const lines = Array.from({ length: height }, (_, at) =>
      blocks.map(({ rows }) => (rows[at] ?? rows[0].map(() => "")).join("\t")).join("\t\t"),
    );
    return [head.join("\t\t"), ...lines].join("\n");
  };
  return [table(work.inputs), table(work.steps)].filter((text) => text !== "").join("\n\n");
}

function beside(work: Work): string {
  const groups = [work.inputs, work.steps.slice(0, 2), work.steps.slice(2)];
  return groups
    .filter((blocks) => blocks.length > 0)
    .map((blocks) => {
      const widths = blocks.map(({ key, rows }) =>
        Math.max(SYMBOLS[key].length, ...rows.map((row) => row.join(" ").length)),
      );
      const line = (texts: readonly string[]) =>
        texts
          .map((text, at) => text.padEnd(widths[at]))
          .join("     ")
          .trimEnd();
      const height = Math.max(...blocks.map(({ rows }) => rows.length));
      return [
        line(blocks.map(({ key }) => SYMBOLS[key])),
        ...Array.from({ length: height }, (_, at) =>
          line(blocks.map(({ rows }) => rows[at]?.join(" ") ?? "")),
        ),
      ].join("\n");
    })
    .join("\n\n");
}

/** A dot product written out for each cell of the scores. */
function withWorking(work: Work): string {
  const rows = (key: string) => work.steps.find((block) => block.key === key)?.rows ?? [];
  const given = work.inputs.map(({ key, rows: cells }) => `${SYMBOLS[key]} = ${listed(cells)}`);
  const dots = rows("scores").flatMap((row, at) =>
    row.map((cell, col) => `q${at + 1}·k${col + 1} = ${cell} + 0 = ${cell}`),
  );
  const others = work.steps
    .filter(({ key }) => key !== "scores")
    .map(({ key, rows: cells }) => `${TITLES[key]}:\n${spaced(cells)}`);
  return [...given, "Scores:", ...dots, "", ...others].join("\n");
}

const wrongRows = (rows: Rows): Rows =>
  rows.map((row) => row.map((cell) => (cell === "0.11" ? "0.13" : "0.11")));

function twoAttempts(work: Work): string {
  return all(work)
    .map(({ key, rows }) => {
      const text = `${TITLES[key]}:\n${spaced(rows)}`;
      return key === "weights"
        ? `${TITLES[key]}:\n${spaced(wrongRows(rows))}\n\nNo, again. Weights:\n${spaced(rows)}`
        : text;
    })
    .join("\n\n");
}

function struckOut(work: Work): string {
  return all(work)
    .map(({ key, rows }) => {
      const gone =
        key === "weights"
          ? wrongRows(rows)
              .map((row) => `~~${row.join(" ")}~~\n`)
              .join("")
          : "";
      return `${TITLES[key]}:\n${gone}${spaced(rows)}`;
    })
    .join("\n\n");
}

const withNotes = titled(TITLES, (rows, title) => {
  const lines = rows.map((row, at) => `${row.join("  ")}   # row ${at + 1}, see page ${at + 2}`);
  return `${title}:\n${lines.join("\n")}`;
});

/** Writes the numbers below each other, without names. */
const nameless = (work: Work) =>
  all(work)
    .map(({ rows }) => spaced(rows))
    .join("\n\n");

function notebook(work: Work): string {
  const given = work.inputs.map(({ key, rows }) => `${SYMBOLS[key]} = np.array(${listed(rows)})`);
  const code: Readonly<Record<string, string>> = {
    scores: "scores = Q @ K.T\nscores",
    "scaled-scores": "scaled = scores / np.sqrt(2)\nscaled",
    weights: "weights = softmax(scaled)\nweights",
    output: "output = weights @ V\noutput",
  };
  const cells = work.steps.map(({ key, rows }) => {
    const printed = rows.map((row) => `[${row.join(", ")}]`).join(",\n       ");
    return `${code[key]}\narray([${printed}])`;
  });
  return [given.join("\n"), ...cells].filter((cell) => cell !== "").join("\n\n");
}

const printed = (rows: Rows) => `[${rows.map((row) => `[${row.join(" ")}]`).join("\n ")}]`;

function counted(work: Work): string {
  return all(work)
    .map(({ key, rows }) => {
      const head = `    ${rows[0].map((_, at) => at).join("   ")}`;
      return [`${TITLES[key]}:`, head, ...rows.map((row, at) => `${at}   ${row.join("   ")}`)].join("\n");
    })
    .join("\n\n");
}

const withSums = titled(TITLES, (rows, title, key) => {
  if (key !== "weights") return `${title}\n${spaced(rows)}`;
  const lines = rows.map(
    (row) => `${row.join(" ")} | ${row.reduce((sum, cell) => sum + Number(cell), 0).toFixed(2)}`,
  );
  return `${title}\n${lines.join("\n")}`;
});

const flat = titled(TITLES, (rows, title) => `${title}: ${rows.flat().join(", ")}`);

const boxed = titled(TITLES, (rows, title) => {
  const wall = `+${rows[0].map(() => "--------+").join("")}`;
  const lines = rows.map((row) => `|${row.map((cell) => ` ${cell.padStart(6)} |`).join("")}`);
  return [title, wall, ...lines, wall].join("\n");
});

const misspelt: Readonly<Record<string, string>> = {
  query: "Q",
  key: "K",
  value: "V",
  scores: "Scroes",
  "scaled-scores": "Scaled scroes",
  weights: "Attention wieghts",
  output: "Outptu",
};

const withPercents = titled(TITLES, (rows, title, key) => {
  const cells = key === "weights" ? rows.map((row) => row.map((cell) => `${percent(cell)}%`)) : rows;
  return `${title}\n${spaced(cells)}`;
});

const percent = (cell: string) => String(Math.round(Number(cell) * 1e4) / 100);

/** The letter O for a zero, l for a one, as a scanner reads them. */
const scanned = titled(TITLES, (rows, title) => {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/^0\./, "O.").replace(/^1\./, "l.")));
  return `${title}\n${spaced(cells)}`;
});

const comma = (text: string) => text.replace(/(\d)\.(\d)/g, "$1,$2");

/** The titles of sheets with one token per column, where everything is transposed: Kᵀ Q, and V times the weights. */
const COLUMN_TITLES: Readonly<Record<string, string>> = {
  query: "Q = W_Q X",
  key: "K = W_K X",
  value: "V = W_V X",
  scores: "K^T Q",
  "scaled-scores": "scaled by 1/sqrt(2)",
  weights: "softmax of each column",
  output: "Z = V A",
};

const transposed = (rows: Rows): Rows => rows[0].map((_, col) => rows.map((row) => row[col]));

const PRODUCT_TITLES: Readonly<Record<string, string>> = {
  ...TITLES,
  query: "Q = X W_Q",
  key: "K = X W_K",
  value: "V = X W_V",
};

const rowsOf = (work: Work) => (key: string) => all(work).find((block) => block.key === key)?.rows ?? [];

/** Each row of the output with its terms below a title of their own: `0.5 * [2, 8] = [1, 4]`. */
function termByTerm(work: Work): string {
  const [values, weights, output] = ["value", "weights", "output"].map(rowsOf(work));
  const terms = weights.map((row, at) => {
    const lines = row.map((weight, key) => {
      const product = (values[key] ?? []).map((cell) => String(Number(weight) * Number(cell)));
      return `${key + 1}: ${weight} * [${values[key]?.join(", ")}] = [${product.join(", ")}]`;
    });
    return `Weighted values for query ${at + 1}:\n${lines.join("\n")}\nOutput ${at + 1}: [${output[at].join(", ")}]`;
  });
  const others = { ...work, steps: work.steps.filter(({ key }) => key !== "output") };
  return [titled(TITLES, (rows, title) => `${title}:\n${spaced(rows)}`)(others), ...terms].join("\n\n");
}

/** The inputs as usual, and then each query by itself. */
const queryByQuery =
  (write: (at: number, rows: ReturnType<typeof rowsOf>) => string) =>
  (work: Work): string => {
    const rows = rowsOf(work);
    const inputs = titled(TITLES, (cells, title) => `${title}:\n${spaced(cells)}`)({ ...work, steps: [] });
    return [inputs, ...rows("output").map((_, at) => write(at, rows))].join("\n\n");
  };

const tablesWithSums = queryByQuery((at, rows) => {
  const columns = ["scores", "scaled-scores", "weights"].map((key) => rows(key)[at] ?? []);
  const lines = columns[0].map((_, key) => `| ${key + 1} | ${columns.map((row) => row[key]).join(" | ")} |`);
  const head = "| key | q·k | /√2 | weight |\n|---|---|---|---|";
  return `Query ${at + 1}\n\n${head}\n${lines.join("\n")}\n| sum | | | 1 |\n\nOutput: (${rows("output")[at].join(", ")})`;
});

const withArrows = queryByQuery((at, rows) => {
  const [scores, scaled, weights, output] = ["scores", "scaled-scores", "weights", "output"].map((key) =>
    (rows(key)[at] ?? []).join(", "),
  );
  return `q${at + 1}: scores ${scores} -> divided by sqrt 2: ${scaled} -> softmax: ${weights} -> z${at + 1} = (${output})`;
});

/** All forms. Those for "problem" only are sheets that contain their own problem. */
export const SHEET_FORMS: readonly SheetForm[] = [
  form(
    "lists in brackets",
    titled(SYMBOLS, (rows, title) => `${title} = ${listed(rows)}`),
  ),
  form(
    "rows below titles",
    titled(TITLES, (rows, title) => `${title}:\n${spaced(rows)}`),
  ),
  form("Markdown tables with names", markdown),
  form("numbered steps", numbered),
  form(
    "LaTeX matrices",
    titled(LATEX, (rows, title) => `$$${title} = ${pmatrix(rows)}$$`),
  ),
  form("LaTeX align", align),
  form(
    "a token per column",
    titled(COLUMN_TITLES, (rows, title) => `${title}\n${spaced(transposed(rows))}`),
  ),
  form(
    "queries as products",
    titled(PRODUCT_TITLES, (rows, title) => `${title}\n${spaced(rows)}`),
  ),
  form("the terms of each row of the output", termByTerm),
  form("a table a query, with sums", tablesWithSums),
  form("arrows from step to step", withArrows),
  form(
    "semicolons between rows",
    titled(SYMBOLS, (rows, title) => `${title} = ${rows.map((row) => row.join(" ")).join("; ")}`),
  ),
  form(
    "CSV blocks",
    titled(
      TITLES,
      (rows, title) =>
        `${title}${",".repeat(rows[0].length - 1)}\n${rows.map((row) => row.join(",")).join("\n")}`,
    ),
  ),
  form("blocks beside each other in a spreadsheet", sideBySide),
  form("blocks beside each other in text", beside),
  form("German, decimal commas", (work) =>
    comma(titled(LANGUAGES.German, (rows, title) => `${title}:\n${spaced(rows)}`)(work)),
  ),
  form("lists with decimal commas", (work) =>
    comma(
      titled(
        LANGUAGES.German,
        (rows, title) => `${title}: ${rows.map((row) => `[${row.join(", ")}]`).join("; ")}`,
      )(work),
    ),
  ),
  form("lists that were pasted, beside decimal commas", (work) => {
    const pasted = titled(SYMBOLS, (rows, title) => `${title} = ${listed(rows).replaceAll(", ", ",")}`);
    const given = pasted({ ...work, steps: [] });
    const written = titled(LANGUAGES.German, (rows, title) => `${title}:\n${spaced(rows)}`);
    return `${given}\n\n${comma(written({ ...work, inputs: [] }))}`;
  }),
  form(
    "French",
    titled(LANGUAGES.French, (rows, title) => `${title} :\n${spaced(rows)}`),
  ),
  form(
    "Spanish",
    titled(LANGUAGES.Spanish, (rows, title) => `${title}\n${spaced(rows)}`),
  ),
  form(
    "Italian",
    titled(LANGUAGES.Italian, (rows, title) => `${title}:\n${spaced(rows)}`),
  ),
  form(
    "Chinese",
    titled(LANGUAGES.Chinese, (rows, title) => `${title}：\n${spaced(rows)}`),
  ),
  form("one row a line with its letter", byRow),
  form("all steps of a token together", perToken),
  form("sentences", prose),
  form("arithmetic of each score", withWorking),
  form("two attempts", twoAttempts),
  form("struck out", struckOut),
  form("notes behind rows", withNotes),
  form("no names", nameless),
  form("a notebook as text", notebook),
  form(
    "NumPy prints",
    titled(SYMBOLS, (rows, title) => `${title} =\n${printed(rows)}`),
  ),
  form("rows and columns counted", counted),
  form("sums behind the weights", withSums),
  form("one line a step", flat, true),
  form("drawn boxes", boxed),
  form(
    "misspelt names",
    titled(misspelt, (rows, title) => `${title}\n${spaced(rows)}`),
  ),
  form("percent", withPercents),
  form("scanned letters", scanned),
  form(
    "quoted in a mail",
    (work) =>
      `On Monday Ada wrote:\n${titled(TITLES, (rows, title) => `${title}\n${spaced(rows)}`)(work).replace(/^/gm, "> ")}`,
  ),
  form(
    "bullets",
    titled(TITLES, (rows, title) => `- ${title}\n${rows.map((row) => `  - ${row.join(", ")}`).join("\n")}`),
  ),
  form(
    "bars around rows",
    titled(SYMBOLS, (rows, title) => `${title}:\n${rows.map((row) => `| ${row.join("  ")} |`).join("\n")}`),
  ),
  form("names before rows", (work) =>
    all(work)
      .map(
        ({ key, rows }) =>
          `${TITLES[key]}\n${rows.map((row, at) => `${work.tokens[at]}: ${row.join(" ")}`).join("\n")}`,
      )
      .join("\n\n"),
  ),
  form(
    "headings and a date",
    (work) =>
      `# Homework 3\nAda Lovelace, 10.12.2024, student 1234567\n\n${titled(TITLES, (rows, title) => `## ${title}\n\n${spaced(rows)}`)(work)}\n\nScore: 9/10`,
  ),
  form(
    "YAML",
    titled(SYMBOLS, (rows, title) => `${title}:\n${rows.map((row) => `  - [${row.join(", ")}]`).join("\n")}`),
  ),
];

/** A problem whose answer is computed here, without qkv. */
export interface WorkedProblem {
  readonly tokens: readonly string[];
  readonly query: readonly (readonly number[])[];
  readonly key: readonly (readonly number[])[];
  readonly value: readonly (readonly number[])[];
}

/** Square and other shapes, with negative numbers. */
export const WORKED_PROBLEMS: readonly WorkedProblem[] = [
  {
    tokens: ["please", "study", "man"],
    query: [
      [1, 0],
      [2, 2],
      [2, 1],
    ],
    key: [
      [1, 0],
      [0, 1],
      [2, 0],
    ],
    value: [
      [1, 0],
      [0, 1],
      [2, 2],
    ],
  },
  {
    tokens: ["the", "cat", "sat", "down"],
    query: [
      [1, 2],
      [0, 1],
      [3, 1],
      [-1, 2],
    ],
    key: [
      [1, 1],
      [0, 2],
      [-2, 1],
      [2, 0],
    ],
    value: [
      [1, 0, 2],
      [3, 1, 0],
      [0, 2, -1],
      [1, 1, 1],
    ],
  },
];

const dot = (one: readonly number[], other: readonly number[]) =>
  one.reduce((sum, value, at) => sum + value * other[at], 0);

/** The steps of scaled dot-product attention, computed exactly and rounded only when they are written. */
function stepsOf({
  query,
  key,
  value,
}: WorkedProblem): Readonly<Record<string, readonly (readonly number[])[]>> {
  const scores = query.map((row) => key.map((other) => dot(row, other)));
  const scaled = scores.map((row) => row.map((score) => score / Math.sqrt(query[0].length)));
  const weights = scaled.map((row) => {
    const sum = row.reduce((total, score) => total + Math.exp(score), 0);
    return row.map((score) => Math.exp(score) / sum);
  });
  const output = weights.map((row) =>
    value[0].map((_, col) =>
      dot(
        row,
        value.map((cells) => cells[col]),
      ),
    ),
  );
  return { scores, "scaled-scores": scaled, weights, output };
}

/** Writes a sheet of a problem, with or without its inputs. A wrong sheet has one wrong weight and one wrong output. */
export function workOf(
  problem: WorkedProblem,
  { isWrong, hasInputs }: { isWrong: boolean; hasInputs: boolean },
): Work {
  const { tokens, query, key, value } = problem;
  const given: Readonly<Record<string, readonly (readonly number[])[]>> = { query, key, value };
  const written = (rows: readonly (readonly number[])[], digits: number) =>
    rows.map((row) => row.map((cell) => cell.toFixed(digits)));
  const steps = Object.entries(stepsOf(problem)).map(([name, rows]) => {
    const cells = written(rows, name === "scores" ? 0 : 2);
    if (isWrong && name === "weights") cells[1][0] = "0.41";
    if (isWrong && name === "output") cells[0][1] = "3.17";
    return { key: name, rows: cells };
  });
  const inputs = Object.entries(given).map(([name, rows]) => ({ key: name, rows: written(rows, 0) }));
  return { tokens, steps, inputs: hasInputs ? inputs : [] };
}

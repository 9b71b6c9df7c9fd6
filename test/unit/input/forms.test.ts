import { describe, expect, it } from "vitest";
import { placeOf, read, refusal } from "./fake-reading.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** Text in a file of this name, the matrix it is, and how the notice says it was read. */
type Form = readonly [
  what: string,
  file: string,
  text: string,
  matrix: readonly (readonly number[])[],
  how: string,
];

const SQUARE = [
  [1, 2],
  [3, 4],
];

const FORMS: readonly Form[] = [
  ["a JSON list of rows", "q.json", "[[1, 2], [3, 4]]", SQUARE, "JSON"],
  ["JSON over several lines", "q.json", "[\n  [1, 2],\r\n  [3, 4]\n]\n", SQUARE, "JSON"],
  ["a flat JSON list is one row", "q.json", "[1, 2, 3]", [[1, 2, 3]], "JSON"],
  ["a JSON number", "q.json", "[1.5e-3]", [[0.0015]], "JSON"],
  ["json.dumps of NaN and Infinity", "q.json", "[[NaN, -Infinity, 1e-07]]", [[nan, -inf, 1e-7]], "JSON"],
  [
    "non-finite numbers as strings",
    "q.json",
    '[["NaN", "Infinity", "-Infinity", 0]]',
    [[nan, inf, -inf, 0]],
    "JSON",
  ],
  ["a batch of one", "q.json", "[[[1, 2], [3, 4]]]", SQUARE, "JSON"],
  ["a typographic minus in JSON", "q.json", "[[−1,\u00a02]]", [[-1, 2]], "JSON"],
  ["comma-separated", "q.csv", "1,2\n3,4\n", SQUARE, "CSV"],
  ["spaces beside commas", "q.csv", "1, 2\n3 ,4", SQUARE, "CSV"],
  ["CRLF and a byte order mark", "q.csv", "\ufeff1,2\r\n3,4\r\n", SQUARE, "CSV"],
  ["CR alone", "q.csv", "1,2\r3,4\r", SQUARE, "CSV"],
  ["blank lines around", "q.csv", "\n\n1,2\n3,4\n\n\n", SQUARE, "CSV"],
  ["blank lines between all rows", "q.csv", "1,2\n\n3,4\n", SQUARE, "CSV"],
  ["semicolons", "q.csv", "1;2\n3;4\n", SQUARE, "semicolon-separated text"],
  ["a spreadsheet clipboard", "q.txt", "1\t2\r\n3\t4\r\n", SQUARE, "tab-separated text"],
  ["spaces in columns", "q.txt", "  1   2\n  3   4\n", SQUARE, "space-separated text"],
  ["thin and no-break spaces", "q.txt", "1\u20092\n3\u00a04\n", SQUARE, "space-separated text"],
  [
    "typographic minus signs",
    "q.txt",
    "−1 2\n3 1e−2\n",
    [
      [-1, 2],
      [3, 0.01],
    ],
    "space-separated text",
  ],
  [
    "np.savetxt",
    "q.txt",
    "# made by numpy\n1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n",
    SQUARE,
    "space-separated text, comment lines dropped",
  ],
  ["one column", "q.txt", "1\n2\n3\n", [[1], [2], [3]], "space-separated text"],
  [
    "words for numbers",
    "q.csv",
    "nan,inf\n-INF,∞\n",
    [
      [nan, inf],
      [-inf, inf],
    ],
    "CSV",
  ],
  ["a header row", "q.csv", "a,b\n1,2\n3,4\n", SQUARE, "CSV, header row dropped"],
  ["a header row in quotes", "q.csv", '"a","b"\n1,2\n3,4\n', SQUARE, "CSV, header row dropped"],
  ["numbers in quotes", "q.csv", '"1","2"\n"3","4"\n', SQUARE, "CSV"],
  ["labels", "q.csv", "the,1,2\ncat,3,4\n", SQUARE, "CSV, first column read as labels"],
  [
    "labels with commas and quotes",
    "q.csv",
    'word,a,b\n"the, ""big""",1,2\n"two\nlines",3,4\n',
    SQUARE,
    "CSV, header row dropped, first column read as labels",
  ],
  [
    "labels that look like numbers",
    "q.csv",
    ",a,b\n1984,1,2\ncat,3,4\n",
    SQUARE,
    "CSV, header row dropped, first column read as labels",
  ],
  [
    "quoted labels between spaces (R)",
    "q.txt",
    '"a b"  1 2\n"c" 3 4\n',
    SQUARE,
    "space-separated text, first column read as labels",
  ],
  [
    "DataFrame.to_csv",
    "q.csv",
    ",a,b\n0,1,2\n1,3,4\n",
    SQUARE,
    "CSV, header row dropped, index column dropped",
  ],
  [
    "DataFrame.to_csv without names",
    "q.csv",
    ",0,1\n0,1,2\n1,3,4\n",
    SQUARE,
    "CSV, header row dropped, index column dropped",
  ],
  [
    "a header one cell shorter",
    "q.txt",
    "a b\n0 1 2\n1 3 4\n",
    SQUARE,
    "space-separated text, header row dropped, index column dropped",
  ],
  [
    "European CSV",
    "q.csv",
    "1,5;2\n3;4,25\n",
    [
      [1.5, 2],
      [3, 4.25],
    ],
    "semicolon-separated text, read with decimal commas",
  ],
  [
    "a clipboard with decimal commas",
    "q.txt",
    "1,5\t2,0\n",
    [[1.5, 2]],
    "tab-separated text, read with decimal commas",
  ],
  [
    "one European row",
    "q.csv",
    "1,0;0,1\n",
    [[1, 0.1]],
    "semicolon-separated text, read with decimal commas",
  ],
  ["quoted decimal commas", "q.csv", '"1,5","2"\n', [[1.5, 2]], "CSV, read with decimal commas"],
  ["MATLAB rows on one line", "q.txt", "1 2; 3 4\n", SQUARE, "literal"],
  ["MATLAB rows on several lines", "q.txt", "1 2;\n3 4;\n", SQUARE, "literal"],
];

describe("a file", () => {
  it.each(FORMS)("%s", async (_, file, text, matrix, how) => {
    const reading = await read({ sources: [file] }, { [file]: text });
    expect(reading.matrices.query).toBeCloseToMatrix(matrix, { atol: 0, rtol: 0 });
    const shape = `${matrix.length}×${matrix[0].length}`;
    expect(reading.notices[0]).toBe(`read query: ${shape} from ${file} (${how})`);
  });

  it("of UTF-16 is decoded, whichever way round", async () => {
    const little = Buffer.from("\ufeff1\t2\r\n3\t4\r\n", "utf16le");
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) {
      const { matrices } = await read({ sources: ["q.txt"] }, { "q.txt": bytes });
      expect(matrices.query).toBeCloseToMatrix(SQUARE);
    }
  });

  it("keeps the header when told that there is none, and drops it when told that there is one", async () => {
    const names = { "q.csv": "a,b\n1,2\n" };
    const error = await refusal(read({ sources: ["q.csv"], header: false }, names));
    expect(error.message).toBe('query[0, 0]: "a" is not a number.');
    const years = { "q.csv": "2024,2025\n1,2\n" };
    const { matrices } = await read({ sources: ["q.csv"], header: true }, years);
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
  });

  it("is read with decimal commas when told to", async () => {
    const contents = { "q.txt": "1,5 2\n3 4,250\n" };
    const { matrices } = await read({ sources: ["q.txt"], decimalComma: true }, contents);
    expect(matrices.query).toBeCloseToMatrix([
      [1.5, 2],
      [3, 4.25],
    ]);
  });
});

describe("a literal", () => {
  it.each<readonly [text: string, matrix: readonly (readonly number[])[]]>([
    [
      "1 0; 0 1",
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "1,0;0,1",
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "1, 0; 0, 1;",
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ["1 2 3", [[1, 2, 3]]],
    ["1, 2, 3", [[1, 2, 3]]],
    ["1,5", [[1, 5]]],
    ["1;2;3", [[1], [2], [3]]],
    [
      "-inf 0; nan +1",
      [
        [-inf, 0],
        [nan, 1],
      ],
    ],
    [
      "1 0\n0 1",
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "[[1,0],[0,1]]",
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ["-1e-3", [[-0.001]]],
    ["5", [[5]]],
  ])("%j", async (text, matrix) => {
    const { matrices } = await read({ matrices: { query: text } });
    expect(matrices.query).toBeCloseToMatrix(matrix, { atol: 0, rtol: 0 });
  });

  it("that is a single number is one only when no file is called like it", async () => {
    const { matrices, notices } = await read({ matrices: { query: "5" } }, { "5": "[1, 2]" });
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
    expect(notices).toEqual(["read query: 1×2 from 5 (JSON)"]);
    expect((await read({ matrices: { query: "5" } })).notices).toEqual([
      "read query: 1×1 from --query (literal)",
    ]);
  });
});

/** Text in a file, and what it must be told: code, place, message. */
const REFUSED: readonly (readonly [
  file: string,
  text: string,
  code: string,
  place: string,
  message: string,
])[] = [
  ["q.json", "", "EMPTY_MATRIX", "q.json:1:1", "query: the text is empty."],
  ["q.json", "[]", "EMPTY_MATRIX", "q.json:1:1", "query holds no numbers."],
  [
    "q.json",
    "[[1, 2], [3]]",
    "RAGGED_ROWS",
    "q.json:1:10",
    "query is ragged: row 1 has 1 value, row 0 has 2.",
  ],
  ["q.json", "[[1, 2], 3]", "RAGGED_ROWS", "q.json:1:10", "query is ragged: row 1 has 1 value, row 0 has 2."],
  ["q.json", "[[1, null]]", "EMPTY_CELL", "q.json:1:6", "query holds null where a number should stand."],
  [
    "q.json",
    '[["1", 2]]',
    "NOT_A_NUMBER",
    "q.json:1:3",
    'query holds the text "1" where a number should stand.',
  ],
  ["q.json", "[[true, 1]]", "NOT_A_NUMBER", "q.json:1:3", "query holds true where a number should stand."],
  ["q.json", "[[1, {}]]", "NOT_A_NUMBER", "q.json:1:6", "query holds an object where numbers should stand."],
  ["q.json", "[[1, 2],\n [3, 4e]]", "NOT_A_NUMBER", "q.json:2:6", '"4e" is not a number.'],
  ["q.json", "[[1, 2]", "SYNTAX", "q.json:1:8", "a comma or ] should stand here, but the text ends."],
  ["q.json", "[[1, 2],]", "SYNTAX", "q.json:1:9", 'a value should stand here, but there is "]".'],
  ["q.json", "[[1, 2]]]", "SYNTAX", "q.json:1:9", 'after the end of the JSON value there is "]".'],
  [
    "q.json",
    '["a\n"]',
    "SYNTAX",
    "q.json:1:2",
    "this string holds a line break or an escape that JSON does not know.",
  ],
  ["q.json", '["a', "SYNTAX", "q.json:1:2", "this string is not closed."],
  [
    "q.json",
    "[[[1], [2]], [[3], [4]]]",
    "SHAPE_MISMATCH",
    "q.json:1:1",
    "query is 2×2×1: a matrix has two axes, rows and columns.",
  ],
  ["q.json", '{"q": [[1]], "q": [[2]]}', "DUPLICATE_KEY", "q.json:1:14", 'the key "q" is given twice.'],
  ["q.csv", "1,2,3\n4,5\n", "RAGGED_ROWS", "q.csv:2:4", "query is ragged: row 1 has 2 values, row 0 has 3."],
  ["q.csv", "1,2\n3,4,5\n", "RAGGED_ROWS", "q.csv:2:5", "query is ragged: row 1 has 3 values, row 0 has 2."],
  ["q.csv", "1,,3\n", "EMPTY_CELL", "q.csv:1:3", "query[0, 1] is empty."],
  ["q.txt", "\t1\t2\n3\t4\t5\n", "EMPTY_CELL", "q.txt:1:1", "query[0, 0] is empty."],
  ["q.csv", '"a",1\n# it"s\nb,x\n', "NOT_A_NUMBER", "q.csv:3:3", 'query[1, 0]: "x" is not a number.'],
  ["q.csv", '"a",1,2\nb,3,\rc,4,5\n', "EMPTY_CELL", "q.csv:2:5", "query[1, 1] is empty."],
  ["q.csv", "a,b\n1,x\n", "NOT_A_NUMBER", "q.csv:2:3", 'query[0, 1]: "x" is not a number.'],
  ["q.csv", 'é,1,2\n"ü, ö",3,x\n', "NOT_A_NUMBER", "q.csv:2:10", 'query[1, 1]: "x" is not a number.'],
  ["q.csv", "1O,2\n3,4\n", "NOT_A_NUMBER", "q.csv:1:1", 'query[0, 0]: "1O" is not a number.'],
  ["q.csv", 'a "b,1\nc,2\n', "SYNTAX", "q.csv:1:3", "a quote stands inside a cell."],
  ["q.csv", '1,2\n"3,4\n', "SYNTAX", "q.csv:2:1", "a quote is opened here and never closed."],
  ["q.csv", "1,2.j\n", "NOT_A_NUMBER", "q.csv:1:3", 'query[0, 1]: "2.j" is a complex number.'],
  [
    "q.csv",
    "2024-01-02,2\n",
    "NOT_A_NUMBER",
    "q.csv:1:1",
    'query[0, 0]: "2024-01-02" is a date, not a number.',
  ],
  [
    "q.txt",
    "1,234.5\t2\n",
    "NOT_A_NUMBER",
    "q.txt:1:1",
    'query[0, 0]: "1,234.5" is not a number: it may hold a decimal comma or thousands commas.',
  ],
  ["q.txt", "1,234\t2\n", "AMBIGUOUS", "q.txt:1:1", '"1,234" may be 1.234 or 1234.'],
  [
    "q.txt",
    "1,0;0,1\n",
    "AMBIGUOUS",
    "q.txt:1:1",
    'query: "1,0;0,1" may be 2 rows ended by semicolons, or one row of 2 cells.',
  ],
  [
    "q.txt",
    "1 2\n\n3 4\n5 6\n",
    "AMBIGUOUS",
    "q.txt:3:1",
    "query: a blank line stands before this row: it is one matrix with a gap, or two.",
  ],
  ["q.txt", "1 2; 3\n", "RAGGED_ROWS", "q.txt:1:7", "query is ragged: row 1 has 1 value, row 0 has 2."],
  ["q.txt", "1 2;; 3 4\n", "EMPTY_CELL", "q.txt:1:5", "query: row 1 is empty."],
  ["q.txt", "1, 2; 3,\n", "EMPTY_CELL", "q.txt:1:7", 'query: a cell is empty behind "3,".'],
  [
    "q.txt",
    "99999999999999999999 1\n",
    "INTEGER_TOO_LARGE",
    "q.txt:1:1",
    "query[0, 0]: 99999999999999999999 is too large to be kept exactly: it would become 100000000000000000000.",
  ],
  ["q.txt", "1 \0 2\n", "SYNTAX", "q.txt", "q.txt holds zero bytes: it is not text."],
];

describe("text that is refused", () => {
  it.each(REFUSED)("%s %j", async (file, text, code, place, message) => {
    const error = await refusal(read({ sources: [file] }, { [file]: text }));
    expect([error.code, placeOf(error), error.message]).toEqual([code, place, message]);
  });

  it("nests deeper than any stack is deep", async () => {
    const error = await refusal(read({ sources: ["q.json"] }, { "q.json": "[".repeat(1e6) }));
    expect([error.code, placeOf(error), error.message]).toEqual([
      "SYNTAX",
      "q.json:1:202",
      "lists are nested more than 200 deep.",
    ]);
  });

  it("points at the first byte that is not UTF-8", async () => {
    const latin1 = Buffer.from("1;2\n\xe9;3\n", "latin1");
    const error = await refusal(read({ sources: ["q.csv"] }, { "q.csv": latin1 }));
    expect([error.code, placeOf(error), error.message]).toEqual([
      "SYNTAX",
      "q.csv:2:1",
      "byte E9 of q.csv is not UTF-8 text.",
    ]);
  });

  it("shows of a long line the part around the place", async () => {
    const text = `[${"1, ".repeat(500)}x]`;
    const error = await refusal(read({ sources: ["q.json"] }, { "q.json": text }));
    const { column = 0, excerpt = "", excerptColumn = 1 } = error.details.location ?? {};
    expect(column).toBe(1502);
    expect(excerpt[column - excerptColumn]).toBe("x");
    expect(excerpt.length).toBeLessThanOrEqual(100);
  });
});

it("an integer beyond 2^53 is read when its digits are what a program prints for the double", async () => {
  // 2^60 = 1152921504606846976, printed as 1152921504606847000; 1e20 is exact.
  const { matrices } = await read({ matrices: { query: "[[1152921504606847000, 1e20, 9007199254740992]]" } });
  expect(matrices.query).toBeCloseToMatrix([[2 ** 60, 1e20, 2 ** 53]], { atol: 0, rtol: 0 });
});

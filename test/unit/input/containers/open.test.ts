import { describe, expect, test } from "vitest";
import { openContainer } from "../../../../src/input/containers/open.js";
import { decodeSource } from "../../../../src/input/decode.js";
import { archiveOf, docxFile, openDocumentFile, xlsxFile } from "../../../support/office-files.js";

async function read(name: string, content: string | Uint8Array) {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const text = await openContainer(decodeSource(bytes, name, "file"), "displayed");
  if (!text) throw new Error(`${name} is no container`);
  return { ...text, said: text.lines.map((line) => line.text).filter((line) => line !== "") };
}

const p = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const tc = (text: string, properties = "") => `<w:tc><w:tcPr>${properties}</w:tcPr>${p(text)}</w:tc>`;

describe(".docx", () => {
  test("paragraphs, tabs, and tables with tabs between their cells", async () => {
    const tabs = "<w:p><w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r></w:p>";
    const table = `<w:tbl><w:tr>${tc("3")}${tc("4")}</w:tr><w:tr>${tc("")}${tc("5")}</w:tr></w:tbl>`;
    const { said, lines } = await read("a.docx", docxFile(p("Scores") + tabs + table));
    expect(said).toEqual(["Scores", "1\t2", "3\t4", "\t5"]);
    expect(lines.find(({ text }) => text === "3\t4")?.where).toBe("table 1, row 1");
  });

  test("a merged cell is as wide as its columns", async () => {
    const wide = tc("a", '<w:gridSpan w:val="2"/>');
    expect((await read("a.docx", docxFile(`<w:tbl><w:tr>${wide}${tc("b")}</w:tr></w:tbl>`))).said).toEqual([
      "a\t\tb",
    ]);
  });

  test("what is struck out, deleted or moved away is listed apart", async () => {
    const run = (look: string, text: string) => `<w:r><w:rPr>${look}</w:rPr><w:t>${text}</w:t></w:r>`;
    const line = `<w:p>${run("<w:strike/>", "0.3")}${run('<w:strike w:val="0"/>', "0.4")}<w:del><w:r><w:delText>0.5</w:delText></w:r></w:del></w:p>`;
    const { said, struck } = await read("a.docx", docxFile(line));
    expect(said).toEqual([" 0.4"]);
    expect(struck.map(({ text }) => text)).toEqual(["0.3", "0.5"]);
  });

  test("a text box is read once", async () => {
    const box = `<w:txbxContent>${p("7")}</w:txbxContent>`;
    const both = `<mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent>`;
    expect((await read("a.docx", docxFile(`<w:p><w:r>${both}</w:r></w:p>`))).said).toEqual(["7"]);
  });

  test("a table within a cell stands for itself", async () => {
    const inner = `<w:tbl><w:tr>${tc("1")}${tc("2")}</w:tr></w:tbl>`;
    const outer = `<w:tbl><w:tr>${tc("left")}<w:tc>${inner}${p("")}</w:tc></w:tr></w:tbl>`;
    expect((await read("a.docx", docxFile(outer))).said).toEqual(["left", "1\t2"]);
  });
});

describe(".xlsx", () => {
  const styles =
    '<fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="14"/><xf numFmtId="0" fontId="1"/></cellXfs>';
  const strings = "<si><t>Q</t></si><si><r><rPr><strike/></rPr><t>9</t></r><r><t>8</t></r></si>";
  const rows = [
    '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" s="1"><v>0.28399</v></c></row>',
    '<row r="5"><c r="A5" s="2"><v>45636</v></c><c r="B5" s="3"><v>7</v></c><c r="C5" t="s"><v>1</v></c></row>',
    '<row r="6"><c t="b"><v>1</v></c><c t="inlineStr"><is><t>x</t></is></c><c t="e"><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>y</v></c></row>',
  ];

  test("cells by their places, as they are displayed", async () => {
    const book = { sheets: { Sheet1: rows.join("") }, styles, strings };
    const { lines, struck } = await read("a.xlsx", xlsxFile(book));
    expect(lines.slice(0, 4).map(({ text, where }) => [text, where])).toEqual([
      ["\tQ\t\t0.28", 'sheet "Sheet1", row 2'],
      ["", undefined],
      ["2024-12-10\t\t8", 'sheet "Sheet1", row 5'],
      ["TRUE\tx\t#DIV/0!\ty", 'sheet "Sheet1", row 6'],
    ]);
    expect(struck.map(({ text, where }) => [text, where])).toEqual([
      ["7", 'sheet "Sheet1", cell B5'],
      ["9", 'sheet "Sheet1", cell C5'],
    ]);
  });

  test("the name of a sheet is a title where there are several, unless the program chose it", async () => {
    const sheets = { Weights: "<row><c><v>1</v></c></row>", Sheet2: "<row><c><v>2</v></c></row>", Empty: "" };
    expect((await read("a.xlsx", xlsxFile({ sheets }))).said).toEqual(["Weights", "1", "2"]);
  });

  test("elements with a prefix", async () => {
    const sheet =
      "<x:worksheet><x:sheetData><x:row><x:c><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    const file = archiveOf({
      "xl/workbook.xml": '<x:workbook><x:sheets><x:sheet name="A" r:id="r"/></x:sheets></x:workbook>',
      "xl/_rels/workbook.xml.rels":
        '<Relationships><Relationship Id="r" Target="/xl/a.xml"/></Relationships>',
      "xl/a.xml": sheet,
    });
    expect((await read("a.xlsx", file)).said).toEqual(["3"]);
  });
});

describe("OpenDocument", () => {
  const td = (text: string, more = "") =>
    `<table:table-cell ${more}><text:p>${text}</text:p></table:table-cell>`;

  test(".odt: blanks, tabs, tables, and what is struck out by a style", async () => {
    const styles =
      '<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>';
    const body = `<office:text><text:p>1<text:s text:c="2"/>2<text:tab/>3</text:p><text:p><text:span text:style-name="S">4</text:span>5</text:p><table:table><table:table-row>${td("6")}${td("7")}</table:table-row></table:table></office:text>`;
    const { said, struck } = await read("a.odt", openDocumentFile("text", body, styles));
    expect(said).toEqual(["1  2\t3", " 5", "6\t7"]);
    expect(struck.map(({ text }) => text)).toEqual(["4"]);
  });

  test(".ods: what is displayed counts, and a million empty rows take no time", async () => {
    const empty =
      '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>';
    const cell = td("0,28", 'office:value-type="float" office:value="0.2839"');
    const row = `<table:table-row>${cell}${td("x", 'table:number-columns-repeated="2"')}</table:table-row>`;
    const body = `<office:spreadsheet><table:table table:name="T">${row}${empty}</table:table></office:spreadsheet>`;
    expect((await read("a.ods", openDocumentFile("spreadsheet", body))).said).toEqual(["0,28\tx\tx"]);
  });
});

describe("pages of HTML", () => {
  test("lists, paragraphs, entities and line breaks", async () => {
    const { said } = await read(
      "a.html",
      "<html><body><p>Q&nbsp;=&nbsp;1<br>two<ul><li>1 &minus;2<li>3</ul></body></html>",
    );
    expect(said).toEqual(["Q\u00a0=\u00a01", "two", "1 −2", "3"]);
  });

  test("cells that reach over columns and rows", async () => {
    const table = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>1<td>2</table>";
    expect((await read("a.html", table)).said).toEqual(["a\tb", "\t1\t2"]);
  });

  test("what is not seen is not read, and what is struck out is listed", async () => {
    const page =
      "<!DOCTYPE html><title>9</title><script>8</script><p style='display:none'>7</p><p hidden>6</p><p><s>5</s><span style='text-decoration: line-through'>4</span>3";
    const { said, struck } = await read("a.html", page);
    expect(said.map((line) => line.trim())).toEqual(["3"]);
    expect(struck.map(({ text }) => text)).toEqual(["5", "4"]);
  });

  test("lines have the numbers of those in the file", async () => {
    const { lines } = await read(
      "a.html",
      "<html>\n<body>\n<p>one</p>\n\n<table>\n<tr><td>2</td></tr></table>",
    );
    expect(lines.filter(({ text }) => text !== "").map(({ text, number }) => [text, number])).toEqual([
      ["one", 3],
      ["2", 6],
    ]);
  });
});

describe("notebooks", () => {
  test("what cells say and print, in order; pictures and errors are told", async () => {
    const cells = [
      {
        cell_type: "code",
        source: ["a = 1\n", "a"],
        outputs: [{ output_type: "execute_result", data: { "text/plain": "1" } }],
      },
      {
        cell_type: "code",
        source: "plot()",
        outputs: [
          { output_type: "display_data", data: { "image/png": "x", "text/plain": "<Figure size 1x1>" } },
        ],
      },
      { cell_type: "code", source: "b", outputs: [{ output_type: "error", traceback: ["7"] }] },
      { cell_type: "markdown", source: "~~2~~ 3" },
    ];
    const { said, lines, omitted } = await read("a.ipynb", JSON.stringify({ cells, nbformat: 4 }));
    expect(said).toEqual(["a = 1", "a", "1", "plot()", "b", "~~2~~ 3"]);
    expect(lines.find(({ text }) => text === "1")?.where).toBe("cell 1, output");
    expect(omitted).toEqual(["the pictures or errors of cell 2", "the pictures or errors of cell 3"]);
  });

  test("a large one, with a picture in it, is read like others", async () => {
    const picture = { output_type: "display_data", data: { "image/png": "A".repeat(5 * 1024 ** 2) } };
    const cells = [{ cell_type: "code", source: "Weights = [[1]]", outputs: [picture] }];
    expect((await read("a.ipynb", JSON.stringify({ cells, nbformat: 4 }))).said).toEqual(["Weights = [[1]]"]);
  });

  test("of 2013", async () => {
    const worksheets = [
      { cells: [{ cell_type: "code", input: ["x"], outputs: [{ output_type: "stream", text: "1\n" }] }] },
    ];
    expect((await read("a.ipynb", JSON.stringify({ nbformat: 3, worksheets }))).said).toEqual(["x", "1"]);
  });
});

import { deflateRawSync } from "node:zlib";
import { zipFile } from "./alter.js";
import type { Rows } from "./homework.js";

// Office files with only the parts that are read.

const packed = (name: string, text: string) => {
  const data = Buffer.from(text, "utf8");
  return { name, data, method: 8, packed: deflateRawSync(data) };
};

/** An archive of these texts, deflated. */
export const archiveOf = (parts: Readonly<Record<string, string>>): Uint8Array =>
  zipFile(Object.entries(parts).map(([name, text]) => packed(name, text)));

/** A .docx whose body is this WordprocessingML. */
export const docxFile = (body: string): Uint8Array =>
  archiveOf({ "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>` });

export interface XlsxParts {
  /** The cells of each sheet, as rows of XML. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly styles?: string;
  readonly strings?: string;
}

/** A .xlsx of these sheets. */
export function xlsxFile({ sheets, styles = "", strings = "" }: XlsxParts): Uint8Array {
  const names = Object.keys(sheets);
  const listed = names.map((name, at) => `<sheet name="${name}" r:id="r${at}"/>`).join("");
  const links = names.map((_, at) => `<Relationship Id="r${at}" Target="worksheets/s${at}.xml"/>`).join("");
  return archiveOf({
    "xl/workbook.xml": `<workbook><sheets>${listed}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${links}</Relationships>`,
    "xl/styles.xml": `<styleSheet>${styles}</styleSheet>`,
    "xl/sharedStrings.xml": `<sst>${strings}</sst>`,
    ...Object.fromEntries(
      Object.values(sheets).map((rows, at) => [
        `xl/worksheets/s${at}.xml`,
        `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
  });
}

/** A .odt or .ods of this body. */
export const openDocumentFile = (kind: "text" | "spreadsheet", body: string, styles = ""): Uint8Array =>
  archiveOf({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "content.xml": `<office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body>${body}</office:body></office:document-content>`,
  });

/** A way to write named matrices into a document, as a person does: a title, and the table below it. */
export interface WrittenDocument {
  readonly ending: string;
  /** Whether a single table is read as a matrix. */
  readonly isMatrix: boolean;
  write(matrices: Readonly<Record<string, Rows>>): string | Uint8Array;
}

const eachOf = (
  matrices: Readonly<Record<string, Rows>>,
  title: (name: string) => string,
  table: (rows: string) => string,
  row: (cells: string) => string,
  cell: (value: number) => string,
) =>
  Object.entries(matrices)
    .map(([name, rows]) => title(name) + table(rows.map((one) => row(one.map(cell).join(""))).join("")))
    .join("");

const odt = (matrices: Readonly<Record<string, Rows>>) =>
  eachOf(
    matrices,
    (name) => `<text:p>${name}</text:p>`,
    (rows) => `<table:table table:name="t">${rows}</table:table>`,
    (cells) => `<table:table-row>${cells}</table:table-row>`,
    (value) =>
      `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`,
  );

const odsRow = (cells: string) => `<table:table-row>${cells}</table:table-row>`;
const odsText = (text: string) => odsRow(`<table:table-cell><text:p>${text}</text:p></table:table-cell>`);

/** Writes matrices. Their names are those of steps or inputs; one with the name "" has no title. */
export const WRITTEN_DOCUMENTS: readonly WrittenDocument[] = [
  {
    ending: ".docx",
    isMatrix: true,
    write: (matrices) =>
      docxFile(
        eachOf(
          matrices,
          (name) => `<w:p><w:r><w:t>${name}</w:t></w:r></w:p>`,
          (rows) => `<w:tbl>${rows}</w:tbl>`,
          (cells) => `<w:tr>${cells}</w:tr>`,
          (value) => `<w:tc><w:p><w:r><w:t>${value}</w:t></w:r></w:p></w:tc>`,
        ),
      ),
  },
  {
    ending: ".xlsx",
    isMatrix: true,
    write: (matrices) =>
      xlsxFile({
        sheets: {
          Sheet1: eachOf(
            matrices,
            (name) => (name === "" ? "" : `<row><c t="inlineStr"><is><t>${name}</t></is></c></row>`),
            (rows) => rows,
            (cells) => `<row>${cells}</row>`,
            (value) => `<c><v>${value}</v></c>`,
          ),
        },
      }),
  },
  {
    ending: ".odt",
    isMatrix: true,
    write: (matrices) => openDocumentFile("text", `<office:text>${odt(matrices)}</office:text>`),
  },
  {
    ending: ".ods",
    isMatrix: true,
    write: (matrices) =>
      openDocumentFile(
        "spreadsheet",
        `<office:spreadsheet><table:table table:name="Sheet1">${eachOf(
          matrices,
          (name) => (name === "" ? "" : odsText(name)),
          (rows) => rows,
          odsRow,
          (value) =>
            `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`,
        )}</table:table></office:spreadsheet>`,
      ),
  },
  {
    ending: ".html",
    isMatrix: true,
    write: (matrices) =>
      `<!DOCTYPE html><body>${eachOf(
        matrices,
        (name) => (name === "" ? "" : `<h2>${name}</h2>`),
        (rows) => `<table>${rows}</table>`,
        (cells) => `<tr>${cells}`,
        (value) => `<td>${value}`,
      )}`,
  },
  {
    ending: ".ipynb",
    isMatrix: false,
    write: (matrices) =>
      JSON.stringify({
        cells: Object.entries(matrices).map(([name, rows]) => ({
          cell_type: "code",
          source: `print("${name}")`,
          outputs: [
            { output_type: "stream", text: `${name}\n${rows.map((row) => row.join(" ")).join("\n")}\n` },
          ],
        })),
        nbformat: 4,
      }),
  },
];

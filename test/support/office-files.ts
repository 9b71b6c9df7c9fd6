import { deflateRawSync } from "node:zlib";
import { zipFile } from "./alter.js";

// Office files with no more in them than is looked at.

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

import type { Place } from "../binary/place.js";
import { type ContainerText, columnName, inOneLine } from "./lines.js";
import { type Element, elementsIn, firstIn, isOn, readMarkup, textIn } from "./markup.js";
import { displayed, formatCode, isDateIn, storedDigits, withoutNoise } from "./number-format.js";
import type { Parts } from "./parts.js";
import { addRow, type Numbers, type OpenSheet, openSheet, workbookText } from "./sheets.js";

/** The shared data that cells of a workbook refer to. */
interface Book {
  readonly strings: readonly CellText[];
  readonly styles: readonly Style[];
  readonly epoch1904: boolean;
  readonly numbers: Numbers;
  readonly place: Place;
}

interface CellText {
  readonly text: string;
  readonly struck: string;
}

/** The format of a cell: its number format, and whether it is struck out. */
interface Style {
  readonly code: string;
  readonly isStruck: boolean;
}

/** Reads the sheets of a .xlsx, in order. Throws SYNTAX. */
export async function readWorkbook(parts: Parts, place: Place, numbers: Numbers): Promise<ContainerText> {
  // Some programs write `x:row` for row.
  const read = (name: string) => readMarkup(parts.read(name) ?? "", place, "xml without prefixes");
  const workbook = await read("xl/workbook.xml");
  const links = await linksOf(read);
  const book: Book = {
    strings: stringsOf(await read("xl/sharedStrings.xml")),
    styles: stylesOf(await read("xl/styles.xml")),
    epoch1904: ["1", "true"].includes(firstIn(workbook, "workbookPr", true)?.attributes.date1904 ?? ""),
    numbers,
    place,
  };
  const sheets: OpenSheet[] = [];
  const omitted: string[] = [];
  for (const { attributes } of elementsIn(workbook, "sheet", true)) {
    const { name = "", state, "r:id": id = "" } = attributes;
    const part = links.get(id) ?? "";
    if (state !== undefined && state !== "visible") omitted.push(`the hidden sheet "${name}"`);
    else if (parts.names.includes(part)) sheets.push(readSheet(name, await read(part), book));
  }
  return workbookText("Excel workbook", sheets, omitted);
}

/** Returns the part of the archive that each sheet's id refers to. */
async function linksOf(read: (name: string) => Promise<Element>): Promise<ReadonlyMap<string, string>> {
  const relations = await read("xl/_rels/workbook.xml.rels");
  return new Map(
    Array.from(elementsIn(relations, "Relationship", true), ({ attributes: { Id = "", Target = "" } }) => {
      const part = Target.startsWith("/") ? Target.slice(1) : `xl/${Target}`;
      return [Id, part] as const;
    }),
  );
}

const stringsOf = (strings: Element): CellText[] => Array.from(elementsIn(strings, "si", true), cellTextIn);

/** Returns the text of a cell's runs, and the struck-out text separately. Phonetic text is left out. */
function cellTextIn(item: Element): CellText {
  const runs = [...elementsIn(item, "r")];
  const text = [...elementsIn(item, "t")].map(textIn).join("");
  const cellText = { text, struck: "" };
  for (const run of runs) {
    const isStruck = isOn(firstIn(firstIn(run, "rPr") ?? run, "strike"));
    cellText[isStruck ? "struck" : "text"] += [...elementsIn(run, "t")].map(textIn).join("");
  }
  return { text: inOneLine(cellText.text), struck: inOneLine(cellText.struck) };
}

/** Excel's maximum length of a format. */
const LONGEST_FORMAT = 255;

function stylesOf(styles: Element): Style[] {
  const codes = new Map(
    Array.from(elementsIn(styles, "numFmt", true), ({ attributes: { numFmtId, formatCode = "" } }) => [
      Number(numFmtId),
      formatCode.slice(0, LONGEST_FORMAT),
    ]),
  );
  const fonts = firstIn(styles, "fonts", true);
  const struck = fonts ? Array.from(elementsIn(fonts, "font"), (font) => isOn(firstIn(font, "strike"))) : [];
  const cells = firstIn(styles, "cellXfs", true);
  return Array.from(cells ? elementsIn(cells, "xf") : [], ({ attributes: { numFmtId, fontId } }) => ({
    code: formatCode(Number(numFmtId ?? 0), codes),
    isStruck: struck[Number(fontId ?? 0)] ?? false,
  }));
}

/** The content of a cell: text, or a number without a rounding format. */
type Read = string | number;

function readSheet(name: string, part: Element, book: Book): OpenSheet {
  const sheet = openSheet(name);
  let number = 0;
  for (const row of elementsIn(firstIn(part, "sheetData", true) ?? part, "row")) {
    number = Number(row.attributes.r ?? number + 1);
    const cells = readRow(row, number, sheet, book);
    const shown = cells.filter((cell) => typeof cell === "string");
    const above = sheet.rows.at(-1)?.cells ?? [];
    const texts = cells.map((cell, col) => {
      if (typeof cell === "string") return cell;
      return book.numbers === "stored"
        ? String(cell)
        : withoutNoise(cell, [...shown, ...above.slice(col, col + 1)]);
    });
    addRow(sheet, number, texts, book.place);
  }
  return sheet;
}

/** The maximum number of columns in any spreadsheet. */
const MAX_COLUMNS = 16_384;

function readRow(row: Element, number: number, sheet: OpenSheet, book: Book): Read[] {
  const cells: Read[] = [];
  for (const cell of elementsIn(row, "c")) {
    const col = columnOf(cell.attributes.r) ?? cells.length;
    if (col >= MAX_COLUMNS) continue;
    while (cells.length < col) cells.push("");
    const { text, struck } = readCell(cell, book);
    if (struck !== "") sheet.struck.push({ text: struck, cell: `${columnName(col)}${number}` });
    cells[col] = text;
  }
  return cells;
}

/** Returns the column of a reference such as `B3`, from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function readCell(cell: Element, book: Book): { readonly text: Read; readonly struck: string } {
  const { t: type = "n", s = "-1" } = cell.attributes;
  const { code, isStruck }: Partial<Style> = book.styles[Number(s)] ?? {};
  const cellText = cellTextOf(cell, type, code ?? "General", book);
  return isStruck ? { text: "", struck: String(cellText.text) } : cellText;
}

function cellTextOf(cell: Element, type: string, code: string, book: Book): { text: Read; struck: string } {
  const inline = firstIn(cell, "is");
  if (type === "inlineStr" && inline) return cellTextIn(inline);
  const stored = textIn(firstIn(cell, "v") ?? "").trim();
  if (type === "s") return book.strings[Number(stored)] ?? { text: "", struck: "" };
  const value = Number(stored);
  const isNumber = type === "n" && stored !== "" && Number.isFinite(value);
  const truth = stored === "1" ? "TRUE" : "FALSE";
  const text = isNumber ? numberText(value, code, book) : type === "b" ? truth : inOneLine(stored);
  return { text, struck: "" };
}

function numberText(value: number, code: string, { numbers, epoch1904 }: Book): Read {
  const shown = displayed(value, code, epoch1904);
  if (numbers === "stored") return isDateIn(value, code) ? (shown ?? value) : value;
  // A number with fewer than 10 decimals is taken as typed.
  const typed = storedDigits(value);
  return shown ?? (/\.\d{10}|e/.test(typed) ? value : typed);
}

import type { Place } from "../binary/place.js";
import type { Looks } from "./elements.js";
import { type ContainerText, columnName } from "./lines.js";
import { type Element, elementsIn, firstIn, readMarkup } from "./markup.js";
import { cellText, looksOf } from "./open-document.js";
import type { Parts } from "./parts.js";
import { addRow, type Numbers, type OpenSheet, openSheet, workbookText } from "./sheets.js";

/** Reads the sheets of a .ods. Its cells contain the displayed text as well as the stored number. Throws SYNTAX. */
export async function readSpreadsheet(parts: Parts, place: Place, numbers: Numbers): Promise<ContainerText> {
  const content = await readMarkup(parts.read("content.xml") ?? "", place, "xml");
  const looks = looksOf(content);
  const hidden = hiddenStyles(content);
  const sheets: OpenSheet[] = [];
  const omitted: string[] = [];
  for (const table of elementsIn(content, "table:table", true)) {
    const name = table.attributes["table:name"] ?? "";
    if (hidden.has(table.attributes["table:style-name"] ?? "")) omitted.push(`the hidden sheet "${name}"`);
    else sheets.push(readSheet(table, { name, looks, numbers, place }));
  }
  return workbookText("OpenDocument spreadsheet", sheets, omitted);
}

/** Returns the styles of hidden sheets. */
function hiddenStyles(content: Element): ReadonlySet<string> {
  const styles = [...elementsIn(content, "style:style", true)];
  const isHidden = (style: Element) =>
    firstIn(style, "style:table-properties")?.attributes["table:display"] === "false";
  return new Set(styles.filter(isHidden).map(({ attributes }) => attributes["style:name"] ?? ""));
}

interface Reading {
  readonly name: string;
  readonly looks: Looks;
  readonly numbers: Numbers;
  readonly place: Place;
}

/**
 * The maximum number of copies of a repeated row or cell. LibreOffice repeats an empty one for the million rows and
 * 16,384 columns after the content.
 */
const MAX_REPEATED = 1000;

function readSheet(table: Element, reading: Reading): OpenSheet {
  const sheet = openSheet(reading.name);
  let number = 1;
  // Rows may be inside groups and headers.
  for (const row of elementsIn(table, "table:table-row", true)) {
    const cells = readCells(row, number, sheet, reading);
    const times = Number(row.attributes["table:number-rows-repeated"] ?? 1);
    if (cells.some((text) => text !== ""))
      for (let copy = 0; copy < Math.min(times, MAX_REPEATED); copy++)
        addRow(sheet, number + copy, [...cells], reading.place);
    number += times;
  }
  return sheet;
}

const CELLS = ["table:table-cell", "table:covered-table-cell"];

function readCells(row: Element, number: number, sheet: OpenSheet, reading: Reading): string[] {
  const cells: string[] = [];
  for (const cell of row.children) {
    if (typeof cell === "string" || !CELLS.includes(cell.name)) continue;
    const { text, struck } = readCell(cell, reading);
    if (struck !== "") sheet.struck.push({ text: struck, cell: `${columnName(cells.length)}${number}` });
    const times = Number(cell.attributes["table:number-columns-repeated"] ?? 1);
    for (let copy = 0; copy < Math.min(times, MAX_REPEATED); copy++) cells.push(text);
  }
  return cells;
}

function readCell(cell: Element, { looks, numbers }: Reading) {
  const {
    "office:value-type": type,
    "office:value": value = "",
    "table:style-name": style = "",
  } = cell.attributes;
  const said = cellText(cell, looks);
  const isNumber = type === "float" || type === "percentage";
  const text = numbers === "stored" && isNumber && said.text !== "" ? value : said.text;
  return looks.struck.has(style) ? { text: "", struck: text } : { ...said, text };
}

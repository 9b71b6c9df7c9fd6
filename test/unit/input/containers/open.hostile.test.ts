import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../../src/errors.js";
import { withArchives } from "../../../../src/input/containers/archive-files.js";
import { openContainer } from "../../../../src/input/containers/open.js";
import { decodeSource } from "../../../../src/input/decode.js";
import { zipFile } from "../../../support/alter.js";
import { fakeFiles } from "../../../support/fake-reading.js";
import { archiveOf, docxFile, xlsxFile } from "../../../support/office-files.js";

// Files that were made to harm, and files that were cut off: each is refused in words, before it takes time or memory.

const open = async (name: string, bytes: Uint8Array) =>
  openContainer(decodeSource(bytes, name, "file"), "displayed");

async function refusal(reading: Promise<unknown>): Promise<UserError> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was read");
}

const MIB = 1024 ** 2;
const rows = (count: number, cell: string) => `<row>${cell.repeat(1000)}</row>`.repeat(count / 1000);

const CASES: readonly (readonly [string, string, () => Uint8Array, RegExp])[] = [
  ["a part of 100 MiB", "a.docx", () => docxFile(" ".repeat(100 * MIB)), /100 times|MiB; up to 24/],
  ["a part of 30 MiB", "a.docx", () => docxFile(" ".repeat(30 * MIB)), /30 MiB; up to 24/],
  ["10⁶ cells", "a.xlsx", () => xlsxFile({ sheets: { A: rows(1e6, "<c/>") } }), /more than 250000 cells/],
  [
    "120,000 numbers",
    "a.xlsx",
    () => xlsxFile({ sheets: { A: rows(1.2e5, "<c><v>1</v></c>") } }),
    /"A" has more than 100000 cells|more than 250000/,
  ],
  ["elements 10⁵ deep", "a.docx", () => docxFile("<w:p>".repeat(1e5)), /nest more than 400 deep/],
  [
    "entities that grow",
    "a.docx",
    () =>
      archiveOf({
        "word/document.xml": `<!DOCTYPE a [<!ENTITY b "${"x".repeat(100)}"><!ENTITY c "&b;&b;&b;">]><w:p>&c;</w:p>`,
      }),
    /declares its own entities/,
  ],
  [
    "an absolute name",
    "a.docx",
    () => archiveOf({ "word/document.xml": "<w:p/>", "/etc/passwd": "" }),
    /which points outside of it/,
  ],
  [
    "a name that climbs",
    "a.xlsx",
    () => archiveOf({ "xl/workbook.xml": "<workbook/>", "../../x": "" }),
    /which points outside of it/,
  ],
  [
    "a part that unpacks to more than it says",
    "a.docx",
    () =>
      zipFile([
        {
          name: "word/document.xml",
          data: Buffer.from("<w:p/>"),
          method: 8,
          packed: deflateRawSync(Buffer.alloc(MIB)),
        },
      ]),
    /cannot be unpacked to 6 bytes/,
  ],
  [
    "a page nested 10⁵ deep",
    "a.html",
    () => Buffer.from(`<html>${"<div>".repeat(1e5)}`),
    /nest more than 400/,
  ],
  ["a notebook that is cut off", "a.ipynb", () => Buffer.from('{"cells": [{"source": "a'), /it is not JSON/],
  ["slides", "a.pptx", () => archiveOf({ "ppt/presentation.xml": "<p/>" }), /these are slides/],
  ["a file of Pages", "a.pages", () => archiveOf({ "Index/Document.iwa": "x" }), /Pages, Numbers or Keynote/],
];

describe("refused", () => {
  test.each(CASES)("%s", async (_, name, make, message) => {
    const error = await refusal(open(name, make()));
    expect(error.message).toMatch(message);
    expect(error.details.hint).toBeTruthy();
    expect(error.details.location?.source).toBe(name);
  });

  test.each(["word.docx", "excel.xlsx", "libre.odt", "libre.ods"])("%s, cut off anywhere", async (name) => {
    const whole = readFileSync(`fixtures/containers/${name}`);
    for (let length = 4; length < whole.length; length += 37) {
      const error = await refusal(open(name, whole.subarray(0, length)));
      expect(error.code).toBe("SYNTAX");
    }
  });

  test.each(["word.docx", "excel.xlsx", "libre.odt"])(
    "%s with a damaged byte, or read as it was",
    async (name) => {
      const whole = readFileSync(`fixtures/containers/${name}`);
      const text = JSON.stringify((await open(name, whole))?.lines);
      for (let at = 0; at < whole.length; at += 11) {
        const damaged = Buffer.from(whole);
        damaged[at] ^= 0x55;
        // A checksum holds every part; what is read otherwise is what no part depends on, such as a time.
        const read = await open(name, damaged).catch((error: unknown) => {
          if (error instanceof UserError) return undefined;
          throw error;
        });
        if (read && read.lines.length > 0) expect(JSON.stringify(read.lines)).toBe(text);
      }
    },
  );
});

describe("archives of hand-ins", () => {
  const withZip = (bytes: Uint8Array) => {
    const files = fakeFiles({ "a.zip": bytes });
    return withArchives(["a.zip"], { ...files, exists: (path) => path === "a.zip" });
  };

  test("files that together unpack to far more than they are", async () => {
    const data = Buffer.alloc(60 * MIB);
    const packed = deflateRawSync(data);
    const all = Array.from({ length: 6 }, (_, at) => ({ name: `${at}.txt`, data, packed, method: 8 }));
    expect((await refusal(withZip(zipFile(all)))).message).toMatch(/more than 200 times as many/);
  });

  test("an archive within an archive is not opened", async () => {
    const files = await withZip(archiveOf({ "Ada/inner.zip": "PK" }));
    expect(files.listFolders?.("a.zip")).toEqual(["Ada"]);
    expect(() => files.openFile("a.zip/Ada/inner.zip")).toThrow(/an archive within an archive/);
  });

  test("files of the system are no hand-ins", async () => {
    const files = await withZip(archiveOf({ "ada.txt": "1", "__MACOSX/._ada.txt": "2", ".DS_Store": "3" }));
    expect(files.listFolder?.("a.zip")).toEqual(["ada.txt"]);
    expect(files.listFolders?.("a.zip")).toEqual([]);
  });
});

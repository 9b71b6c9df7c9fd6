import type { Place } from "../binary/place.js";
import { readContent } from "./elements.js";
import { Flow } from "./flow.js";
import type { ContainerText } from "./lines.js";
import { readMarkup } from "./markup.js";
import type { Parts } from "./parts.js";

/** Reads the paragraphs, tables and equations of a .docx, in order. Throws SYNTAX. */
export async function readWord(parts: Parts, place: Place): Promise<ContainerText> {
  const document = await readMarkup(parts.read("word/document.xml") ?? "", place, "xml");
  const flow = new Flow("Word document");
  readContent(document, { flow, isPlain: true, isText: (_, { name }) => TEXTS.includes(name) });
  return flow.finish();
}

/** The elements whose text belongs to the document. Others have sizes and places. */
const TEXTS = ["w:t", "w:delText"];

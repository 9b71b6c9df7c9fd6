import { areInputs } from "../names.js";
import { isWorkbook, type Opener } from "../open.js";
import { openContainer } from "./open.js";

/** Replaces each workbook whose sheets are all named like inputs with its sheets: `qkv.xlsx:Q`, `qkv.xlsx:K`. */
export async function sheetsOfInputs(sources: readonly string[], opener: Opener): Promise<readonly string[]> {
  const found: string[] = [];
  for (const given of sources) found.push(...(await namesOfSheets(given, opener)));
  return found;
}

async function namesOfSheets(given: string, opener: Opener): Promise<readonly string[]> {
  if (given === "-" || !isWorkbook(given) || !opener.isThere(given)) return [given];
  const read = await openContainer(opener.open(given, ""), "stored");
  const names = read?.tables.flatMap(({ name }) => name ?? []) ?? [];
  return names.length > 1 && areInputs(names) ? names.map((name) => `${given}:${name}`) : [given];
}

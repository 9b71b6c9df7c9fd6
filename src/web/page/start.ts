import type { PageData } from "../../render/page/data.js";
import { listen, prepareTables } from "./pointing.js";
import { readTables } from "./tables.js";

/** Starts what every page needs. Returns the page's data, and a function that replaces it. */
export function start(): { readonly data: PageData; readonly renew: (data: PageData) => void } {
  document.documentElement.classList.add("js");
  const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  let tables = readTables(data);
  listen(() => tables);
  const renew = (other: PageData) => {
    tables = readTables(other);
    prepareTables(tables);
  };
  renew(data);
  return { data, renew };
}

import type { PageData } from "../../render/page/data.js";
import { listenToFilters } from "./filters.js";
import { listen, prepareTables } from "./pointing.js";
import { listenToStrips } from "./strips.js";
import { readTables } from "./tables.js";

/** Starts what every page needs. Returns the page's data, and a function that replaces it. */
export function start(): { readonly data: PageData; readonly renew: (data: PageData) => void } {
  document.documentElement.classList.add("js");
  const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  let tables = readTables(data);
  listen(() => tables);
  listenToFilters();
  const renew = (other: PageData) => {
    tables = readTables(other);
    prepareTables(tables);
    listenToStrips();
  };
  renew(data);
  return { data, renew };
}

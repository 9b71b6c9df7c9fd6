import type { PageData } from "../../render/page/data.js";
import { listenToFilters } from "./filters.js";
import { listen } from "./pointing.js";
import { listenToStrips } from "./strips.js";
import { readTables } from "./tables.js";

/** Starts what every page does. Gives what the page holds. */
export function start(): PageData {
  document.documentElement.classList.add("js");
  const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  listen(readTables(data));
  listenToStrips();
  listenToFilters();
  return data;
}

import { listenToHeads } from "./heads.js";
import { start } from "./start.js";

// The script of a page whose heads are pictures that can be opened.
listenToHeads(start().data.heads);

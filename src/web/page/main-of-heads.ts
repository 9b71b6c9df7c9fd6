import { listenToHeads } from "./heads.js";
import { start } from "./start.js";

// What a page does on which heads are pictures that open.
listenToHeads(start().data.heads);

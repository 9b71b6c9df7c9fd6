import { listenToFields } from "./editing.js";
import { listenToHeads } from "./heads.js";
import { start } from "./start.js";

// The script of a page whose problem can be changed.
const { data, renew } = start();
listenToHeads(data.heads);
listenToFields(renew);

import { listenToFields } from "./editing.js";
import { listenToHeads } from "./heads.js";
import { start } from "./start.js";

// What a page does whose problem can be changed.
const { data, renew } = start();
listenToHeads(data.heads);
listenToFields(data.problem, renew);

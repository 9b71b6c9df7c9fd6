import { start } from "./start.js";

// What a page does. The build bundles it into render/page/script-text.ts.
start();

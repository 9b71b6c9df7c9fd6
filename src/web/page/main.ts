import { start } from "./start.js";

// The script of every other page. The build bundles it into render/page/script-text.ts.
start();

export { scanLines, scanLists, scannedTo } from "./scan-rows";

export { scanLines, scanLists, scannedTo } from "./scan-rows";
export { writeCells } from "./write-cells";

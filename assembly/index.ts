export { attend } from "./attention";
export { multiplyPanels } from "./product";

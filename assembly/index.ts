export { attend } from "./attention";
export { pack } from "./pack";
export { multiply } from "./product";

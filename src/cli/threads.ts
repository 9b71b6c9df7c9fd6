import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { HELPER, inviteHelper } from "../math/kernels/helper.js";

/** Starts a thread that helps to compute attentions as soon as it runs. It ends with the process. */
export function startHelper(): void {
  const invitation = availableParallelism() > 1 ? inviteHelper() : undefined;
  if (!invitation) return;
  const script = `const { workerData } = require("node:worker_threads"); (${HELPER})(workerData);`;
  const helper = new Worker(script, { eval: true, workerData: invitation });
  helper.unref();
  // If no thread can be started, the main thread does all the work.
  helper.on("error", () => {});
}

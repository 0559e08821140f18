/**
 * A thread of a worker process that watches its driver: a step that computes without a pause would
 * not notice that the channel has closed. Ends the process if it has not ended by itself.
 */
import { workerData } from "node:worker_threads";
import { grace } from "./protocol.js";

/** Milliseconds between looks. */
const delay = 1000;

const watch = setInterval(() => {
  if (process.ppid === workerData.driver) return;
  clearInterval(watch);
  setTimeout(() => process.kill(process.pid, "SIGKILL"), grace);
}, delay);

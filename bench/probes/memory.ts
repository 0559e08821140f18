/**
 * The most memory that this process ever held, in bytes. Where Linux tells, it is what it held since
 * its program began: `maxRSS` counts what the parent held when it made this process as well.
 */
import { readFileSync } from "node:fs";

export function peakMemory(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status())?.[1];
  return 1024 * (kibibytes === undefined ? process.resourceUsage().maxRSS : Number(kibibytes));
}

function status(): string {
  return process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
}

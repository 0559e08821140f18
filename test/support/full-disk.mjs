/** Loaded first in a process: after so many bytes written to files (`FULL_AFTER`), the disk is full. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let left = Number(process.env.FULL_AFTER);
const { writeSync, writeFileSync, appendFileSync, mkdirSync } = fs;

const full = (call) =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), {
    code: "ENOSPC",
    errno: -28,
    syscall: call,
  });

fs.writeSync = (file, bytes, offset = 0, length = bytes.byteLength - offset, position = null) => {
  if (left <= 0) throw full("write");
  const done = writeSync(file, bytes, offset, Math.min(length, left), position);
  left -= done;
  return done;
};

/** A file is there, empty or in part, though its write failed. */
const whole = (write) => (path, data, options) => {
  const bytes = Buffer.from(data);
  write(path, bytes.subarray(0, Math.max(0, left)), options);
  left -= bytes.byteLength;
  if (left < 0) throw full("write");
};
fs.writeFileSync = whole(writeFileSync);
fs.appendFileSync = whole(appendFileSync);

fs.mkdirSync = (path, options) => {
  if (left <= 0 && !fs.existsSync(path)) throw full("mkdir");
  return mkdirSync(path, options);
};

syncBuiltinESMExports();

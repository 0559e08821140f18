/** Debian's Chromium, where it is installed: tests of pages are skipped without it. */
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";

const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((each) => existsSync(each));

export const hasBrowser = path !== undefined;

export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  // Its own sandbox can't be had by root, nor in most containers; the pages are ours.
  return chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
}

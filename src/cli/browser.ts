/** Opens an address in the user's browser, by the system's own command for it. */
import { colorsFor } from "./terminal.js";

const commands: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Where that fails, the address is there to be opened by hand. */
export async function openInBrowser(address: string): Promise<void> {
  const { execa } = await import("execa");
  const [command, ...args] = commands[process.platform] ?? ["xdg-open"];
  const opened = execa(command!, [...args, address], {
    stdio: "ignore",
    detached: true,
    cleanup: false,
  });
  opened.unref();
  opened.catch(() => {
    const c = colorsFor(process.stderr);
    process.stderr.write(`${c.cyan("help:")} no browser could be opened; the page is ${address}\n`);
  });
}

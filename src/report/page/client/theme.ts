/** The page's colours as canvases need them; paper is white when it is printed. */

export interface Theme {
  readonly dark: boolean;
  readonly paper: string;
  readonly soft: string;
  readonly rule: string;
  readonly grid: string;
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
let current: Theme | undefined;

export function theme(): Theme {
  current ??= readTheme();
  return current;
}

function readTheme(): Theme {
  const dark = prefersDark.matches && !printing;
  const colour = (name: string) =>
    getComputedStyle(document.documentElement).getPropertyValue(
      `--${name}-${dark ? "dark" : "light"}`,
    );
  return {
    dark,
    paper: colour("paper"),
    soft: colour("soft"),
    rule: colour("rule"),
    grid: colour("grid"),
  };
}

/** Calls back when colours change. */
export function onTheme(changed: () => void): void {
  const update = (isPrinting: boolean) => () => {
    printing = isPrinting;
    current = undefined;
    changed();
  };
  prefersDark.addEventListener("change", () => update(printing)());
  addEventListener("beforeprint", update(true));
  addEventListener("afterprint", update(false));
}

/** Values that arrive while a run goes on; the page stays as it is when the run has ended. */
import { showFigures } from "./figures.js";
import type { LiveMessage } from "./payload.js";

export function listen(address: string): void {
  const source = new EventSource(address);
  const say = (text: string) => {
    document.getElementById("live")!.textContent = text;
  };
  source.addEventListener("open", () => say("live"));
  source.addEventListener("error", () => say("the run's server is gone"));
  source.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data as string) as LiveMessage;
    switch (message.type) {
      case "figures":
        showFigures(message.payload);
        return;
      case "part": {
        const part = document.getElementById(message.id);
        if (part) part.outerHTML = message.html;
        return;
      }
      case "status":
        say(message.text);
        return;
      case "reload":
        location.reload();
        return;
      case "end":
        source.close();
        say("the run has ended");
    }
  });
}

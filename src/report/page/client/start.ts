/** Where the page's script begins. */
import { openFigures, redrawOnTheme, showFigures } from "./figures.js";
import { listen } from "./live.js";
import type { Payload } from "./payload.js";

document.documentElement.classList.add("scripted");
showFigures(JSON.parse(document.getElementById("payload")!.textContent!) as Payload);
redrawOnTheme();
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", openFigures);
}
const { live } = document.documentElement.dataset;
if (live !== undefined) listen(live);

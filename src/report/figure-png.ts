/** A figure as PNG: its SVG in pixels, with a font of our own, since a machine may have none. */
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "./figure.js";
import { figureSvg, fontFamily, type PictureSize } from "./figure-svg.js";

/** Pixels of the PNG a pixel of the SVG: sharp on dense screens and on paper. */
const density = 2;

export function figurePng(figure: Figure, size?: PictureSize): Buffer {
  const { resolve } = createRequire(import.meta.url);
  const face = (name: string) =>
    resolve(`@expo-google-fonts/source-sans-3/${name}/SourceSans3_${name}.ttf`);
  const image = new Resvg(figureSvg(figure, size), {
    fitTo: { mode: "zoom", value: density },
    font: {
      loadSystemFonts: false,
      fontFiles: [face("400Regular"), face("400Regular_Italic"), face("600SemiBold")],
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
    },
  });
  return image.render().asPng();
}

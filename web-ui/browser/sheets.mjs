// Reads the labels of a PDF with another renderer and another reader than the server's: PDFium, which
// Chrome prints with, and zxing-cpp, which the scanner sees with.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const WASM = fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
prepareZXingModule({ overrides: { wasmBinary: readFileSync(WASM) } });

/** Of an office's printer, in dots of the PDF's 72 an inch. */
const SCALE = 300 / 72;

/** The texts of all codes, page by page, in no order. */
export async function codesOn(pdf) {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const pages = [];
  for (const page of document.pages()) {
    const { data, width, height } = await page.render({
      scale: SCALE,
      colorSpace: "Gray",
      render: async (drawn) => drawn.data,
    });
    const image = { data: coloured(data), width, height, colorSpace: "srgb" };
    const found = await readBarcodes(image, {
      formats: ["QRCode"],
      maxNumberOfSymbols: 255,
      tryInvert: false,
    });
    pages.push(found.map(({ text }) => text));
  }
  document.destroy();
  library.destroy();
  return pages;
}

/** Grey in the four bytes a pixel that a browser's pictures have. */
function coloured(grey) {
  const rgba = new Uint8ClampedArray(grey.length * 4).fill(255);
  for (let i = 0; i < grey.length; i++) rgba.fill(grey[i], i * 4, i * 4 + 3);
  return rgba;
}

import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
// Its own file on our own origin: left alone, the library fetches it from elsewhere.
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

/**
 * A code in a frame: its text, and its corners in the frame's pixels. A QR code's text is empty if it can't
 * be read; a barcode's is its digits or, of a GS1-128, `(01)…(10)…`.
 */
export interface Read {
  text: string;
  linear: boolean;
  corners: { x: number; y: number }[];
}

prepareZXingModule({
  overrides: { locateFile: (path: string) => (path.endsWith(".wasm") ? wasm : path) },
});

const PLAIN: ReaderOptions = {
  formats: ["QRCode"],
  maxNumberOfSymbols: 32,
  tryHarder: true,
  tryInvert: false,
  // What is found and can't be read must not be passed over in silence
  returnErrors: true,
};
// Costs more, and finds codes that are worn, wet or printed white on dark.
const HARD: ReaderOptions = { ...PLAIN, tryInvert: true, tryDenoise: true };
// Crates carry GS1-128, packs a JAN. Twice as dear, so not in every frame
const LINEAR: ReaderOptions = {
  ...PLAIN,
  formats: ["QRCode", "EAN13", "EAN8", "UPCA", "UPCE", "ITF", "Code128"],
};
const TURNS = [PLAIN, LINEAR, PLAIN, HARD];

let frames = 0;
let canvas: OffscreenCanvas | null = null;

self.onmessage = async ({ data }: MessageEvent<ImageBitmap>) => {
  const { width, height } = data;
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return;
  context.drawImage(data, 0, 0);
  data.close();
  const image = context.getImageData(0, 0, width, height);
  const found = await readBarcodes(image, TURNS[frames++ % TURNS.length]);
  const reads: Read[] = found
    // A damaged code looks like a Micro QR code, too; lines that are no barcode are everywhere
    .filter(({ format, isValid, text }) =>
      format === "QRCode" ? !isValid || text !== "" : isValid && !format.includes("QR"),
    )
    .map(({ format, isValid, text, position }) => ({
      text: isValid ? text : "",
      linear: format !== "QRCode",
      corners: [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft],
    }));
  self.postMessage(reads);
};

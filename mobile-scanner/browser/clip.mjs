// What the fake camera shows: one picture of QR codes, as uncompressed video.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule as prepareReader, readBarcodes } from "zxing-wasm/reader";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";

const WIDTH = 1280;
const HEIGHT = 720;
const FRAMES = 2;

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/writer/zxing_writer.wasm");
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer } });

const readerWasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
prepareReader({ overrides: { wasmBinary: readFileSync(readerWasm).buffer } });

/** What the code says that a part of a screen shows. */
export async function codeOn(locator) {
  const picture = await locator.screenshot();
  const [code] = await readBarcodes(new Blob([picture]), { formats: ["QRCode"] });
  if (!code?.text) throw new Error("no code can be read off this screen");
  return code.text;
}

/** The modules of a code: 0 is dark. Of a barcode half as high as it is wide. */
async function modules(code) {
  if (typeof code === "string") {
    const { symbol, error } = await writeBarcode(code, { format: "QRCode", ecLevel: "M" });
    if (error) throw new Error(error);
    return symbol;
  }
  const { format, text } = code;
  const options = text.startsWith("(") ? { options: "gs1" } : {};
  const { symbol, error } = await writeBarcode(text, { format, ...options });
  if (error) throw new Error(error);
  const line = symbol.data.slice(0, symbol.width);
  const height = Math.round(symbol.width / 2);
  const data = new Uint8Array(symbol.width * height);
  for (let row = 0; row < height; row++) data.set(line, row * symbol.width);
  return { data, width: symbol.width, height };
}

/**
 * Writes a clip that shows these codes, in rows of four; in the place of what the file held. A text is a
 * QR code; `{ format, text }` a barcode, GS1-128 where the text is `(01)…`.
 */
export async function show(path, texts, { torn = false } = {}) {
  const picture = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  picture.fill(225, 0, WIDTH * HEIGHT);
  const columns = Math.max(1, Math.min(4, texts.length));
  const rows = Math.max(1, Math.ceil(texts.length / 4));
  const cell = Math.floor(Math.min(WIDTH / columns, HEIGHT / rows));
  for (const [at, text] of texts.entries()) {
    const { data, width, height } = await modules(text);
    const scale = Math.max(1, Math.floor((cell * 0.8) / (width + 2)));
    const left =
      (at % 4) * Math.floor(WIDTH / columns) + Math.floor((WIDTH / columns - width * scale) / 2);
    const top =
      Math.floor(at / 4) * Math.floor(HEIGHT / rows) +
      Math.floor((HEIGHT / rows - height * scale) / 2);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const [row, column] = [Math.floor(y / scale), Math.floor(x / scale)];
        const corner =
          (row < 10 && (column < 10 || column > width - 11)) || (row > width - 11 && column < 10);
        // A scratch over every third row of what is no corner
        const scratched = torn && !corner && row % 3 === 0;
        const dark = scratched || data[row * width + column] === 0;
        picture[(top + y) * WIDTH + left + x] = dark ? 20 : 235;
      }
    }
  }
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), picture]);
  // In place: a camera that runs shows it with its next frame.
  writeFileSync(path, Buffer.concat([head, ...Array(FRAMES).fill(frame)]), { flag: "r+" });
}

/** An empty file that `show` can write into. */
export const clip = (path) => writeFileSync(path, "");

import simpler from "../words/easy.json";
import type { Words } from "../words.ts";

/** The Japanese words, with simpler ones where there are some: what the build makes of them. */
export const easier = (ja: Words): Words => ({
  ...ja,
  findings: { ...ja.findings, ...simpler.findings },
  ui: { ...ja.ui, ...simpler.ui },
});

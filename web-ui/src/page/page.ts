import { ask } from "./ask.ts";

// The proof is on its way while the program that checks it still loads
const first = ask();
const { start } = await import("./story.ts");
start(first);

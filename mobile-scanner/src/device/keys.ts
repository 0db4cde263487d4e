import { newKey, works } from "@shared/signing.ts";
import { store } from "./store.ts";

/**
 * Whether this phone can keep a key and use it after it was put away; some can't store one, and
 * would lose every record. False with nothing left behind.
 */
export async function canKeepKeys(): Promise<boolean> {
  try {
    const database = await store();
    const made = await newKey();
    await database.put("setting", made.key, "self-test");
    const kept = (await database.get("setting", "self-test")) as CryptoKey;
    await database.delete("setting", "self-test");
    return await works(kept, made.point);
  } catch {
    return false;
  }
}

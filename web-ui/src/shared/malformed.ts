/** Bytes or text that the wire format refuses. `reason` is the code that every implementation gives. */
export class Malformed extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** What `read` returns, or null where it meets malformed input. Other errors are faults of ours and go on. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

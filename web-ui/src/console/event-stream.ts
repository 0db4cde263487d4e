/** One message of a stream of server-sent events. */
export interface Message {
  name: string;
  id: string | null;
}

/** Whole messages of an event stream, and what is left of one that has only begun. */
export function readMessages(text: string): { messages: Message[]; rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() as string;
  const messages = blocks.flatMap((block) => {
    const message: Message = { name: "message", id: null };
    let data = false;
    for (const line of block.split("\n")) {
      const at = line.indexOf(":");
      const name = at < 0 ? line : line.slice(0, at);
      const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
      if (name === "event") message.name = value;
      else if (name === "id") message.id = value;
      else if (name === "data") data = true;
    }
    return data ? [message] : [];
  });
  return { messages, rest };
}

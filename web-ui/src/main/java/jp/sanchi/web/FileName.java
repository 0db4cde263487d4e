package jp.sanchi.web;

import java.time.LocalDate;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * What a download is called: whoever keeps several must know later which is of what, and of when.
 * {@code file-name.ts} says the same in the browser, which knows the ledger's time and its reader's
 * calendar; here it is the server's.
 */
public final class FileName {
  private FileName() {}

  /**
   * {@code sanchi-{gtin or sscc}-{serial or lot}-{day}.json}.
   *
   * @param address a GS1 Digital Link, or its path
   */
  public static String ofProof(String address) {
    return ofProof(address, LocalDate.now());
  }

  static String ofProof(String address, LocalDate day) {
    StringBuilder name = new StringBuilder("sanchi");
    try {
      DigitalLink link = DigitalLink.parse(address);
      append(name, link.value());
      append(name, link.serial() != null ? link.serial() : link.lot());
    } catch (MalformedEvent e) {
      // No link, so only the day tells it from others
    }
    return name.append('-').append(day).append(".json").toString();
  }

  /** {@code sanchi-trust-{day}.json}. */
  public static String ofTrust() {
    return "sanchi-trust-" + LocalDate.now() + ".json";
  }

  /** Lots may hold what file systems and command lines don't like. */
  private static void append(StringBuilder name, String part) {
    if (part != null) {
      name.append('-').append(part.replaceAll("[^A-Za-z0-9.-]", "_"));
    }
  }
}

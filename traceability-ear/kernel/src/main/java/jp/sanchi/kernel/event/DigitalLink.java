package jp.sanchi.kernel.event;

/**
 * An uncompressed GS1 Digital Link URI (GS1 Digital Link Standard: URI Syntax, 1.4) to one of the
 * keys of {@link Gs1.Key}. The domain, a path before the key and the query tell a resolver what to
 * do, not what the thing is, and are not kept.
 *
 * <p>The first fault found is thrown: {@code link_malformed} for anything about the URI as such,
 * {@code link_unknown_key} where no primary key stands in the path; then from the key rightwards a
 * {@code gs1_*} reason of a value, {@code link_unknown_key} for an identifier that does not qualify
 * this key, {@code link_bad_order} for one that is repeated or out of the order 22, 10, 21.
 *
 * @param value the key's canonical form, a GTIN with 14 digits
 * @param variant the consumer product variant (22) of a GTIN, or null
 * @param lot the batch or lot (10) of a GTIN, or null
 * @param serial the serial number (21) of a GTIN, or null
 */
public record DigitalLink(Gs1.Key key, String value, String variant, String lot, String serial) {
  private static final String CANONICAL = "https://id.gs1.org";
  private static final int LONGEST = 2048;

  public DigitalLink {
    value = key.check(value);
    boolean qualified = variant != null || lot != null || serial != null;
    if (qualified && key != Gs1.Key.GTIN) {
      throw new MalformedEvent("link_unknown_key", null);
    }
    if (variant != null) {
      Gs1.variant(variant);
    }
    if (lot != null) {
      Gs1.lot(lot);
    }
    if (serial != null) {
      Gs1.serial(serial);
    }
  }

  public static DigitalLink lot(String gtin, String lot) {
    return new DigitalLink(Gs1.Key.GTIN, gtin, null, lot, null);
  }

  public static DigitalLink of(Gs1.Key key, String value) {
    return new DigitalLink(key, value, null, null, null);
  }

  /**
   * Reads what a label or an address bar holds: {@code http} or {@code https}, all lowercase or all
   * uppercase, with any host, or a path that starts with a slash. The key is the last primary key
   * that stands where it can, with identifiers and values by turns behind it. At most 2,048
   * characters.
   */
  public static DigitalLink parse(String uri) {
    String[] segments = pathOf(uri).split("/", -1);
    // segments[0] is the nothing before the first slash.
    var values = new String[segments.length];
    for (int i = 1; i < segments.length; i++) {
      values[i] = Percent.decode(segments[i]);
      if (values[i].isEmpty() || values[i].equals(".") || values[i].equals("..")) {
        throw malformed();
      }
    }
    int at = segments.length - 2;
    while (at > 0 && Gs1.Key.ofAi(segments[at]) == null) {
      at -= 2;
    }
    if (at <= 0) {
      throw new MalformedEvent("link_unknown_key", null);
    }
    return read(Gs1.Key.ofAi(segments[at]), at, segments, values);
  }

  /** Takes only what {@link #canonical()} prints, else {@code link_not_canonical}. */
  public static DigitalLink parseCanonical(String uri) {
    DigitalLink link = parse(uri);
    if (!link.canonical().equals(uri)) {
      throw new MalformedEvent("link_not_canonical", null);
    }
    return link;
  }

  /**
   * The one URI of this thing, at {@code https://id.gs1.org}, with everything but {@code A-Z a-z
   * 0-9 - . _ ~} percent-encoded in uppercase.
   */
  public String canonical() {
    return CANONICAL + path();
  }

  /** The canonical URI without scheme and host, for a label's own domain. */
  public String path() {
    var out = new StringBuilder(64);
    append(key.ai(), value, out);
    append("22", variant, out);
    append("10", lot, out);
    append("21", serial, out);
    return out.toString();
  }

  private static void append(String ai, String value, StringBuilder out) {
    if (value != null) {
      out.append('/').append(ai).append('/').append(Percent.encode(value));
    }
  }

  private static DigitalLink read(Gs1.Key key, int at, String[] ais, String[] values) {
    String value = key.check(values[at + 1]);
    String variant = null;
    String lot = null;
    String serial = null;
    int last = 0;
    for (int i = at + 2; i < ais.length; i += 2) {
      int rank = key == Gs1.Key.GTIN ? rank(ais[i]) : 0;
      if (rank == 0) {
        throw new MalformedEvent("link_unknown_key", null);
      }
      if (rank <= last) {
        throw new MalformedEvent("link_bad_order", null);
      }
      last = rank;
      switch (rank) {
        case 1 -> variant = Gs1.variant(values[i + 1]);
        case 2 -> lot = Gs1.lot(values[i + 1]);
        default -> serial = Gs1.serial(values[i + 1]);
      }
    }
    return new DigitalLink(key, value, variant, lot, serial);
  }

  private static int rank(String ai) {
    return switch (ai) {
      case "22" -> 1;
      case "10" -> 2;
      case "21" -> 3;
      default -> 0;
    };
  }

  /** Checks scheme, host and query, and returns the path. */
  private static String pathOf(String uri) {
    if (uri.length() > LONGEST) {
      throw malformed();
    }
    int query = uri.indexOf('?');
    String beforeQuery = query < 0 ? uri : uri.substring(0, query);
    if (query >= 0) {
      // Two characters that a query may hold and a segment may not.
      Percent.decode(uri.substring(query + 1).replace('/', '-').replace('?', '-'));
    }
    if (beforeQuery.startsWith("/")) {
      return beforeQuery;
    }
    int host = -1;
    for (String scheme : new String[] {"https://", "http://", "HTTPS://", "HTTP://"}) {
      if (beforeQuery.startsWith(scheme)) {
        host = scheme.length();
      }
    }
    int path = host < 0 ? -1 : beforeQuery.indexOf('/', host);
    if (path < 0 || !isHost(beforeQuery.substring(host, path))) {
      throw malformed();
    }
    return beforeQuery.substring(path);
  }

  /** A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port; never a user. */
  private static boolean isHost(String authority) {
    String name = authority;
    int colon = authority.lastIndexOf(':');
    if (colon > authority.lastIndexOf(']')) {
      String port = authority.substring(colon + 1);
      if (port.isEmpty() || port.length() > 5 || !consistsOf("0123456789", port)) {
        return false;
      }
      name = authority.substring(0, colon);
    }
    if (name.startsWith("[")) {
      return name.length() > 4
          && name.endsWith("]")
          && consistsOf("0123456789ABCDEFabcdef:.", name.substring(1, name.length() - 1));
    }
    return !name.isEmpty()
        && consistsOf("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._", name);
  }

  private static boolean consistsOf(String characters, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("link_malformed", null);
  }
}

package jp.sanchi.kernel.history;

import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Percent;
import jp.sanchi.kernel.event.Serial;

/**
 * What a history is about, in its one canonical ASCII form (wire format, section 3). Any other
 * spelling is {@code subject_malformed}: the ledger would answer "no events" to an alias.
 *
 * @param text the canonical form
 * @param values what stands between the slashes, decoded: a lot's GTIN and lot, a run's GTIN and
 *     name, a crate's or box's key and date, else one value
 */
public record Subject(Kind kind, String text, List<String> values) {
  private static final int LONGEST = 200;

  /** What a subject is. */
  public enum Kind {
    LOT("lot", 2),
    RUN("run", 2),
    PACKAGE("package", 1),
    SSCC("sscc", 1),
    CRATE("crate", 2),
    BOX("box", 2),
    CERTIFICATE("certificate", 1),
    KEY("key", 1),
    ORGANISATION("organisation", 1),
    PRODUCT("product", 1),
    PLACE("place", 1),
    CONSORTIUM("consortium", 1);

    private final String word;
    private final int values;

    Kind(String word, int values) {
      this.word = word;
      this.values = values;
    }

    /** The word that subjects of this kind begin with. */
    public String word() {
      return word;
    }

    /** Whether it is a logistic unit. */
    public boolean isUnit() {
      return this == SSCC || this == CRATE;
    }
  }

  public Subject {
    values = List.copyOf(values);
    if (!text.equals(print(kind, values))) {
      throw malformed();
    }
  }

  /** Takes only the canonical form. */
  public static Subject parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || text.length() > LONGEST) {
      throw malformed();
    }
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.word) && kind.word.length() == slash) {
        String[] parts = text.substring(slash + 1).split("/", -1);
        if (parts.length != kind.values) {
          throw malformed();
        }
        for (int i = 0; i < parts.length; i++) {
          parts[i] = decode(parts[i]);
        }
        return new Subject(kind, text, List.of(parts));
      }
    }
    throw malformed();
  }

  /** The subject of these values, each checked. */
  public static Subject of(Kind kind, String... values) {
    return new Subject(kind, print(kind, List.of(values)), List.of(values));
  }

  /** The first value: GTIN, serial shipping container code, hash, key or id. */
  public String value() {
    return values.get(0);
  }

  @Override
  public String toString() {
    return text;
  }

  private static String print(Kind kind, List<String> values) {
    if (values.size() != kind.values) {
      throw malformed();
    }
    try {
      check(kind, values);
    } catch (MalformedEvent e) {
      throw malformed();
    }
    StringBuilder out = new StringBuilder(kind.word);
    for (String value : values) {
      out.append('/').append(Percent.encode(value));
    }
    return out.toString();
  }

  private static void check(Kind kind, List<String> values) {
    String first = values.get(0);
    switch (kind) {
      case LOT -> {
        gtin14(first);
        Gs1.lot(values.get(1));
      }
      case RUN -> {
        gtin14(first);
        Serial.checkRun(values.get(1));
      }
      case PACKAGE, KEY -> require(Base64Url.decode(first).length == 32);
      case SSCC -> Gs1.sscc(first);
      case CRATE -> {
        require(Gs1.grai(first).length() > 14);
        IsoTime.startOfDay(values.get(1));
      }
      case BOX -> {
        // A key that has the form of a GRAI with its serial is one; a GIAI may have any other.
        Gs1.giai(first);
        IsoTime.startOfDay(values.get(1));
      }
      case CERTIFICATE -> Gs1.gdti(first);
      case ORGANISATION, PLACE -> Gs1.gln(first);
      case PRODUCT -> gtin14(first);
      case CONSORTIUM -> require(first.matches("[a-z0-9-]{3,40}"));
    }
  }

  private static void gtin14(String gtin) {
    require(Gs1.gtin14(gtin).equals(gtin));
  }

  private static String decode(String part) {
    try {
      return Percent.decode(part);
    } catch (MalformedEvent e) {
      throw malformed();
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw malformed();
    }
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("subject_malformed", null);
  }
}

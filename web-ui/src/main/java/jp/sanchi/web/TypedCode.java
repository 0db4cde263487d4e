package jp.sanchi.web;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;

/**
 * What people type or paste: an address, the digits under a barcode, an element string with
 * brackets or as scanners give it, the short code or the serial of a label, a lot's number; in
 * letters of any width and case, with spaces and hyphens anywhere.
 */
final class TypedCode {
  private static final int LONGEST = 500;
  private static final Pattern ADDRESS =
      Pattern.compile("(?:https?://)?[^/?#\\s]*(/[^?#\\s]+)(?:[?#].*)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern ELEMENT = Pattern.compile("\\((\\d{2,4})\\)([^(]+)");
  private static final Pattern DIGITS = Pattern.compile("\\d{8}|\\d{12,14}|\\d{18}|00\\d{18}");

  /** What scanners put before an element string (ISO/IEC 15424), and the AI of a GTIN. */
  private static final Pattern ELEMENTS =
      Pattern.compile("(?:][A-Za-z]\\d)?\u001D?01(\\d{14})(.*)", Pattern.DOTALL);

  /** Dates and amounts of fixed length, which name nothing by themselves. */
  private static final Pattern FIXED =
      Pattern.compile("(?:(?:1[1-7])\\d{6}|20\\d{2}|3[1-6]\\d{2}\\d{6})\u001D?");

  private static final Pattern LOT_WORD =
      Pattern.compile(
          "^(?:ロット|lot)\\s*(?:番号|number|no\\.?)?\\s*[:：]?\\s*(?=\\S)",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private static final Pattern LOT = Pattern.compile("[!\"%-?A-Z_a-z]{1,20}");
  private static final Pattern SITE =
      Pattern.compile(
          "(?:(?:https?://)([^/?#\\s]+)|((?:[a-z0-9-]+\\.)+[a-z]{2,})(?=[/?#]|$))\\S*",
          Pattern.CASE_INSENSITIVE);

  /** Of what is named on a page; people see the rest in the field. */
  private static final int MOST_NAMED = 40;

  private TypedCode() {}

  /** The path of the page that it names, in its one form; null where it names none by itself. */
  static String path(String typed) {
    String text = plain(typed);
    Matcher address = ADDRESS.matcher(text);
    if (address.matches()) {
      return canonical(address.group(1));
    }
    String path = ofElements(text.replaceAll("\\s", ""));
    if (path == null) {
      path = ofElementString(text.replaceAll("[\\s&&[^\u001D]]", ""));
    }
    if (path != null) {
      return canonical(path);
    }
    String digits = text.replaceAll("[\\s-]", "");
    if (!DIGITS.matcher(digits).matches()) {
      return null;
    }
    return canonical(
        digits.length() < 18
            ? "/01/" + "0".repeat(14 - digits.length()) + digits
            : "/00/" + digits.substring(digits.length() - 18));
  }

  /** The short code that it is, as labels print it, or null. */
  static String shortCode(String typed) {
    try {
      return ShortCode.parse(plain(typed)).text();
    } catch (MalformedEvent e) {
      return null;
    }
  }

  /** The whole serial of a label that it is, in any grouping, or null. */
  static String serial(String typed) {
    String printed = printed(plain(typed).replaceAll("[\\s-]", ""));
    return isOurs(printed) ? printed : null;
  }

  /** The number of a lot that it may be, or null. */
  static String lot(String typed) {
    String lot = LOT_WORD.matcher(plain(typed)).replaceFirst("").strip();
    return LOT.matcher(lot).matches() ? lot : null;
  }

  /** The site of an address that names nothing here, or null where it is no address. */
  static String site(String typed) {
    Matcher site = SITE.matcher(plain(typed));
    if (!site.matches()) {
      return null;
    }
    return (site.group(1) == null ? site.group(2) : site.group(1)).toLowerCase(Locale.ROOT);
  }

  /** Whether it is as many digits as a barcode has, of which some must be wrong. */
  static boolean isBarcode(String typed) {
    return DIGITS.matcher(plain(typed).replaceAll("[\\s-]", "")).matches();
  }

  /** As a page names it. */
  static String named(String typed) {
    String text = typed.strip();
    return text.codePointCount(0, text.length()) <= MOST_NAMED
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_NAMED)) + "…";
  }

  /** In the width that codes are printed in, and with one kind of hyphen. */
  private static String plain(String typed) {
    String text = typed.length() > LONGEST ? typed.substring(0, LONGEST) : typed;
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replaceAll("[\u2010-\u2015\u2212ー]", "-")
        .strip();
  }

  /**
   * Of an element string without brackets, as scanners give it. A lot ends at its separator; where
   * that was lost on the way, before a serial of ours.
   */
  private static String ofElementString(String text) {
    Matcher elements = ELEMENTS.matcher(text);
    if (!elements.matches()) {
      return null;
    }
    StringBuilder path = new StringBuilder("/01/").append(elements.group(1));
    String rest = elements.group(2);
    while (!rest.isEmpty()) {
      Matcher fixed = FIXED.matcher(rest);
      if (fixed.lookingAt()) {
        rest = rest.substring(fixed.end());
      } else if (rest.length() > 2 && (rest.startsWith("10") || rest.startsWith("21"))) {
        int end = rest.indexOf('\u001D');
        int serial = rest.length() - 22;
        if (end < 0 && rest.startsWith("10") && serial > 2 && rest.startsWith("21", serial)) {
          end = isOurs(printed(rest.substring(serial + 2))) ? serial : end;
        }
        String value = rest.substring(2, end < 0 ? rest.length() : end);
        path.append('/').append(rest, 0, 2).append('/').append(value);
        rest = end < 0 ? "" : rest.substring(end).replaceFirst("^\u001D", "");
      } else {
        return null;
      }
    }
    return path.toString();
  }

  private static String ofElements(String text) {
    Matcher element = ELEMENT.matcher(text);
    StringBuilder path = new StringBuilder();
    int end = 0;
    while (element.find() && element.start() == end) {
      end = element.end();
      path.append('/').append(element.group(1)).append('/').append(element.group(2));
    }
    return end > 0 && end == text.length() ? path.toString() : null;
  }

  /**
   * The one form of a path; a serial of ours that was typed in small letters, or with O for 0, is
   * taken as it was printed.
   */
  static String canonical(String path) {
    try {
      DigitalLink link = DigitalLink.parse(withoutSlash(path));
      String serial = link.serial();
      if (serial == null || isOurs(serial)) {
        return link.path();
      }
      String printed = printed(serial);
      return isOurs(printed)
          ? new DigitalLink(link.key(), link.value(), link.variant(), link.lot(), printed).path()
          : link.path();
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static String printed(String serial) {
    return serial.toUpperCase(Locale.ROOT).replace('O', '0').replaceAll("[IL]", "1");
  }

  /** A slash at the end, which people and programs add, says nothing. */
  static String withoutSlash(String path) {
    return path.replaceFirst("(?<=[^/])/$", "");
  }

  private static boolean isOurs(String serial) {
    try {
      Serial.parse(serial);
      return true;
    } catch (MalformedEvent e) {
      return false;
    }
  }
}

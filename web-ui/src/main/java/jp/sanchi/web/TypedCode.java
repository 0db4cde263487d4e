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
 * What people type or paste: an address, the digits under a barcode, an element string in brackets,
 * or the short code of a label; in letters of any width and case, with spaces and hyphens anywhere.
 */
final class TypedCode {
  private static final int LONGEST = 500;
  private static final Pattern ADDRESS =
      Pattern.compile("(?:https?://)?[^/?#\\s]*(/[^?#\\s]+)(?:[?#].*)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern ELEMENT = Pattern.compile("\\((\\d{2,4})\\)([^(]+)");
  private static final Pattern DIGITS = Pattern.compile("\\d{8}|\\d{12,14}|\\d{18}|00\\d{18}");

  private TypedCode() {}

  /** The path of the page that it names, in its one form; null where it names none by itself. */
  static String path(String typed) {
    String text = plain(typed);
    Matcher address = ADDRESS.matcher(text);
    if (address.matches()) {
      return canonical(address.group(1));
    }
    String path = ofElements(text.replaceAll("\\s", ""));
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

  /** In the width that codes are printed in, and with one kind of hyphen. */
  private static String plain(String typed) {
    String text = typed.length() > LONGEST ? typed.substring(0, LONGEST) : typed;
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replaceAll("[\u2010-\u2015\u2212ー]", "-")
        .strip();
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
      String printed = serial.toUpperCase(Locale.ROOT).replace('O', '0').replaceAll("[IL]", "1");
      return isOurs(printed)
          ? new DigitalLink(link.key(), link.value(), link.variant(), link.lot(), printed).path()
          : link.path();
    } catch (MalformedEvent e) {
      return null;
    }
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

package jp.sanchi.kernel.event;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * The one form in which payloads write time: {@code YYYY-MM-DDTHH:MM:SS.sssZ}, years 2000 to 2099,
 * without leap seconds; beside it the recorder's offset, {@code +09:00}. Times are milliseconds
 * since 1970 in UTC; every fault is {@code time_malformed}.
 */
public final class IsoTime {
  private static final long DAY = 86_400_000L;
  private static final long FIRST = LocalDate.of(2000, 1, 1).toEpochDay() * DAY;
  private static final long END = LocalDate.of(2100, 1, 1).toEpochDay() * DAY;

  private IsoTime() {}

  public static long parse(String text) {
    if (text.length() != 24
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || text.charAt(19) != '.'
        || text.charAt(23) != 'Z') {
      throw malformed();
    }
    long hour = digits(text, 11, 2, 23);
    long minute = digits(text, 14, 2, 59);
    long second = digits(text, 17, 2, 59);
    return startOfDay(text.substring(0, 10))
        + ((hour * 60 + minute) * 60 + second) * 1000
        + digits(text, 20, 3, 999);
  }

  public static String print(long epochMillis) {
    String date = date(epochMillis);
    long inDay = epochMillis % DAY;
    var out = new StringBuilder(24).append(date).append('T');
    pad(inDay / 3_600_000, 2, out).append(':');
    pad(inDay / 60_000 % 60, 2, out).append(':');
    pad(inDay / 1000 % 60, 2, out).append('.');
    return pad(inDay % 1000, 3, out).append('Z').toString();
  }

  /** The UTC day, {@code YYYY-MM-DD}, that a time falls into. */
  public static String date(long epochMillis) {
    if (epochMillis < FIRST || epochMillis >= END) {
      throw malformed();
    }
    return LocalDate.ofEpochDay(epochMillis / DAY).toString();
  }

  /** The first millisecond, in UTC, of a {@code YYYY-MM-DD}. */
  public static long startOfDay(String date) {
    if (date.length() != 10 || date.charAt(4) != '-' || date.charAt(7) != '-') {
      throw malformed();
    }
    int year = digits(date, 0, 4, 2099);
    int month = digits(date, 5, 2, 12);
    int day = digits(date, 8, 2, 31);
    if (year < 2000) {
      throw malformed();
    }
    try {
      return LocalDate.of(year, month, day).toEpochDay() * DAY;
    } catch (DateTimeException e) {
      throw malformed();
    }
  }

  /**
   * Minutes east of UTC, from {@code -14:00} to {@code +14:00}. {@code -00:00} is refused: it would
   * be a second way to write {@code +00:00}.
   */
  public static int parseOffset(String text) {
    if (text.length() != 6
        || text.charAt(3) != ':'
        || (text.charAt(0) != '+' && text.charAt(0) != '-')) {
      throw malformed();
    }
    int minutes = digits(text, 1, 2, 14) * 60 + digits(text, 4, 2, 59);
    boolean west = text.charAt(0) == '-';
    if (minutes > 14 * 60 || (west && minutes == 0)) {
      throw malformed();
    }
    return west ? -minutes : minutes;
  }

  public static String printOffset(int minutesEast) {
    if (minutesEast < -14 * 60 || minutesEast > 14 * 60) {
      throw malformed();
    }
    int minutes = Math.abs(minutesEast);
    var out = new StringBuilder(6).append(minutesEast < 0 ? '-' : '+');
    pad(minutes / 60, 2, out).append(':');
    return pad(minutes % 60, 2, out).toString();
  }

  private static int digits(String text, int from, int count, int most) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw malformed();
      }
      value = value * 10 + (c - '0');
    }
    if (value > most) {
      throw malformed();
    }
    return value;
  }

  private static StringBuilder pad(long value, int digits, StringBuilder out) {
    String text = Long.toString(value);
    return out.append("0".repeat(digits - text.length())).append(text);
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("time_malformed", null);
  }
}

package jp.sanchi.bridge;

import java.util.Map;
import java.util.TreeMap;

/**
 * What boxes measure. Values are integers in hundredths, as in a window's leaves (wire format,
 * section 8).
 */
enum Measure {
  /** 0.01 °C. */
  TEMPERATURE("temperature", 1, -10_000, 20_000, "Temperature", "CEL"),
  /** 0.01 % of relative humidity. */
  HUMIDITY("humidity", 2, 0, 10_000, "RelativeHumidity", "P1");

  private static final Map<String, Measure> BY_WORD = new TreeMap<>();

  static {
    for (Measure measure : values()) {
      BY_WORD.put(measure.word, measure);
    }
  }

  final String word;
  final int code;
  final long least;
  final long most;

  /** The GS1 type and unit, as an event's sensor report has them. */
  final String type;

  final String unit;

  Measure(String word, int code, long least, long most, String type, String unit) {
    this.word = word;
    this.code = code;
    this.least = least;
    this.most = most;
    this.type = type;
    this.unit = unit;
  }

  /** Null where there is none of that name. */
  static Measure of(String word) {
    return BY_WORD.get(word);
  }
}

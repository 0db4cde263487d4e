package jp.sanchi.bridge;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * One MQTT message of a device: {@code {"device":…,"seq":…,"time":ms,"values":{"temperature":342}}}
 * on {@code sanchi/{organisation}/{device}/readings}. The schema is in {@code
 * traceability-ear/docs/reading.schema.json}. Values are integers, so no spelling of a number can
 * be misread.
 *
 * @param organisation GLN, out of the topic
 * @param seq counted by the device, 0 to 2^53-1
 * @param timeMs of the measurement, by the device's clock, ms since 1970
 */
record ReadingMessage(
    String organisation, String device, long seq, long timeMs, Map<Measure, Long> values) {
  /** Longer messages are refused by the broker. */
  static final int MOST_BYTES = 4096;

  private static final Json.Limits LIMITS = new Json.Limits(MOST_BYTES, 2);
  private static final Set<String> MEMBERS = Set.of("device", "seq", "time", "values");
  private static final long YEAR_2000 = 946_684_800_000L;
  private static final long YEAR_2100 = 4_102_444_800_000L;

  static ReadingMessage read(String topic, byte[] payload) throws RefusedReading {
    String[] levels = topic.split("/", -1);
    if (levels.length != 4 || !levels[0].equals("sanchi") || !levels[3].equals("readings")) {
      throw new RefusedReading(Refusal.WRONG_TOPIC);
    }
    ReadingMessage message;
    try {
      message = parse(levels[1], payload);
    } catch (MalformedEvent e) {
      throw new RefusedReading(Refusal.MALFORMED);
    }
    if (!message.device().equals(levels[2])) {
      throw new RefusedReading(Refusal.WRONG_TOPIC);
    }
    return message;
  }

  private static ReadingMessage parse(String organisation, byte[] payload) throws RefusedReading {
    if (payload.length > MOST_BYTES
        || !(Json.parse(payload, LIMITS) instanceof Json.Obj message)
        || !message.members().keySet().equals(MEMBERS)
        || !(message.get("device") instanceof Json.Text device)
        || !(message.get("values") instanceof Json.Obj given)
        || given.members().isEmpty()) {
      throw new RefusedReading(Refusal.MALFORMED);
    }
    long seq = integer(message.get("seq"), 0, Json.MAX_INTEGER);
    long time = integer(message.get("time"), YEAR_2000, YEAR_2100 - 1);
    Map<Measure, Long> values = new EnumMap<>(Measure.class);
    for (Map.Entry<String, Json> value : given.members().entrySet()) {
      Measure measure = Measure.of(value.getKey());
      if (measure == null) {
        throw new RefusedReading(Refusal.MALFORMED);
      }
      values.put(measure, integer(value.getValue(), measure.least, measure.most));
    }
    return new ReadingMessage(organisation, device.value(), seq, time, values);
  }

  private static long integer(Json value, long least, long most) throws RefusedReading {
    if (value instanceof Json.Num number && number.isInteger()) {
      long integer = number.longValue();
      if (integer >= least && integer <= most) {
        return integer;
      }
    }
    throw new RefusedReading(Refusal.MALFORMED);
  }
}

package jp.sanchi.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.proof.Merkle;
import jp.sanchi.kernel.proof.Reading;

/**
 * The payload of {@code window_recorded} and {@code window_supplemented} (wire format, 2 and 8).
 */
final class WindowEvent {
  private static final Json CONTEXT =
      Json.array(
          "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
          Json.object("sanchi", "urn:sanchi:"));

  private WindowEvent() {}

  /**
   * @param readings ascending by sequence number
   * @param supplements id of the event that it supplements, or null
   */
  static Json.Obj payload(
      WindowId id,
      String box,
      List<Reading> readings,
      String supplements,
      String consortium,
      String organisation,
      String kid,
      long nowMs) {
    String kind = supplements == null ? "window_recorded" : "window_supplemented";
    Kinds.Row row = Kinds.row(kind);
    long first = readings.get(0).seq();
    long last = readings.get(readings.size() - 1).seq();
    var payload = new TreeMap<String, Json>();
    payload.put("@context", CONTEXT);
    payload.put("type", Json.of(row.type()));
    payload.put("action", Json.of(row.action()));
    payload.put("bizStep", Json.of(row.bizStep()));
    payload.put("disposition", Json.of(row.dispositions().get(0)));
    payload.put("eventID", Json.of("urn:uuid:" + id.uuid(kid)));
    payload.put("eventTime", Json.of(IsoTime.print(id.to())));
    payload.put("eventTimeZoneOffset", Json.of("+00:00"));
    payload.put("epcList", Json.array(box));
    payload.put("sensorElementList", Json.array(element(id, readings)));
    payload.put("sanchi:kind", Json.of(kind));
    payload.put("sanchi:consortium", Json.of(consortium));
    payload.put("sanchi:organisation", Json.of(organisation));
    payload.put("sanchi:loggedAt", Json.of(IsoTime.print(nowMs)));
    payload.put("sanchi:precision", Json.of("minute"));
    payload.put("sanchi:from", Json.of(IsoTime.print(id.from())));
    payload.put("sanchi:to", Json.of(IsoTime.print(id.to())));
    payload.put("sanchi:count", Json.of(readings.size()));
    payload.put("sanchi:firstSeq", Json.of(first));
    payload.put("sanchi:lastSeq", Json.of(last));
    payload.put("sanchi:gaps", Json.of(last - first + 1 - readings.size()));
    List<byte[]> leaves = readings.stream().map(reading -> Merkle.leaf(reading.leaf())).toList();
    payload.put("sanchi:root", Json.of(Base64Url.encode(Merkle.root(leaves))));
    if (supplements != null) {
      payload.put("sanchi:supplements", Json.of(supplements));
    }
    return new Json.Obj(payload);
  }

  private static Json element(WindowId id, List<Reading> readings) {
    List<Json> reports = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      var values =
          readings.stream()
              .filter(reading -> reading.values().containsKey(measure.code))
              .mapToLong(reading -> reading.values().get(measure.code))
              .summaryStatistics();
      if (values.getCount() > 0) {
        reports.add(
            Json.object(
                "maxValue",
                hundredths(values.getMax()),
                "minValue",
                hundredths(values.getMin()),
                "type",
                measure.type,
                "uom",
                measure.unit));
      }
    }
    return Json.object(
        "sensorMetadata",
        Json.object(
            "endTime", IsoTime.print(id.to()),
            "startTime", IsoTime.print(id.from())),
        "sensorReport",
        new Json.Arr(reports));
  }

  private static Json hundredths(long scaled) {
    String text = java.math.BigDecimal.valueOf(scaled, 2).stripTrailingZeros().toPlainString();
    return new Json.Num(text);
  }
}

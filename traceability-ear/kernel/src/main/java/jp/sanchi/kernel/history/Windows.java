package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/** Windows of readings: one UTC day, and numbers that agree (wire format, section 8). */
final class Windows implements SubjectRules {
  @Override
  public void check(Attempt attempt) {
    if (!attempt.is("window_recorded", "window_supplemented")) {
      return;
    }
    TraceEvent event = attempt.event;
    long from = IsoTime.parse(event.text("sanchi:from"));
    long to = IsoTime.parse(event.text("sanchi:to"));
    require(
        from <= to && IsoTime.date(from).equals(IsoTime.date(to)),
        Reason.WINDOW_MALFORMED,
        "sanchi:to",
        null);
    long first = event.integer("sanchi:firstSeq");
    long last = event.integer("sanchi:lastSeq");
    require(first <= last, Reason.WINDOW_MALFORMED, "sanchi:lastSeq", null);
    long count = event.integer("sanchi:count");
    require(
        count >= 1 && count == last - first + 1 - event.integer("sanchi:gaps"),
        Reason.WINDOW_MALFORMED,
        "sanchi:count",
        null);
    Json.Arr sensors = event.payload().array("sensorElementList");
    for (int i = 0; i < sensors.size(); i++) {
      Json.Obj metadata = ((Json.Obj) sensors.get(i)).object("sensorMetadata");
      require(
          metadata.text("startTime").equals(event.text("sanchi:from"))
              && metadata.text("endTime").equals(event.text("sanchi:to")),
          Reason.WINDOW_MALFORMED,
          "sensorElementList/" + i + "/sensorMetadata",
          null);
    }
  }

  @Override
  public void apply(Attempt attempt) {
    // A window stands for itself.
  }
}

package jp.sanchi.demonstration;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Kinds;

/**
 * One payload in the making. The EPCIS words (type, action, bizStep, the only disposition) come
 * from the kernel's table of kinds; whatever differs is said with {@link #with}.
 */
public final class Draft {
  private static final Json CONTEXT =
      Json.array(
          "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
          Json.object("sanchi", "urn:sanchi:"));

  private final String kind;
  private final Kinds.Row row;
  private final SortedMap<String, Json> members = new TreeMap<>();
  private long eventTime = Long.MIN_VALUE;
  private LocalDate day;
  private ZoneId zone = ZoneOffset.ofHours(9);

  private Draft(String kind) {
    this.kind = kind;
    this.row = Kinds.row(kind);
    if (row == null) {
      throw new IllegalArgumentException("no such kind: " + kind);
    }
  }

  public static Draft of(String kind) {
    return new Draft(kind);
  }

  /** An instant in ms since 1970, known to the minute. */
  public Draft at(long epochMillis) {
    eventTime = epochMillis;
    day = null;
    return this;
  }

  /** A day whose hour nobody knows. */
  public Draft on(LocalDate day) {
    this.day = day;
    return this;
  }

  /** Whose clocks hang where it happens; Japan's if nothing is said. */
  public Draft zone(ZoneId zone) {
    this.zone = zone;
    return this;
  }

  public Draft with(String name, Object value) {
    members.putAll(Json.object(name, value).members());
    return this;
  }

  public Draft place(String gln) {
    return with("readPoint", Json.object("id", "https://id.gs1.org/414/" + gln));
  }

  /** Quantity elements without a quantity. */
  public Draft lots(String... lotUris) {
    return classes("quantityList", lotUris);
  }

  public Draft classes(String member, String... uris) {
    List<Json> elements = new ArrayList<>();
    for (String uri : uris) {
      elements.add(Json.object("epcClass", uri));
    }
    members.put(member, new Json.Arr(elements));
    return this;
  }

  /** One quantity element; {@code uom} is a UN/CEFACT unit such as KGM, or null for pieces. */
  public Draft quantity(String member, String uri, String amount, String uom) {
    Json.Obj element = Json.object("epcClass", uri, "quantity", new Json.Num(amount));
    if (uom != null) {
      element = element.with("uom", Json.of(uom));
    }
    return with(member, Json.array(element));
  }

  public Draft list(String member, String... uris) {
    members.put(member, Json.array((Object[]) uris));
    return this;
  }

  public Draft toParties(String owner, String... possessors) {
    List<Json> parties = new ArrayList<>();
    parties.add(party(owner, "owning_party"));
    for (String possessor : possessors) {
      parties.add(party(possessor, "possessing_party"));
    }
    members.put("destinationList", new Json.Arr(parties));
    return this;
  }

  private static Json party(String gln, String type) {
    return Json.object("destination", "https://id.gs1.org/417/" + gln, "type", type);
  }

  /**
   * The whole payload.
   *
   * @param signer {@code sanchi:organisation} or {@code sanchi:member} and its value
   * @param now the device's clock in ms; also when it happened, if the draft says nothing else
   */
  Json.Obj payload(String consortium, String signerMember, String signer, long now, UUID id) {
    var payload = new TreeMap<String, Json>(members);
    payload.putIfAbsent("sanchi:kind", Json.of(kind));
    payload.put("sanchi:consortium", Json.of(consortium));
    payload.put("sanchi:loggedAt", Json.of(IsoTime.print(now)));
    payload.put(signerMember, Json.of(signer));
    payload.putIfAbsent("eventID", Json.of("urn:uuid:" + id));
    long time = time(now);
    payload.putIfAbsent("eventTime", Json.of(IsoTime.print(time)));
    if (!row.administration()) {
      payload.put("@context", CONTEXT);
      payload.putIfAbsent("sanchi:precision", Json.of(day != null ? "day" : "minute"));
      payload.put("type", Json.of(row.type()));
      ZoneOffset offset = zone.getRules().getOffset(Instant.ofEpochMilli(time));
      payload.putIfAbsent(
          "eventTimeZoneOffset", Json.of(IsoTime.printOffset(offset.getTotalSeconds() / 60)));
      if (!row.action().isEmpty()) {
        payload.put("action", Json.of(row.action()));
      }
      payload.put("bizStep", Json.of(row.bizStep()));
      if (!row.dispositions().isEmpty()) {
        payload.putIfAbsent("disposition", Json.of(row.dispositions().get(0)));
      }
    }
    return new Json.Obj(payload);
  }

  private long time(long now) {
    if (day != null) {
      return day.atTime(12, 0).atZone(zone).toInstant().toEpochMilli();
    }
    return eventTime == Long.MIN_VALUE ? now : eventTime;
  }

  String typ() {
    return row.administration() ? "sanchi-admin" : "sanchi-epcis";
  }
}

package jp.sanchi.kernel;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.MemberType;

/**
 * An event's payload before it is signed. Complete from the start: every member that the table
 * demands has an example as its value. Immutable.
 */
public record Draft(Kinds.Row row, Json.Obj payload) {
  public static final Json CONTEXT =
      Json.array(
          "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
          Json.object("sanchi", "urn:sanchi:"));

  /** The examples' lot. */
  public static final String LOT = lot(gtin(11001), "AY260815A");

  public static final String HASH = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

  /** An event of this kind with all demanded members; no two names give the same event. */
  public static Draft of(String kind, String name) {
    Kinds.Row row = Kinds.row(kind);
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    Json.Obj payload =
        Json.object(
            "eventID",
            "urn:uuid:" + id,
            "eventTime",
            IsoTime.print(Field.START),
            "sanchi:loggedAt",
            IsoTime.print(Field.START),
            "sanchi:kind",
            kind,
            "sanchi:consortium",
            Field.CONSORTIUM);
    Draft draft = new Draft(row, payload);
    if (!row.administration()) {
      draft =
          draft
              .with("@context", CONTEXT)
              .with("type", row.type())
              .with("bizStep", row.bizStep())
              .with("eventTimeZoneOffset", "+09:00")
              .with("sanchi:precision", "minute");
    }
    if (!row.action().isEmpty()) {
      draft = draft.with("action", row.action());
    }
    if (!row.dispositions().isEmpty()) {
      draft = draft.with("disposition", row.dispositions().get(0));
    }
    for (var member : row.members().entrySet()) {
      if (member.getValue().required()) {
        draft = draft.withExample(member.getKey());
      }
    }
    return draft;
  }

  public static Draft of(String kind) {
    return of(kind, kind);
  }

  /** With an example of every member that the kind may have, crates' day apart. */
  public Draft full() {
    Draft full = this;
    for (String member : row.members().keySet()) {
      full = payload.has(member) ? full : full.withExample(member);
    }
    return full.without("sanchi:day");
  }

  public Draft withExample(String member) {
    return with(member, example(row.members().get(member).type(), member));
  }

  /**
   * A copy in which the member has this value.
   *
   * @param value Json or a plain value as {@link Json#array} takes it
   */
  public Draft with(String member, Object value) {
    return new Draft(row, payload.with(member, Json.array(value).get(0)));
  }

  public Draft without(String member) {
    return new Draft(row, payload.without(member));
  }

  public Draft at(String time) {
    return with("eventTime", time).with("sanchi:loggedAt", time);
  }

  /** The declaration that this event, which has this id, was an error. */
  public Draft declaredError(String id) {
    String time = payload.text("sanchi:loggedAt");
    return with(
            "errorDeclaration", Json.object("declarationTime", time, "reason", "incorrect_data"))
        .with("sanchi:corrects", id);
  }

  // Identifiers of the company prefix 4569951, or of another

  public static String gln(String twelve) {
    return twelve + Gs1.checkDigit(twelve);
  }

  public static String gln(int place) {
    return gln("4569951" + digits(place, 5));
  }

  public static String gtin(int item) {
    return gtin("04569951" + digits(item, 5));
  }

  public static String gtin(String thirteen) {
    return thirteen + Gs1.checkDigit(thirteen);
  }

  public static String lot(String gtin, String lot) {
    return DigitalLink.lot(gtin, lot).canonical();
  }

  public static String sscc(int serial) {
    String digits = "04569951" + digits(serial, 9);
    return uri(Gs1.Key.SSCC, digits + Gs1.checkDigit(digits));
  }

  public static String crate(String serial) {
    return uri(Gs1.Key.GRAI, "0" + gln("456995180001") + serial);
  }

  public static String certificate(String serial) {
    return uri(Gs1.Key.GDTI, gln("456995190001") + serial);
  }

  public static String uri(Gs1.Key key, String value) {
    return DigitalLink.of(key, value).canonical();
  }

  public static Json.Arr lots(String... uris) {
    Json[] elements = new Json[uris.length];
    for (int i = 0; i < uris.length; i++) {
      elements[i] = Json.object("epcClass", uris[i], "quantity", 48, "uom", "KGM");
    }
    return Json.array((Object[]) elements);
  }

  public static Json.Arr numbers(String gtin, String run, int first, int last) {
    return Json.array(
        Json.object(
            "sanchi:first", first, "sanchi:gtin", gtin, "sanchi:last", last, "sanchi:run", run));
  }

  public static Json.Arr destinations(String... glns) {
    Json[] elements = new Json[glns.length];
    for (int i = 0; i < glns.length; i++) {
      String uri = uri(Gs1.Key.PARTY, glns[i]);
      elements[i] = Json.object("destination", uri, "type", "possessing_party");
    }
    return Json.array((Object[]) elements);
  }

  private static String digits(int number, int count) {
    String text = Integer.toString(number);
    return "0".repeat(count - text.length()) + text;
  }

  private Object example(MemberType type, String member) {
    return switch (type) {
      case TEXT -> "小松菜「いなむら」";
      case WORD -> member.equals("sanchi:mode") ? "fabric" : "organic_jas";
      case BOOLEAN -> false;
      case INTEGER -> integer(member);
      case NUMBER -> new java.math.BigDecimal("6.4");
      case DATE -> "2026-08-15";
      case TIME ->
          member.equals("sanchi:to") ? "2026-08-15T00:59:00.000Z" : "2026-08-15T00:00:00.000Z";
      case HASH, EVENTID, KID -> HASH;
      case GLN, PLACEGLN -> gln(1);
      case GTIN -> gtin(11001);
      case GDTI -> gln("456995190001") + "JAS1";
      case MSPID -> "AyaMSP";
      case ROLE -> "grower";
      case PREFIX -> "4569951";
      case RUN -> member.equals("sanchi:newRun") ? "0002" : "0001";
      case PLACE -> Json.object("id", uri(Gs1.Key.PLACE, gln(2)));
      case LOTS1, LOTS, LOTS1Q, LOTSQ ->
          lots(member.equals("inputQuantityList") ? lot(gtin(11002), "IN1") : LOT);
      case PRODUCT1Q ->
          Json.array(Json.object("epcClass", uri(Gs1.Key.GTIN, gtin(11001)), "quantity", 500));
      case LOTURIS -> Json.array(lot(gtin(11003), "FEED/7"));
      case UNIT -> sscc(1);
      case UNITS -> Json.array(row.members().containsKey("parentID") ? sscc(2) : sscc(1));
      case BOX -> uri(Gs1.Key.GIAI, "4569951BOX1");
      case BOXES1 -> Json.array(uri(Gs1.Key.GIAI, "4569951BOX1"));
      case PACKAGES -> Json.array("urn:sanchi:package:" + HASH);
      case CERTIFICATES1 -> Json.array(certificate("JAS1"));
      case PLACES1 -> Json.array(uri(Gs1.Key.PLACE, gln(2)));
      case ORGANISATIONS1 -> Json.array(uri(Gs1.Key.PARTY, gln(1)));
      case PARTIES ->
          member.equals("sourceList")
              ? Json.array(
                  Json.object("source", uri(Gs1.Key.PARTY, gln(1)), "type", "possessing_party"))
              : destinations(gln(3));
      case TRANSACTIONS ->
          Json.array(
              Json.object("bizTransaction", "urn:example:slip:20260815-1", "type", "desadv"));
      case NUMBERS -> numbers(gtin(11001), "0001", 0, 19);
      case LIMITS ->
          Json.array(
              Json.object(
                  "sanchi:allowedMinutes",
                  20,
                  "sanchi:maximum",
                  10,
                  "sanchi:measure",
                  "temperature",
                  "sanchi:minimum",
                  0));
      case CLAIMS ->
          Json.array(
              Json.object(
                  "sanchi:certificate", certificate("JAS1"), "sanchi:claim", "organic_jas"));
      case SENSORS -> sensors();
      case SERIALS -> Json.array("0a1b2c");
      case THRESHOLD -> Json.object("members", 2, "operators", 2);
      case JWK -> Field.key("nobody's").jwk();
      case MEMBERS -> Json.array(new Field.Member("AyaMSP", "Aya-JA").json());
      default -> throw new IllegalArgumentException(type + " is no type of the table");
    };
  }

  private static Object integer(String member) {
    return switch (member) {
      case "sanchi:count" -> 60;
      case "sanchi:firstSeq" -> 100;
      case "sanchi:lastSeq" -> 159;
      case "sanchi:last", "sanchi:newLast" -> 9;
      default -> 0;
    };
  }

  private static Json.Arr sensors() {
    Json.Obj report =
        Json.object(
            "maxValue",
            new java.math.BigDecimal("5.2"),
            "minValue",
            new java.math.BigDecimal("3.9"),
            "type",
            "Temperature",
            "uom",
            "CEL");
    return Json.array(
        Json.object(
            "sensorMetadata",
            Json.object(
                "endTime", "2026-08-15T00:59:00.000Z", "startTime", "2026-08-15T00:00:00.000Z"),
            "sensorReport",
            Json.array(report)));
  }
}

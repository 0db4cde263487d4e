package jp.sanchi.kernel.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.proof.P256;

/**
 * One event that is well formed by the table of kinds (wire format, section 2). Reading checks
 * neither signature nor right.
 *
 * <p>Faults in the order in which they are found: {@code sanchi:kind} absent or no word, a kind
 * that does not go with the header's {@code typ}; then the top-level members present and demanded
 * together, in ascending order of their names, each down to its innermost value; {@code
 * errorDeclaration} and {@code sanchi:corrects} not together; {@code sanchi:day} missing or too
 * much. All these are {@code event_malformed} with the place; {@code unknown_kind} comes last.
 */
public final class TraceEvent {
  static final String PACKAGE = "urn:sanchi:package:";

  private static final Map<String, SortedMap<String, MemberType.Field>> DEMANDED = new HashMap<>();

  static {
    for (Kinds.Row row : Kinds.rows().values()) {
      DEMANDED.put(row.kind(), demanded(row, false));
      if (row.administration()) {
        DEMANDED.put(row.kind() + " x5c", demanded(row, true));
      }
    }
  }

  /**
   * Numbered labels of one run, such as are packed together.
   *
   * @param run the run's subject
   * @param first 0 to 499
   * @param last not less than {@code first}
   */
  public record Labels(String run, String gtin, int first, int last) {}

  private final Jws jws;
  private final Kinds.Row row;
  private final Json.Obj payload;
  private final String id;
  private final String kind;
  private final String organisation;
  private final boolean declaresError;
  private final long eventTime;
  private final long loggedAt;
  private final List<String> subjects;

  private TraceEvent(Jws jws, Kinds.Row row) {
    this.jws = jws;
    this.row = row;
    this.payload = jws.payload();
    this.id = jws.idText();
    this.kind = payload.text("sanchi:kind");
    this.organisation = text("sanchi:organisation");
    this.declaresError = row != null && payload.has("errorDeclaration");
    this.eventTime = IsoTime.parse(payload.text("eventTime"));
    this.loggedAt = IsoTime.parse(payload.text("sanchi:loggedAt"));
    this.subjects = row == null ? List.of() : appended();
  }

  /** Reads an event of a known kind. */
  public static TraceEvent read(Jws jws) {
    TraceEvent event = readAny(jws);
    if (event.row == null) {
      throw new MalformedEvent("unknown_kind", "/sanchi:kind");
    }
    return event;
  }

  /**
   * Reads an event of which the kind may be unknown: then only the members that every event has are
   * checked, {@link #row()} is null, {@link #subjects()} is empty and it corrects nothing.
   */
  public static TraceEvent readAny(Jws jws) {
    Json.Obj payload = jws.payload();
    Json kind = payload.get("sanchi:kind");
    MemberType.require(kind != null, "/sanchi:kind");
    MemberType.WORD.check(kind, "/sanchi:kind");
    Kinds.Row row = Kinds.row(payload.text("sanchi:kind"));
    boolean epcis = jws.typ().equals(Jws.TRACE);
    if (row == null) {
      MemberType.walk(payload, common(epcis, jws.x5c() != null), true, "");
    } else {
      MemberType.require(row.administration() != epcis, "/sanchi:kind");
      String form = jws.x5c() == null ? row.kind() : row.kind() + " x5c";
      MemberType.walk(payload, DEMANDED.get(form), "");
    }
    if (row != null) {
      boolean declares = payload.has("errorDeclaration");
      if (declares != payload.has("sanchi:corrects")) {
        MemberType.require(false, declares ? "/sanchi:corrects" : "/errorDeclaration");
      }
      MemberType.require(payload.has("sanchi:day") == namesCrate(row, payload), "/sanchi:day");
    }
    return new TraceEvent(jws, row);
  }

  private static boolean namesCrate(Kinds.Row row, Json.Obj payload) {
    for (Map.Entry<String, Kinds.Member> member : row.members().entrySet()) {
      MemberType type = member.getValue().type();
      if (type == MemberType.UNIT || type == MemberType.UNITS) {
        for (String uri : texts(payload.get(member.getKey()))) {
          if (DigitalLink.parse(uri).key() == Gs1.Key.GRAI) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static SortedMap<String, MemberType.Field> common(boolean epcis, boolean certified) {
    var fields = new TreeMap<String, MemberType.Field>();
    fields.put("eventID", field(MemberType.UUID, true));
    fields.put("eventTime", field(MemberType.TIME, true));
    fields.put("sanchi:loggedAt", field(MemberType.TIME, true));
    fields.put("sanchi:kind", field(MemberType.WORD, true));
    fields.put("sanchi:consortium", field(MemberType.CONSORTIUM, true));
    if (certified) {
      fields.put("sanchi:member", field(MemberType.MSPID, true));
    } else {
      fields.put("sanchi:organisation", field(MemberType.GLN, true));
    }
    if (epcis) {
      fields.put("@context", field(MemberType.CONTEXT, true));
      fields.put("eventTimeZoneOffset", field(MemberType.OFFSET, true));
      fields.put("sanchi:precision", field(MemberType.PRECISION, true));
      fields.put("sanchi:onBehalfOf", field(MemberType.GLN, false));
      fields.put("sanchi:note", field(MemberType.TEXT, false));
      fields.put("sanchi:_sd", field(MemberType.DIGESTS, false));
    }
    return fields;
  }

  private static SortedMap<String, MemberType.Field> demanded(Kinds.Row row, boolean certified) {
    SortedMap<String, MemberType.Field> fields = common(!row.administration(), certified);
    if (!row.administration()) {
      fields.put("errorDeclaration", field(MemberType.DECLARATION, false));
      fields.put("sanchi:corrects", field(MemberType.EVENTID, false));
    }
    fixed(fields, "type", row.type());
    fixed(fields, "action", row.action());
    fixed(fields, "bizStep", row.bizStep());
    fixed(fields, "disposition", row.dispositions().toArray(String[]::new));
    row.members()
        .forEach(
            (name, member) -> {
              if (fields.put(name, field(member.type(), member.required())) != null) {
                throw new IllegalStateException(
                    "the table names " + name + ", which every event has");
              }
            });
    return fields;
  }

  private static MemberType.Field field(MemberType type, boolean required) {
    return new MemberType.Field(type::check, required);
  }

  private static void fixed(
      SortedMap<String, MemberType.Field> fields, String name, String... words) {
    List<String> allowed = List.of(words);
    if (allowed.isEmpty() || allowed.get(0).isEmpty()) {
      return;
    }
    fields.put(
        name,
        new MemberType.Field(
            (value, at) -> MemberType.require(allowed.contains(MemberType.string(value, at)), at),
            true));
  }

  public Jws jws() {
    return jws;
  }

  /** The event's id, 43 characters of base64url. */
  public String id() {
    return id;
  }

  public String kind() {
    return kind;
  }

  /** The kind's row, or null where the kind is unknown. */
  public Kinds.Row row() {
    return row;
  }

  public Json.Obj payload() {
    return payload;
  }

  public String consortium() {
    return payload.text("sanchi:consortium");
  }

  /** The GLN of the organisation whose key signs, or null where a member's administrator does. */
  public String organisation() {
    return organisation;
  }

  /** The MSP id of the member whose administrator signs, or null. */
  public String member() {
    return text("sanchi:member");
  }

  /** Whose act it is: the represented organisation, else the signing one, else null. */
  public String actor() {
    String represented = text("sanchi:onBehalfOf");
    return represented == null ? organisation() : represented;
  }

  /** As declared, in milliseconds since 1970. */
  public long eventTime() {
    return eventTime;
  }

  /** Whether only the local date of {@link #eventTime()} is meant. */
  public boolean dayPrecision() {
    return "day".equals(text("sanchi:precision"));
  }

  /** Minutes east of UTC; 0 for an administration object. */
  public int offsetMinutes() {
    String offset = text("eventTimeZoneOffset");
    return offset == null ? 0 : IsoTime.parseOffset(offset);
  }

  /** The device's clock, in milliseconds since 1970. */
  public long loggedAt() {
    return loggedAt;
  }

  public boolean declaresError() {
    return declaresError;
  }

  /** The id of the event that this one declares an error, or null. */
  public String corrects() {
    return row == null ? null : text("sanchi:corrects");
  }

  /** What the event is appended to: canonical, distinct, in the table's order. */
  public List<String> subjects() {
    return subjects;
  }

  /** The lots of a list of quantities or of lot URIs, as subjects; empty where it is absent. */
  public List<String> lots(String member) {
    return subjectsOf(member);
  }

  /** Logistic units, as subjects; empty where the member is absent. */
  public List<String> units(String member) {
    return subjectsOf(member);
  }

  /** Distinct GLNs of a list of parties, in its order; empty where it is absent. */
  public List<String> parties(String member) {
    Set<String> glns = new LinkedHashSet<>();
    if (payload.get(member) instanceof Json.Arr parties) {
      for (Json party : parties.items()) {
        Json.Obj of = (Json.Obj) party;
        String uri = of.has("source") ? of.text("source") : of.text("destination");
        glns.add(DigitalLink.parse(uri).value());
      }
    }
    return List.copyOf(glns);
  }

  /** The labels of a member of type {@code numbers}, in its order; empty where it is absent. */
  public List<Labels> labels(String member) {
    List<Labels> labels = new ArrayList<>();
    if (payload.get(member) instanceof Json.Arr items) {
      for (Json item : items.items()) {
        Json.Obj numbers = (Json.Obj) item;
        String gtin = numbers.text("sanchi:gtin");
        labels.add(
            new Labels(
                run(gtin, numbers.text("sanchi:run")),
                gtin,
                (int) numbers.integer("sanchi:first"),
                (int) numbers.integer("sanchi:last")));
      }
    }
    return List.copyOf(labels);
  }

  /** The certificates that {@code sanchi:claims} names, as subjects, distinct, in its order. */
  public List<String> claimedCertificates() {
    Set<String> certificates = new LinkedHashSet<>();
    if (payload.get("sanchi:claims") instanceof Json.Arr claims) {
      for (Json claim : claims.items()) {
        certificates.add(linked(((Json.Obj) claim).text("sanchi:certificate")));
      }
    }
    return List.copyOf(certificates);
  }

  /** The box of a member of type {@code box} as it stands in {@code box/{key}/{date}}, or null. */
  public String box(String member) {
    String uri = text(member);
    return uri == null ? null : Percent.encode(DigitalLink.parse(uri).value());
  }

  /**
   * What a member names, as subjects, distinct, in its order; empty where it is absent or its type
   * names none. A lot of {@code loturis} is named, too, though nothing is appended to it.
   */
  public List<String> subjectsOf(String member) {
    if (row == null || !row.members().containsKey(member) || !payload.has(member)) {
      return List.of();
    }
    MemberType type = row.members().get(member).type();
    Json value = payload.get(member);
    Set<String> subjects = new LinkedHashSet<>();
    switch (type) {
      case GLN -> subjects.add("organisation/" + text(member));
      case PLACEGLN -> subjects.add("place/" + text(member));
      case GTIN -> subjects.add("product/" + text(member));
      case GDTI -> subjects.add("certificate/" + Percent.encode(text(member)));
      case KID -> subjects.add("key/" + text(member));
      case JWK -> subjects.add("key/" + kid((Json.Obj) value));
      case RUN -> subjects.add(run(quantityGtin(), text(member)));
      case NUMBERS -> labels(member).forEach(labels -> subjects.add(labels.run()));
      case PLACE -> subjects.add(linked(((Json.Obj) value).text("id")));
      case LOTS1, LOTS, LOTS1Q, LOTSQ, PRODUCT1Q ->
          ((Json.Arr) value)
              .items()
              .forEach(item -> subjects.add(linked(((Json.Obj) item).text("epcClass"))));
      case LOTURIS, UNIT, UNITS, BOXES1, PACKAGES, CERTIFICATES1, PLACES1, ORGANISATIONS1 ->
          texts(value).forEach(uri -> subjects.add(linked(uri)));
      default -> {
        // names nothing
      }
    }
    return List.copyOf(subjects);
  }

  /**
   * The GS1 keys that a member holds, in its order, of the types that can be checked against a
   * range of numbers; empty where it is absent or of another type.
   */
  public List<DigitalLink> keys(String member) {
    if (row == null || !row.members().containsKey(member) || !payload.has(member)) {
      return List.of();
    }
    Json value = payload.get(member);
    return switch (row.members().get(member).type()) {
      case GTIN -> List.of(DigitalLink.of(Gs1.Key.GTIN, text(member)));
      case PLACEGLN -> List.of(DigitalLink.of(Gs1.Key.PLACE, text(member)));
      case GDTI -> List.of(DigitalLink.of(Gs1.Key.GDTI, text(member)));
      case LOTS1, LOTS, LOTS1Q, LOTSQ, PRODUCT1Q ->
          ((Json.Arr) value)
              .items().stream()
                  .map(item -> DigitalLink.parse(((Json.Obj) item).text("epcClass")))
                  .toList();
      case LOTURIS, UNIT, UNITS, BOX, BOXES1, CERTIFICATES1, PLACES1, ORGANISATIONS1 ->
          texts(value).stream().map(DigitalLink::parse).toList();
      default -> List.of();
    };
  }

  /** The point, 0x04, x and y, of a member of type {@code jwk}. */
  public byte[] point(String member) {
    return MemberType.point(payload.object(member));
  }

  /** A text, or null where the member is absent or no text. */
  public String text(String member) {
    return payload.get(member) instanceof Json.Text text ? text.value() : null;
  }

  /** An integer that the kind demands; {@code json_wrong_member} where there is none. */
  public long integer(String member) {
    return payload.integer(member);
  }

  @Override
  public String toString() {
    return kind() + " " + id;
  }

  private List<String> appended() {
    Set<String> all = new LinkedHashSet<>();
    for (String member : row.appends()) {
      switch (member) {
        case Kinds.CONSORTIUM -> all.add("consortium/" + consortium());
        case Kinds.ORGANISATION -> all.add("organisation/" + organisation());
        default -> all.addAll(subjectsOf(member));
      }
    }
    return List.copyOf(all);
  }

  private String linked(String uri) {
    if (uri.startsWith(PACKAGE)) {
      return "package/" + uri.substring(PACKAGE.length());
    }
    DigitalLink link = DigitalLink.parse(uri);
    String value = Percent.encode(link.value());
    return switch (link.key()) {
      case GTIN ->
          link.lot() == null
              ? "product/" + value
              : "lot/" + value + "/" + Percent.encode(link.lot());
      case SSCC -> "sscc/" + value;
      case GRAI, GIAI ->
          payload.has("sanchi:day")
              ? "crate/" + value + "/" + text("sanchi:day")
              : "box/" + value + "/" + IsoTime.date(IsoTime.parse(text("sanchi:from")));
      case GDTI -> "certificate/" + value;
      case PLACE -> "place/" + value;
      case PARTY -> "organisation/" + value;
    };
  }

  private String quantityGtin() {
    Json.Obj element = (Json.Obj) ((Json.Arr) payload.get("quantityList")).get(0);
    return DigitalLink.parse(element.text("epcClass")).value();
  }

  private static String run(String gtin, String run) {
    return "run/" + gtin + "/" + run;
  }

  private static String kid(Json.Obj jwk) {
    return Base64Url.encode(P256.thumbprint(MemberType.point(jwk)));
  }

  private static List<String> texts(Json value) {
    List<String> texts = new ArrayList<>();
    if (value instanceof Json.Text text) {
      texts.add(text.value());
    } else if (value instanceof Json.Arr items) {
      items.items().forEach(item -> texts.add(((Json.Text) item).value()));
    }
    return texts;
  }
}

package jp.sanchi.kernel.event;

import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;

/**
 * What a member of a payload may be (wire format, sections 2 and 2.1). The words are those of the
 * table; a few more are members that every event has. A fault is {@code event_malformed} with the
 * place of the innermost value at fault; within an object the names present and the names demanded
 * are tested together in ascending order.
 */
public enum MemberType {
  TEXT(MemberType::text),
  WORD(matching("[a-z][a-z0-9_-]{0,39}")),
  BOOLEAN((value, at) -> require(value instanceof Json.Bool, at)),
  INTEGER(MemberType::integer),
  NUMBER((value, at) -> require(value instanceof Json.Num, at)),
  DATE((value, at) -> canonical(at, () -> IsoTime.startOfDay(string(value, at)))),
  TIME((value, at) -> canonical(at, () -> IsoTime.parse(string(value, at)))),
  HASH(MemberType::hash),
  EVENTID(MemberType::hash),
  GLN(MemberType::gln, true),
  PLACEGLN(MemberType::gln, true),
  GTIN(MemberType::gtin, true),
  GDTI((value, at) -> canonical(at, () -> Gs1.gdti(string(value, at))), true),
  KID(MemberType::hash, true),
  MSPID(matching("[A-Za-z0-9.-]{1,64}")),
  ROLE(
      oneOf(
          "grower",
          "fisher",
          "processor",
          "carrier",
          "retailer",
          "inspector",
          "certifier",
          "authority")),
  PREFIX(matching("[0-9]{4,12}")),
  RUN((value, at) -> canonical(at, () -> Serial.checkRun(string(value, at))), true),
  PLACE(fields(member("id", link(Gs1.Key.PLACE))), true),
  LOTS1(quantities(1, true, false), true),
  LOTS(quantities(20, true, false), true),
  LOTS1Q(quantities(1, true, true), true),
  LOTSQ(quantities(20, true, true), true),
  PRODUCT1Q(quantities(1, false, true), true),
  LOTURIS(list(20, MemberType::lotLink)),
  UNIT(link(Gs1.Key.SSCC, Gs1.Key.GRAI), true),
  UNITS(list(100, link(Gs1.Key.SSCC, Gs1.Key.GRAI)), true),
  BOX(MemberType::box),
  BOXES1(list(1, MemberType::box), true),
  PACKAGES(list(100, MemberType::packageName), true),
  CERTIFICATES1(list(1, link(Gs1.Key.GDTI)), true),
  PLACES1(list(1, link(Gs1.Key.PLACE)), true),
  ORGANISATIONS1(list(1, link(Gs1.Key.PARTY)), true),
  PARTIES(MemberType::parties),
  TRANSACTIONS(
      list(
          4,
          fields(
              member(
                  "bizTransaction",
                  matching("[A-Za-z][A-Za-z0-9+.-]{0,31}:([!$&-;=?-Z_a-z~]|%[0-9A-F]{2}){1,200}")),
              member(
                  "type",
                  oneOf(
                      "bol",
                      "cert",
                      "desadv",
                      "inv",
                      "pedigree",
                      "po",
                      "poc",
                      "prodorder",
                      "recadv",
                      "rma",
                      "testprd",
                      "testres",
                      "upevt"))))),
  NUMBERS(list(8, MemberType::numbers), true),
  LIMITS(list(4, MemberType::limit)),
  CLAIMS(
      list(
          8,
          fields(
              member("sanchi:certificate", link(Gs1.Key.GDTI)),
              member("sanchi:claim", matching("[a-z][a-z0-9_-]{0,39}"))))),
  SENSORS(list(8, MemberType::sensor)),
  JWK(MemberType::jwk, true),
  MEMBERS(MemberType::members),
  SERIALS(list(100, matching("(?!00)([0-9a-f]{2}){1,20}"))),
  THRESHOLD(
      fields(member("members", MemberType::positive), member("operators", MemberType::positive))),

  // Beside the table: members of every event
  CONTEXT(MemberType::context),
  UUID(matching("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
  OFFSET((value, at) -> canonical(at, () -> IsoTime.parseOffset(string(value, at)))),
  PRECISION(oneOf("minute", "day")),
  CONSORTIUM(matching("[a-z0-9-]{3,40}")),
  DIGESTS(MemberType::digests),
  DECLARATION(
      fields(
          member(
              "correctiveEventIDs?",
              list(20, matching("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))),
          member(
              "declarationTime",
              (value, at) -> canonical(at, () -> IsoTime.parse(string(value, at)))),
          member("reason", oneOf("did_not_occur", "incorrect_data"))));

  /** Throws where the value is not of the type. */
  @FunctionalInterface
  interface Check {
    void check(Json value, String at);
  }

  record Field(Check check, boolean required) {}

  static final Json CONTEXT_VALUE =
      Json.array(
          "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
          Json.object("sanchi", "urn:sanchi:"));

  // A check is a lambda over other checks and constants: none has a state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Check check;

  private final boolean namesSubjects;

  MemberType(Check check) {
    this(check, false);
  }

  MemberType(Check check, boolean namesSubjects) {
    this.check = check;
    this.namesSubjects = namesSubjects;
  }

  /** The type of a word in the table. */
  static MemberType of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Whether a member of this type says to which histories the event is appended. */
  boolean namesSubjects() {
    return namesSubjects;
  }

  /**
   * Throws where the value is not of this type.
   *
   * @param at JSON Pointer to the value
   */
  void check(Json value, String at) {
    check.check(value, at);
  }

  static void require(boolean holds, String at) {
    if (!holds) {
      throw new MalformedEvent("event_malformed", at);
    }
  }

  static String string(Json value, String at) {
    require(value instanceof Json.Text, at);
    return ((Json.Text) value).value();
  }

  private static Json.Obj object(Json value, String at) {
    require(value instanceof Json.Obj, at);
    return (Json.Obj) value;
  }

  private static Json.Arr array(Json value, int most, String at) {
    require(value instanceof Json.Arr, at);
    Json.Arr items = (Json.Arr) value;
    require(items.size() >= 1 && items.size() <= most, at);
    return items;
  }

  /** Readers of single values have reasons of their own; here the place says enough. */
  private static void canonical(String at, Runnable reader) {
    try {
      reader.run();
    } catch (MalformedEvent e) {
      throw new MalformedEvent("event_malformed", at);
    }
  }

  private static Check matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return (value, at) -> require(compiled.matcher(string(value, at)).matches(), at);
  }

  private static Check oneOf(String... words) {
    List<String> list = List.of(words);
    return (value, at) -> require(list.contains(string(value, at)), at);
  }

  private static Check list(int most, Check item) {
    return (value, at) -> {
      Json.Arr items = array(value, most, at);
      Set<Json> seen = new HashSet<>();
      for (int i = 0; i < items.size(); i++) {
        item.check(items.get(i), at + "/" + i);
        require(seen.add(items.get(i)), at + "/" + i);
      }
    };
  }

  /** An object of exactly these members. */
  @SafeVarargs
  private static Check fields(Map.Entry<String, Field>... members) {
    var demanded = new TreeMap<String, Field>();
    for (Map.Entry<String, Field> member : members) {
      demanded.put(member.getKey(), member.getValue());
    }
    return (value, at) -> walk(object(value, at), demanded, at);
  }

  /**
   * One member of an object.
   *
   * @param name with {@code ?} at its end where the member is optional, as in the table
   */
  private static Map.Entry<String, Field> member(String name, Check check) {
    boolean required = !name.endsWith("?");
    return Map.entry(
        required ? name : name.substring(0, name.length() - 1), new Field(check, required));
  }

  /**
   * Tests the names present and the names demanded together, in ascending order of UTF-16 units.
   *
   * @param at JSON Pointer to the object
   */
  static void walk(Json.Obj object, SortedMap<String, Field> demanded, String at) {
    walk(object, demanded, false, at);
  }

  /**
   * The same, perhaps for an object of which only some members are known.
   *
   * @param open whether names that are not demanded are passed over
   */
  static void walk(Json.Obj object, SortedMap<String, Field> demanded, boolean open, String at) {
    Iterator<Map.Entry<String, Field>> fields = demanded.entrySet().iterator();
    Map.Entry<String, Field> field = next(fields);
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      String name = member.getKey();
      for (; field != null && field.getKey().compareTo(name) < 0; field = next(fields)) {
        requireOptional(field, at);
      }
      if (field != null && field.getKey().equals(name)) {
        field.getValue().check().check(member.getValue(), place(at, name));
        field = next(fields);
      } else if (!open) {
        require(false, place(at, name));
      }
    }
    for (; field != null; field = next(fields)) {
      requireOptional(field, at);
    }
  }

  private static <T> T next(Iterator<T> iterator) {
    return iterator.hasNext() ? iterator.next() : null;
  }

  private static void requireOptional(Map.Entry<String, Field> absent, String at) {
    if (absent.getValue().required()) {
      require(false, place(at, absent.getKey()));
    }
  }

  private static String place(String at, String name) {
    return at + "/" + JsonReader.pointerStep(name);
  }

  private static void text(Json value, String at) {
    String text = string(value, at);
    require(!text.isEmpty() && text.length() <= 500, at);
  }

  private static void integer(Json value, String at) {
    require(value instanceof Json.Num number && number.isInteger() && number.longValue() >= 0, at);
  }

  private static void positive(Json value, String at) {
    integer(value, at);
    require(((Json.Num) value).longValue() >= 1, at);
  }

  private static void hash(Json value, String at) {
    String text = string(value, at);
    canonical(at, () -> require(Base64Url.decode(text).length == 32, at));
  }

  private static void gln(Json value, String at) {
    canonical(at, () -> Gs1.gln(string(value, at)));
  }

  private static void gtin(Json value, String at) {
    String gtin = string(value, at);
    canonical(at, () -> require(Gs1.gtin14(gtin).equals(gtin), at));
  }

  private static Check link(Gs1.Key... keys) {
    List<Gs1.Key> allowed = List.of(keys);
    return (value, at) -> {
      DigitalLink link = read(value, at);
      require(allowed.contains(link.key()) && link.path().split("/").length == 3, at);
      // Without a serial number a GRAI is a type of crate, not a crate.
      require(link.key() != Gs1.Key.GRAI || link.value().length() > 14, at);
    };
  }

  private static void lotLink(Json value, String at) {
    DigitalLink link = read(value, at);
    require(link.lot() != null && link.variant() == null && link.serial() == null, at);
  }

  private static DigitalLink read(Json value, String at) {
    String uri = string(value, at);
    try {
      return DigitalLink.parseCanonical(uri);
    } catch (MalformedEvent e) {
      throw new MalformedEvent("event_malformed", at);
    }
  }

  private static void box(Json value, String at) {
    link(Gs1.Key.GRAI, Gs1.Key.GIAI).check(value, at);
    DigitalLink link = read(value, at);
    // Both kinds of key stand bare in a box day's name: what could be either is only one.
    require(link.key() == Gs1.Key.GRAI || !isGrai(link.value()), at);
  }

  static boolean isGrai(String key) {
    try {
      return Gs1.grai(key).length() > 14;
    } catch (MalformedEvent e) {
      return false;
    }
  }

  private static void packageName(Json value, String at) {
    String name = string(value, at);
    require(name.startsWith(TraceEvent.PACKAGE), at);
    hash(Json.of(name.substring(TraceEvent.PACKAGE.length())), at);
  }

  private static Check quantities(int most, boolean lots, boolean quantified) {
    Check uri = lots ? MemberType::lotLink : link(Gs1.Key.GTIN);
    Check element =
        fields(
            member("epcClass", uri),
            member(
                quantified ? "quantity" : "quantity?",
                (value, at) ->
                    require(value instanceof Json.Num number && number.decimal().signum() > 0, at)),
            member("uom?", matching("[A-Z0-9]{2,3}")));
    return (value, at) -> {
      Json.Arr items = array(value, most, at);
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < items.size(); i++) {
        String place = at + "/" + i;
        Json.Obj item = object(items.get(i), place);
        element.check(item, place);
        require(item.has("quantity") || !item.has("uom"), place + "/uom");
        require(seen.add(item.text("epcClass")), place);
      }
    };
  }

  private static void parties(Json value, String at) {
    String role = at.endsWith("sourceList") ? "source" : "destination";
    list(
            4,
            fields(
                member(role, link(Gs1.Key.PARTY)),
                member("type", oneOf("owning_party", "possessing_party"))))
        .check(value, at);
  }

  private static void numbers(Json value, String at) {
    Check number =
        (item, place) -> {
          integer(item, place);
          require(((Json.Num) item).longValue() < Serial.RUN_LABELS, place);
        };
    Json.Obj numbers = object(value, at);
    fields(
            member("sanchi:first", number),
            member("sanchi:gtin", MemberType::gtin),
            member("sanchi:last", number),
            member(
                "sanchi:run",
                (run, place) -> canonical(place, () -> Serial.checkRun(string(run, place)))))
        .check(numbers, at);
    require(numbers.integer("sanchi:first") <= numbers.integer("sanchi:last"), at);
  }

  private static void limit(Json value, String at) {
    Check number = (item, place) -> require(item instanceof Json.Num, place);
    Json.Obj limit = object(value, at);
    fields(
            member("sanchi:allowedMinutes", MemberType::integer),
            member("sanchi:maximum?", number),
            member("sanchi:measure", matching("[a-z][a-z0-9_-]{0,39}")),
            member("sanchi:minimum?", number))
        .check(limit, at);
    boolean both = limit.has("sanchi:maximum") && limit.has("sanchi:minimum");
    require(limit.has("sanchi:maximum") || limit.has("sanchi:minimum"), at);
    require(
        !both || limit.number("sanchi:minimum").compareTo(limit.number("sanchi:maximum")) <= 0, at);
  }

  private static void sensor(Json value, String at) {
    Check time = (item, place) -> canonical(place, () -> IsoTime.parse(string(item, place)));
    fields(
            member("sensorMetadata", fields(member("endTime", time), member("startTime", time))),
            member("sensorReport", list(8, MemberType::report)))
        .check(value, at);
  }

  private static void report(Json value, String at) {
    Check number = (item, place) -> require(item instanceof Json.Num, place);
    fields(
            member("maxValue", number),
            member("minValue", number),
            member("type", oneOf("Temperature", "RelativeHumidity")),
            member("uom", oneOf("CEL", "P1")))
        .check(value, at);
    Json.Obj report = object(value, at);
    require(report.text("type").equals("Temperature") == report.text("uom").equals("CEL"), at);
  }

  private static void jwk(Json value, String at) {
    Check coordinate = MemberType::hash; // 32 bytes as well
    fields(
            member("crv", oneOf("P-256")),
            member("kty", oneOf("EC")),
            member("x", coordinate),
            member("y", coordinate))
        .check(value, at);
    try {
      P256.publicKey(point((Json.Obj) value));
    } catch (Malformed e) {
      throw new MalformedEvent("event_malformed", at);
    }
  }

  /** A checked JWK's point, 0x04, x and y. */
  static byte[] point(Json.Obj jwk) {
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(Base64Url.decode(jwk.text("x")), 0, point, 1, 32);
    System.arraycopy(Base64Url.decode(jwk.text("y")), 0, point, 33, 32);
    return point;
  }

  private static void members(Json value, String at) {
    Check member =
        fields(
            member("intermediates", certificates(0)),
            member("mspId", matching("[A-Za-z0-9.-]{1,64}")),
            member("operator", MemberType::text),
            member("roots", certificates(1)));
    Json.Arr items = array(value, 32, at);
    String before = "";
    for (int i = 0; i < items.size(); i++) {
      String place = at + "/" + i;
      member.check(items.get(i), place);
      String mspId = ((Json.Obj) items.get(i)).text("mspId");
      require(before.compareTo(mspId) < 0, place);
      before = mspId;
    }
  }

  private static Check certificates(int least) {
    return (value, at) -> {
      require(value instanceof Json.Arr, at);
      Json.Arr items = (Json.Arr) value;
      require(items.size() >= least && items.size() <= 8, at);
      for (int i = 0; i < items.size(); i++) {
        String place = at + "/" + i;
        certificate(string(items.get(i), place), place);
        require(items.items().indexOf(items.get(i)) == i, place);
      }
    };
  }

  private static void certificate(String text, String at) {
    byte[] der;
    try {
      der = Base64.getDecoder().decode(text);
      X509.read(der);
    } catch (IllegalArgumentException | Malformed e) {
      throw new MalformedEvent("event_malformed", at);
    }
    require(Base64.getEncoder().encodeToString(der).equals(text), at);
  }

  private static void digests(Json value, String at) {
    Json.Arr items = array(value, 16, at);
    String before = "";
    for (int i = 0; i < items.size(); i++) {
      hash(items.get(i), at + "/" + i);
      String digest = string(items.get(i), at);
      require(before.compareTo(digest) < 0, at + "/" + i);
      before = digest;
    }
  }

  private static void context(Json value, String at) {
    require(value.equals(CONTEXT_VALUE), at);
  }
}

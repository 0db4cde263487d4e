package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Subject;

/**
 * A consortium of three members with a ledger in a map. The ledger takes whatever is signed, also
 * what the rules refuse, since bundles must be judged that a whole consortium has lied in.
 */
class World {
  static final String CONSORTIUM = "aya-demo";
  static final String CHANNEL = "sanchi";
  static final String CHAINCODE = "trace";
  static final long MINUTE = 60_000L;

  static {
    FastSignatures.register();
  }

  /** A member: its authority, an administrator and two peers. */
  static final class Member {
    final String mspId;
    final String operator;
    final Issuer root;
    final SeededKey administrator;
    byte[] administratorCertificate;
    final List<Peer> peers = new ArrayList<>();

    Member(String mspId, String operator) {
      this.mspId = mspId;
      this.operator = operator;
      this.root = new Issuer(mspId.toLowerCase(java.util.Locale.ROOT), "root " + mspId);
      this.administrator = key("administrator " + mspId);
      this.administratorCertificate = root.leaf(administrator, "admin", "admin", 2);
      for (int i = 0; i < 2; i++) {
        SeededKey key = key("peer " + i + " " + mspId);
        peers.add(new Peer(mspId, key, root.leaf(key, "peer", "peer" + i, 10 + i)));
      }
    }

    Json.Obj json(byte[]... roots) {
      List<String> texts = new ArrayList<>();
      for (byte[] one : roots.length == 0 ? new byte[][] {root.certificate} : roots) {
        texts.add(Base64.getEncoder().encodeToString(one));
      }
      return Json.object(
          "intermediates", List.of(), "mspId", mspId, "operator", operator, "roots", texts);
    }
  }

  record Peer(String mspId, SeededKey key, byte[] certificate) {}

  record Organisation(String gln, Device administrator) {}

  record Device(SeededKey key, String gln) {}

  private static final Map<String, SeededKey> KEYS = new ConcurrentHashMap<>();

  static SeededKey key(String name) {
    return KEYS.computeIfAbsent(name, SeededKey::new);
  }

  private static final Map<String, Member> MEMBERS = new ConcurrentHashMap<>();

  final List<Member> members = new ArrayList<>();
  final Map<String, List<Recorded>> ledger = new TreeMap<>();
  final List<Recorded> all = new ArrayList<>();
  final Map<String, List<byte[]>> labels = new HashMap<>();
  final Map<String, byte[]> documents = new LinkedHashMap<>();
  final List<Bundle.Readings> readings = new ArrayList<>();
  final String name;
  private final Map<String, Long> seqs;
  long clock = IsoTime.parse("2026-06-01T00:00:00.000Z");
  private int serials;

  World(String name) {
    this.name = name;
    this.seqs = new HashMap<>();
    for (String each : new String[] {"AyaMSP Aya-JA", "NagashimaMSP Nagashima", "TokyoMSP Tokyo"}) {
      String[] parts = each.split(" ");
      members.add(MEMBERS.computeIfAbsent(each, any -> new Member(parts[0], parts[1])));
    }
    append(
        administrator(
            0,
            "consortium_founded",
            "sanchi:members",
            new Json.Arr(members.stream().<Json>map(Member::json).toList()),
            "sanchi:threshold",
            Json.object("members", 2, "operators", 2),
            "sanchi:channel",
            CHANNEL,
            "sanchi:chaincode",
            CHAINCODE,
            "sanchi:mode",
            "fabric"));
  }

  /** A world that goes its own way from here. */
  World(String name, World from) {
    this.name = name;
    this.seqs = new HashMap<>(from.seqs);
    this.clock = from.clock;
    members.addAll(from.members);
    from.ledger.forEach((subject, history) -> ledger.put(subject, new ArrayList<>(history)));
    all.addAll(from.all);
    labels.putAll(from.labels);
    documents.putAll(from.documents);
    readings.addAll(from.readings);
  }

  static Member stranger(String mspId, String operator) {
    return MEMBERS.computeIfAbsent(mspId + " " + operator, any -> new Member(mspId, operator));
  }

  // Identifiers

  static String gln(String twelve) {
    return twelve + Gs1.checkDigit(twelve);
  }

  static String gtin(String thirteen) {
    return thirteen + Gs1.checkDigit(thirteen);
  }

  static String sscc(String seventeen) {
    return seventeen + Gs1.checkDigit(seventeen);
  }

  static String gdti(String twelve, String serial) {
    return gln(twelve) + serial;
  }

  static String grai(String twelve, String serial) {
    return "0" + gln(twelve) + serial;
  }

  static String lotUri(String gtin, String lot) {
    return DigitalLink.lot(gtin, lot).canonical();
  }

  static String uri(Gs1.Key key, String value) {
    return DigitalLink.of(key, value).canonical();
  }

  static Json.Arr quantity(String uri, Object... amountAndUnit) {
    Json.Obj element = Json.object("epcClass", uri);
    if (amountAndUnit.length > 0) {
      element = element.with("quantity", Json.of(((Number) amountAndUnit[0]).longValue()));
    }
    if (amountAndUnit.length > 1) {
      element = element.with("uom", Json.of((String) amountAndUnit[1]));
    }
    return Json.array(element);
  }

  static Json.Obj place(String gln) {
    return Json.object("id", uri(Gs1.Key.PLACE, gln));
  }

  static Json.Arr to(String... glns) {
    return party("destination", glns);
  }

  private static Json.Arr party(String member, String... glns) {
    List<Json> parties = new ArrayList<>();
    for (String gln : glns) {
      parties.add(Json.object(member, uri(Gs1.Key.PARTY, gln), "type", "possessing_party"));
    }
    return new Json.Arr(parties);
  }

  static Json.Arr claim(String claim, String gdti) {
    return Json.array(
        Json.object("sanchi:certificate", uri(Gs1.Key.GDTI, gdti), "sanchi:claim", claim));
  }

  // Organisations

  Organisation organisation(String twelve, String... roles) {
    return organisation(0, twelve, roles);
  }

  /** Admits an organisation under a member; the first device is its administrator's. */
  Organisation organisation(int member, String twelve, String... roles) {
    String gln = gln(twelve);
    append(administrator(member, "organisation_admitted", "sanchi:gln", gln));
    for (String role : roles) {
      Object[] grant = {"sanchi:gln", gln, "sanchi:role", role};
      if (List.of("inspector", "certifier", "authority").contains(role)) {
        approve("role_granted", grant);
      } else {
        append(administrator(member, "role_granted", grant));
      }
    }
    Device device = new Device(key("administrator " + gln), gln);
    append(administrator(member, "device_enrolled", enrolment(device, true)));
    return new Organisation(gln, device);
  }

  void range(Organisation organisation, String prefix) {
    approve("range_granted", "sanchi:gln", organisation.gln(), "sanchi:prefix", prefix);
  }

  Device device(Organisation organisation, String name) {
    Device device = new Device(key(name + " " + organisation.gln()), organisation.gln());
    append(
        sign(
            organisation.administrator(),
            "device_enrolled",
            IsoTime.print(clock),
            enrolment(device, false)));
    return device;
  }

  Object[] enrolment(Device device, boolean administrator) {
    byte[] proof =
        device
            .key()
            .sign(
                ("sanchi/enrolment/1\0" + CONSORTIUM + "\0" + device.gln())
                    .getBytes(StandardCharsets.US_ASCII));
    return new Object[] {
      "sanchi:gln",
      device.gln(),
      "sanchi:jwk",
      device.key().jwk(),
      "sanchi:proof",
      Base64Url.encode(proof),
      "sanchi:administrator",
      administrator
    };
  }

  /** The same payload, signed by administrators of two members. */
  void approve(String kind, Object... fields) {
    approve(new int[] {0, 1}, kind, fields);
  }

  void approve(int[] by, String kind, Object... fields) {
    Json.Obj payload = administration(kind, fields);
    for (int member : by) {
      append(signed(member, payload));
    }
  }

  // Events

  /** A payload as the table wants it, complete but for the members given. */
  Json.Obj payload(String kind, String gln, String time, Object... fields) {
    Kinds.Row row = Kinds.row(kind);
    Json.Obj payload = common(kind, IsoTime.parse(time)).with("sanchi:organisation", Json.of(gln));
    if (!row.administration()) {
      payload =
          payload
              .with(
                  "@context",
                  Json.array(
                      "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                      Json.object("sanchi", "urn:sanchi:")))
              .with("type", Json.of(row.type()))
              .with("bizStep", Json.of(row.bizStep()))
              .with("eventTimeZoneOffset", Json.of("+09:00"))
              .with("sanchi:precision", Json.of("minute"));
      if (!row.action().isEmpty()) {
        payload = payload.with("action", Json.of(row.action()));
      }
      if (!row.dispositions().isEmpty()) {
        payload = payload.with("disposition", Json.of(row.dispositions().get(0)));
      }
    }
    return with(payload, fields);
  }

  Json.Obj administration(String kind, Object... fields) {
    return with(common(kind, clock), fields);
  }

  private Json.Obj common(String kind, long time) {
    byte[] random = SeededKey.sha256((name + " " + serials++).getBytes(StandardCharsets.UTF_8));
    return Json.object(
        "eventID",
        "urn:uuid:" + UUID.nameUUIDFromBytes(random),
        "eventTime",
        IsoTime.print(time),
        "sanchi:loggedAt",
        IsoTime.print(time + MINUTE),
        "sanchi:kind",
        kind,
        "sanchi:consortium",
        CONSORTIUM);
  }

  static Json.Obj with(Json.Obj payload, Object... fields) {
    Json.Obj changed = payload;
    Json.Obj added = Json.object(fields);
    for (Map.Entry<String, Json> member : added.members().entrySet()) {
      changed = changed.with(member.getKey(), member.getValue());
    }
    return changed;
  }

  String sign(Device device, String kind, String time, Object... fields) {
    return signed(device.key(), payload(kind, device.gln(), time, fields));
  }

  String signed(SeededKey key, Json.Obj payload) {
    Kinds.Row row = Kinds.row(payload.text("sanchi:kind"));
    boolean epcis = row == null ? payload.has("@context") : !row.administration();
    return compact(key, epcis ? Jws.TRACE : Jws.ADMINISTRATION, null, payload);
  }

  String administrator(int member, String kind, Object... fields) {
    return signed(member, administration(kind, fields));
  }

  String signed(int member, Json.Obj payload) {
    Member by = members.get(member);
    return signed(by.mspId, by.administrator, by.administratorCertificate, payload);
  }

  String signed(String mspId, SeededKey key, byte[] certificate, Json.Obj payload) {
    return compact(
        key, Jws.ADMINISTRATION, certificate, payload.with("sanchi:member", Json.of(mspId)));
  }

  String compact(SeededKey key, String typ, byte[] certificate, Json.Obj payload) {
    long seq = seqs.merge(key.kid(), 1L, Long::sum);
    String input = Jws.signingInput(typ, key.kid(), seq, certificate, payload);
    return input + "." + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The declaration that an event of this device was an error. */
  String correction(Device device, TraceEvent wrong, String time) {
    return signed(
        device.key(),
        wrong
            .payload()
            .with(
                "errorDeclaration",
                Json.object("declarationTime", time, "reason", "incorrect_data"))
            .with("sanchi:corrects", Json.of(wrong.id()))
            .with("sanchi:loggedAt", Json.of(time)));
  }

  /** Puts an event into the histories of its subjects, soon after it was logged. */
  TraceEvent append(String compact) {
    TraceEvent event = TraceEvent.read(Jws.parse(compact));
    clock = Math.max(clock + 1000, event.loggedAt() + 30_000);
    return append(event, clock);
  }

  TraceEvent append(TraceEvent event, long recordTime) {
    return append(event, recordTime, event.subjects());
  }

  TraceEvent append(TraceEvent event, long recordTime, List<String> subjects) {
    clock = recordTime;
    all.add(new Recorded(event, recordTime));
    for (String subject : subjects) {
      ledger
          .computeIfAbsent(subject, none -> new ArrayList<>())
          .add(new Recorded(event, recordTime));
    }
    return event;
  }

  /** Signs and appends. */
  TraceEvent log(Device device, String kind, String time, Object... fields) {
    return append(sign(device, kind, time, fields));
  }

  // Labels, documents, readings

  /** Prints a run; its serials are made from its name. */
  TraceEvent print(Device device, String time, String gtin, String run, int count) {
    List<byte[]> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hashes.add(Serial.hash(gtin, serial(run, i)));
    }
    labels.put(Subject.of(Subject.Kind.RUN, gtin, run).text(), hashes);
    byte[] root = Merkle.root(hashes.stream().map(Merkle::leaf).toList());
    return log(
        device,
        "labels_printed",
        time,
        "quantityList",
        quantity(uri(Gs1.Key.GTIN, gtin), count),
        "sanchi:run",
        run,
        "sanchi:count",
        count,
        "sanchi:root",
        Base64Url.encode(root));
  }

  static String serial(String run, int number) {
    byte[] random = SeededKey.sha256((run + number).getBytes(StandardCharsets.US_ASCII));
    return Serial.make(run, number, random).text();
  }

  static String packageUrl(String gtin, String run, int number) {
    return "https://trace.example/01/" + gtin + "/21/" + serial(run, number);
  }

  static String packageUri(String gtin, String run, int number) {
    return "urn:sanchi:package:" + Base64Url.encode(Serial.hash(gtin, serial(run, number)));
  }

  static Json.Arr numbers(String gtin, String run, int first, int last) {
    return Json.array(
        Json.object(
            "sanchi:first", first, "sanchi:gtin", gtin, "sanchi:last", last, "sanchi:run", run));
  }

  /** Describes a product, a place or the device's own organisation. */
  TraceEvent describe(Device device, String kind, String subject, Object... shown) {
    byte[] salt =
        Arrays.copyOf(SeededKey.sha256((subject + clock).getBytes(StandardCharsets.UTF_8)), 16);
    byte[] document = with(Json.object("salt", Base64Url.encode(salt)), shown).canonical();
    documents.put(subject, document);
    List<Object> fields = new ArrayList<>(List.of("sanchi:document", Bundle.hash(document)));
    String value = subject.substring(subject.indexOf('/') + 1);
    if (kind.equals("product_described")) {
      fields.addAll(List.of("sanchi:gtin", value));
    } else if (kind.equals("place_described")) {
      fields.addAll(List.of("sanchi:place", value));
    }
    return log(device, kind, IsoTime.print(clock), fields.toArray());
  }

  /** A window of one reading a minute in a box; its readings are kept for bundles. */
  TraceEvent window(Device device, String box, String from, int minutes, int celsiusHundredths) {
    return window(
        device, box, from, 1, IntStream.range(0, minutes).map(i -> celsiusHundredths + i));
  }

  /** A window of a reading every so many minutes. */
  TraceEvent window(Device device, String box, String from, int minutes, IntStream hundredths) {
    long begin = IsoTime.parse(from);
    List<Reading> readings = new ArrayList<>();
    hundredths.forEach(
        value ->
            readings.add(
                reading(
                    "logger-1",
                    100 + readings.size(),
                    begin + readings.size() * minutes * MINUTE,
                    value)));
    return window(device, box, readings, null);
  }

  static Json limits(String minimum, String maximum, int allowedMinutes) {
    return Json.array(
        Json.object(
            "sanchi:allowedMinutes",
            allowedMinutes,
            "sanchi:maximum",
            new Json.Num(maximum),
            "sanchi:measure",
            "temperature",
            "sanchi:minimum",
            new Json.Num(minimum)),
        Json.object(
            "sanchi:allowedMinutes", 60, "sanchi:measure", "humidity", "sanchi:minimum", 80));
  }

  static Reading reading(String logger, long seq, long time, long hundredths) {
    return new Reading(logger, seq, time, new TreeMap<>(Map.of(1, hundredths)));
  }

  /**
   * A window of these readings.
   *
   * @param supplements the window that it supplements, or null
   */
  TraceEvent window(Device device, String box, List<Reading> measured, TraceEvent supplements) {
    List<byte[]> leaves = measured.stream().map(Reading::leaf).toList();
    String from = IsoTime.print(measured.get(0).timeMs());
    String to = IsoTime.print(measured.get(measured.size() - 1).timeMs());
    long first = measured.get(0).seq();
    long last = measured.get(measured.size() - 1).seq();
    var values = measured.stream().mapToLong(one -> one.values().get(1)).summaryStatistics();
    Json.Obj report =
        Json.object(
            "maxValue",
            hundredths(values.getMax()),
            "minValue",
            hundredths(values.getMin()),
            "type",
            "Temperature",
            "uom",
            "CEL");
    List<Object> members =
        new ArrayList<>(
            List.of(
                "epcList",
                List.of(uri(box.startsWith("0") ? Gs1.Key.GRAI : Gs1.Key.GIAI, box)),
                "sensorElementList",
                Json.array(
                    Json.object(
                        "sensorMetadata",
                        Json.object("endTime", to, "startTime", from),
                        "sensorReport",
                        Json.array(report))),
                "sanchi:from",
                from,
                "sanchi:to",
                to,
                "sanchi:count",
                measured.size(),
                "sanchi:firstSeq",
                first,
                "sanchi:lastSeq",
                last,
                "sanchi:gaps",
                last - first + 1 - measured.size(),
                "sanchi:root",
                Base64Url.encode(Merkle.root(leaves.stream().map(Merkle::leaf).toList()))));
    if (supplements != null) {
      members.addAll(List.of("sanchi:supplements", supplements.id()));
    }
    String kind = supplements == null ? "window_recorded" : "window_supplemented";
    TraceEvent window = log(device, kind, to, members.toArray());
    readings.add(new Bundle.Readings(window.subjects().get(0), window.id(), leaves));
    return window;
  }

  private static Json hundredths(long value) {
    return new Json.Num(
        java.math.BigDecimal.valueOf(value, 2).stripTrailingZeros().toPlainString());
  }

  // Trust and bundles

  Json.Obj trust() {
    List<Json> pinned = new ArrayList<>();
    members.stream()
        .sorted((a, b) -> a.mspId.compareTo(b.mspId))
        .forEach(member -> pinned.add(member.json().with("revoked", Json.array())));
    return Json.object(
        "channel",
        CHANNEL,
        "chaincode",
        CHAINCODE,
        "consortium",
        CONSORTIUM,
        "expires",
        IsoTime.parse("2027-12-31T00:00:00.000Z"),
        "format",
        "sanchi-trust-v0",
        "members",
        pinned,
        "mode",
        "fabric",
        "threshold",
        Json.object("members", 2, "operators", 2),
        "version",
        1);
  }

  /** What a server would answer, ready to be falsified. */
  Served serve(String url) {
    return new Served(this, url);
  }
}

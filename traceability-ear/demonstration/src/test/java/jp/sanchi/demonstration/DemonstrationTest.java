package jp.sanchi.demonstration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who knows the trade would laugh at. */
class DemonstrationTest {
  private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");
  private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");
  private static final Instant NOON = at("2026-11-26T12:00");
  private static final Pattern JAPANESE =
      Pattern.compile("[\\p{IsHiragana}\\p{IsKatakana}\\p{IsHan}]");
  private static final Pattern PLATE = Pattern.compile("\\p{IsHan}+ 800 \\p{IsHiragana} [0-9-]+");
  private static final Json.Limits LIMITS = new Json.Limits(16 << 20, 16);
  private static final double KM_H_ON_ROADS = 90;
  private static final double KM_H_IN_THE_AIR = 950;
  private static final double KM_THAT_NEED_A_FLIGHT = 3000;

  @TempDir private static Path administrators;

  private record Story(List<Event> events, List<Json.Obj> documents, List<Json.Obj> boxes) {}

  private record Event(Json.Obj payload) {
    String kind() {
      return text("sanchi:kind");
    }

    String text(String name) {
      return payload.members().get(name) instanceof Json.Text text ? text.value() : "";
    }

    Instant time() {
      return Instant.parse(text("eventTime"));
    }

    ZoneOffset offset() {
      return ZoneOffset.of(text("eventTimeZoneOffset"));
    }

    LocalTime clock() {
      return time().atOffset(offset()).toLocalTime();
    }

    LocalDate day() {
      return time().atOffset(offset()).toLocalDate();
    }

    boolean minute() {
      return text("sanchi:precision").equals("minute");
    }

    String place() {
      Json.Obj place = (Json.Obj) payload.members().get("readPoint");
      return place == null ? "" : after(place.text("id"));
    }

    List<String> list(String name) {
      return payload.members().get(name) instanceof Json.Arr list
          ? list.items().stream()
              .filter(Json.Text.class::isInstance)
              .map(item -> ((Json.Text) item).value())
              .toList()
          : List.of();
    }
  }

  @BeforeAll
  static void members_have_administrators() throws Exception {
    for (String member : List.of("GrowersMSP", "InspectorsMSP", "LogisticsMSP")) {
      Path store = administrators.resolve(member + ".p12");
      String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      Process made =
          new ProcessBuilder(
                  (keytool
                          + " -genkeypair -alias a -keyalg EC -groupname secp256r1 -storetype PKCS12"
                          + " -storepass changeit -dname CN=a -keystore ")
                      .concat(store.toString())
                      .split(" "))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(made.waitFor()).isZero();
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream file = Files.newInputStream(store)) {
        keys.load(file, "changeit".toCharArray());
      }
      Files.writeString(
          administrators.resolve(member + ".pem"),
          pem("PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded())
              + pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
    }
  }

  /** What people read of a description: files have hashes, and a certificate its own members. */
  private static Stream<Json.Obj> said(Json given) {
    if (given instanceof Json.Arr list) {
      return list.items().stream().flatMap(DemonstrationTest::said);
    }
    if (!(given instanceof Json.Obj object) || object.has("hash")) {
      return Stream.empty();
    }
    return object.has("paper")
        ? object.members().values().stream().flatMap(DemonstrationTest::said)
        : Stream.of(object);
  }

  @Test
  void says_everything_in_japanese_and_in_english(@TempDir Path data) throws IOException {
    Story story = lived(data, NOON);
    Map<String, Json.Obj> documents = new HashMap<>();
    Set<String> known = new HashSet<>();
    for (Json.Obj document : story.documents()) {
      documents.put(hash(document), document);
      for (Json given : document.members().values()) {
        for (Json.Obj both : said(given).toList()) {
          assertThat(both.members().keySet()).containsExactly("en", "ja");
          assertThat(without(both.text("en"))).as(both.text("ja")).doesNotContainPattern(JAPANESE);
          if (given == both) {
            known.add(both.text("ja"));
          }
        }
      }
    }
    // Nobody else's terms are believed
    Map<String, Set<String>> terms = new HashMap<>();
    for (Event event : story.events()) {
      Json.Obj document = documents.get(event.text("sanchi:document"));
      if (event.kind().equals("organisation_described") && document.has("terms")) {
        Set<String> own = new HashSet<>();
        document.array("terms").items().forEach(term -> own.add(((Json.Obj) term).text("ja")));
        terms.put(event.text("sanchi:organisation"), own);
      }
    }
    for (Event event : story.events()) {
      if (event.kind().equals("certificate_applied")) {
        // The grant repeats what pages tell of it
        continue;
      }
      Set<String> own = terms.getOrDefault(event.text("sanchi:organisation"), Set.of());
      event
          .payload()
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof Json.Text text
                    && JAPANESE.matcher(without(text.value())).find()
                    && !text.value().contains(" / ")
                    && !known.contains(text.value())) {
                  assertThat(own).as(event.kind() + " " + name).contains(text.value());
                }
              });
    }
    assertThat(story.documents()).hasSizeGreaterThan(30);
  }

  @Test
  void nothing_lies_ahead_whenever_it_starts(@TempDir Path data) throws IOException {
    for (String start : List.of("00:10", "05:40", "06:29", "06:31", "12:00", "23:50")) {
      Instant now = at("2026-11-26T" + start);
      Path folder = Files.createDirectory(data.resolve(start.replace(":", "")));
      for (Event event : lived(folder, now).events()) {
        if (event.minute()) {
          assertThat(event.time()).as(start + " " + event.kind()).isBeforeOrEqualTo(now);
        }
      }
    }
  }

  @Test
  void nothing_moves_faster_than_lorries_and_aeroplanes_do(@TempDir Path data) throws IOException {
    Story story = lived(data, NOON);
    Map<String, double[]> positions = positions(story);
    Map<String, List<Event>> ways = new HashMap<>();
    for (Event event : story.events()) {
      for (String member : List.of("epcList", "childEPCs")) {
        for (String thing : event.list(member)) {
          if (thing.contains("/00/") && !event.place().isEmpty()) {
            ways.computeIfAbsent(thing, none -> new ArrayList<>()).add(event);
          }
        }
      }
    }
    double furthest = 0;
    for (List<Event> way : ways.values()) {
      way.sort(Comparator.comparing(Event::time));
      for (int i = 1; i < way.size(); i++) {
        double km =
            kilometres(positions.get(way.get(i - 1).place()), positions.get(way.get(i).place()));
        Duration took = Duration.between(way.get(i - 1).time(), way.get(i).time());
        double fastest = km > KM_THAT_NEED_A_FLIGHT ? KM_H_IN_THE_AIR : KM_H_ON_ROADS;
        assertThat(km)
            .as(way.get(i).payload().toString())
            .isLessThanOrEqualTo(fastest * took.toMinutes() / 60);
        furthest = Math.max(furthest, km);
      }
    }
    assertThat(furthest).isGreaterThan(KM_THAT_NEED_A_FLIGHT);
  }

  @Test
  void clocks_are_those_of_the_place(@TempDir Path data) throws IOException {
    Story story = lived(data, NOON);
    Map<String, double[]> positions = positions(story);
    Set<String> norwegians = new HashSet<>();
    for (Event event : story.events()) {
      if (event.place().isEmpty()) {
        continue;
      }
      boolean norway = positions.get(event.place())[1] < 40;
      ZoneId zone = norway ? NORWAY : JAPAN;
      assertThat(event.offset()).isEqualTo(zone.getRules().getOffset(event.time()));
      if (norway) {
        norwegians.add(event.text("sanchi:organisation"));
      }
    }
    assertThat(norwegians).hasSize(5);
  }

  @Test
  void offices_decide_by_day(@TempDir Path data) throws IOException {
    Set<String> decisions =
        Set.of("recalled", "clone_noticed", "sold", "lot_inspected", "quantity_stated");
    List<Event> decided =
        lived(data, NOON).events().stream()
            .filter(event -> decisions.contains(event.kind()) && event.minute())
            .toList();
    assertThat(decided).hasSizeGreaterThan(4);
    for (Event event : decided) {
      assertThat(event.clock()).isBetween(LocalTime.of(8, 0), LocalTime.of(19, 0));
      if (event.payload().members().get("errorDeclaration") instanceof Json.Obj declaration) {
        Instant noticed = Instant.parse(declaration.text("declarationTime"));
        assertThat(noticed.atZone(JAPAN).getHour()).isBetween(8, 19);
      }
    }
  }

  @Test
  void one_lorry_is_on_one_journey_at_a_time(@TempDir Path data) throws IOException {
    List<Event> events = lived(data, NOON).events();
    Map<String, List<Instant[]>> journeys = new HashMap<>();
    for (Event shipped : events) {
      if (!shipped.kind().equals("shipped")) {
        continue;
      }
      List<String> units = shipped.list("epcList");
      Instant last =
          events.stream()
              .filter(event -> event.kind().equals("received"))
              .filter(event -> event.list("epcList").equals(units))
              .filter(event -> !event.place().equals(shipped.place()))
              .map(Event::time)
              .filter(time -> time.isAfter(shipped.time()))
              .min(Comparator.naturalOrder())
              .orElseThrow();
      journeys
          .computeIfAbsent(shipped.text("sanchi:vehicle"), none -> new ArrayList<>())
          .add(new Instant[] {shipped.time(), last});
    }
    assertThat(journeys).hasSizeGreaterThan(5).doesNotContainKey("");
    journeys.forEach(
        (vehicle, all) -> {
          for (Instant[] one : all) {
            for (Instant[] other : all) {
              boolean same = one[0].equals(other[0]) && one[1].equals(other[1]);
              boolean apart = one[1].isBefore(other[0]) || other[1].isBefore(one[0]);
              assertThat(same || apart).as(vehicle).isTrue();
            }
          }
        });
  }

  @Test
  void medicine_has_left_the_fish_before_the_harvest(@TempDir Path data) throws IOException {
    List<Event> events = lived(data, NOON).events();
    for (Event treatment : events) {
      if (treatment.kind().equals("treatment")) {
        LocalDate end = LocalDate.parse(treatment.text("sanchi:withdrawalEnd"));
        assertThat(end).isAfter(treatment.day());
        assertThat(events.stream().filter(event -> event.kind().equals("harvested")))
            .filteredOn(event -> lots(event).equals(lots(treatment)))
            .isNotEmpty()
            .allSatisfy(harvest -> assertThat(harvest.day()).isAfter(end));
      }
    }
  }

  @Test
  void a_box_is_silent_or_warm_only_while_it_is_on_its_way(@TempDir Path data) throws IOException {
    Story story = lived(data, NOON);
    assertThat(story.boxes()).hasSize(3);
    for (Json.Obj journey : story.boxes()) {
      for (String span : List.of("silent", "warm")) {
        if (journey.members().containsKey(span)) {
          List<Json> ends = journey.array(span).items();
          assertThat(Long.parseLong(((Json.Num) ends.get(0)).text()))
              .isGreaterThan(journey.integer("from"));
          assertThat(Long.parseLong(((Json.Num) ends.get(1)).text()))
              .isLessThan(journey.integer("to"));
        }
      }
    }
  }

  private static Json lots(Event event) {
    return ((Json.Obj) ((Json.Arr) event.payload().members().get("quantityList")).items().get(0))
        .members()
        .get("epcClass");
  }

  /** Number plates are what they are. */
  private static String without(String text) {
    return PLATE.matcher(text).replaceAll("");
  }

  private static Map<String, double[]> positions(Story story) {
    Map<String, Json.Obj> documents = new HashMap<>();
    story.documents().forEach(document -> documents.put(hash(document), document));
    Map<String, double[]> positions = new HashMap<>();
    for (Event event : story.events()) {
      if (event.kind().equals("place_described")) {
        String[] degrees =
            documents.get(event.text("sanchi:document")).text("position").substring(4).split(",");
        positions.put(
            event.text("sanchi:place"),
            new double[] {Double.parseDouble(degrees[0]), Double.parseDouble(degrees[1])});
      }
    }
    return positions;
  }

  private static String hash(Json.Obj document) {
    return Base64Url.encode(LabelRun.sha256(document.canonical()));
  }

  private static double kilometres(double[] from, double[] to) {
    double a = Math.toRadians(from[0]);
    double b = Math.toRadians(to[0]);
    double cosine =
        Math.sin(a) * Math.sin(b)
            + Math.cos(a) * Math.cos(b) * Math.cos(Math.toRadians(to[1] - from[1]));
    return 6371 * Math.acos(Math.min(1, cosine));
  }

  private static Story lived(Path data, Instant now) throws IOException {
    Demonstration.write(data, administrators, "demonstration", Clock.fixed(now, ZoneOffset.UTC));
    List<Event> events = new ArrayList<>();
    List<Json.Obj> documents = new ArrayList<>();
    for (Json one : read(data, "demonstration.signed.json", Json.Arr.class).items()) {
      Json.Obj step = (Json.Obj) one;
      if (step.text("path").equals("events")) {
        for (Json event : step.array("body").items()) {
          Jws jws = Jws.parse(((Json.Text) event).value());
          // Refuses what has not the form of its kind
          events.add(new Event(TraceEvent.read(jws).payload()));
        }
      } else if (step.text("path").equals("documents")) {
        documents.add(step.object("body"));
      }
    }
    List<Json.Obj> boxes = new ArrayList<>();
    read(data, "demonstration/journeys.json", Json.Obj.class)
        .array("boxes")
        .items()
        .forEach(box -> boxes.add((Json.Obj) box));
    return new Story(events, documents, boxes);
  }

  private static <T> T read(Path data, String file, Class<T> type) throws IOException {
    return type.cast(Json.parse(Files.readAllBytes(data.resolve(file)), LIMITS));
  }

  private static String after(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(JAPAN).toInstant();
  }

  private static String pem(String label, byte[] bytes) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(bytes)
        + "\n-----END "
        + label
        + "-----\n";
  }
}

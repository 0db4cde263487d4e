package jp.sanchi.server.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.LabelRun;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.certificates.CertificateListResource;
import jp.sanchi.server.devices.Logins;
import jp.sanchi.server.devices.Origins;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.labels.RunsResource;
import jp.sanchi.server.labels.SheetsResource;
import jp.sanchi.server.ledger.ParsedEvents;
import jp.sanchi.server.ledger.TestServer;
import jp.sanchi.server.lots.LotFindings;
import jp.sanchi.server.lots.LotListResource;
import jp.sanchi.server.lots.LotTreeResource;
import jp.sanchi.server.lots.PhotosResource;
import jp.sanchi.server.lots.ProductsResource;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.parties.OrganisationsResource;
import jp.sanchi.server.parties.PlacesResource;
import jp.sanchi.server.parties.Register;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;
import jp.sanchi.server.recall.Affected;
import jp.sanchi.server.recall.RecallPlans;
import jp.sanchi.server.recall.RecallsResource;
import jp.sanchi.server.recall.Rehearsals;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two farms, a certifier and a shop; what each one's office sees. */
class OfficeIT {
  private static final String CONSORTIUM = "aya-2026";
  private static final String FARM = "4569951000010";
  private static final String RIVAL = "4569952000019";
  private static final String SHOP = "4569953000018";
  private static final String CERTIFIER = "4569954000017";
  private static final String GTIN = "04569951110016";
  private static final String LOT = "https://id.gs1.org/01/" + GTIN + "/10/A1";
  private static final String FEED = "https://id.gs1.org/01/04569952110015/10/F1";
  private static final String UNIT = "https://id.gs1.org/00/045699510000000010";
  private static final String PALLET = "https://id.gs1.org/00/045699510000000027";
  private static final String CERTIFICATE = "https://id.gs1.org/253/4569951000010K1";

  @TempDir private Path data;
  private TestServer server;
  private Logins logins;
  private Administrator growers;
  private Administrator inspectors;
  private Administrator logistics;
  private final List<Device> browsers = new ArrayList<>();
  private Device farm;
  private Device rival;
  private Device shop;
  private Device certifier;
  private LabelRun labels;

  private LotListResource lots;
  private ProductsResource products;
  private PlacesResource places;
  private OrganisationsResource organisations;
  private CertificateListResource certificates;
  private RunsResource runs;
  private SheetsResource sheets;
  private PhotosResource photos;
  private RecallsResource recalls;
  private DraftsResource drafts;
  private WorkResource work;
  private LotTreeResource trees;
  private ExplorerResource explorer;

  @BeforeEach
  void grow_pack_and_ship() throws Exception {
    server = TestServer.on(TestDatabase.fresh(), data);
    logins = new Logins(server.database(), server.ledger());
    wire();
    growers = administrator("GrowersMSP");
    inspectors = administrator("InspectorsMSP");
    logistics = administrator("LogisticsMSP");
    farm = admitted(FARM, "grower", "4569951");
    rival = admitted(RIVAL, "grower", "4569952");
    shop = admitted(SHOP, "retailer", "4569953");
    certifier = admitted(CERTIFIER, "certifier", null);
    approved(
        Draft.of("accreditation_granted")
            .with("sanchi:gln", CERTIFIER)
            .with("sanchi:scheme", "jas-organic"));
    labels = new LabelRun(GTIN, "K7Q2", 20);
    append(rival.sign(Draft.of("lot_commissioned").lots(FEED).place(RIVAL)));
    append(
        farm.sign(
            Draft.of("product_described")
                .with("sanchi:gtin", GTIN)
                .with("sanchi:document", hash())),
        farm.sign(
            Draft.of("place_described").with("sanchi:place", FARM).with("sanchi:document", hash())),
        farm.sign(
            Draft.of("lot_commissioned").lots(LOT).place(FARM).with("sanchi:origin", "宮崎県綾町")),
        farm.sign(Draft.of("weeding").lots(LOT).list("sanchi:inputs", FEED)),
        farm.sign(Draft.of("harvested").quantity("quantityList", LOT, "48", "KGM")),
        farm.sign(labels.printed()),
        farm.sign(
            Draft.of("labels_bound")
                .quantity("quantityList", LOT, "20", null)
                .with("sanchi:run", "K7Q2")
                .with("sanchi:first", 0)
                .with("sanchi:last", 19)),
        farm.sign(
            Draft.of("packed")
                .with("parentID", UNIT)
                .quantity("childQuantityList", LOT, "10", null)
                .with(
                    "sanchi:packages",
                    Json.array(
                        Json.object(
                            "sanchi:first",
                            0,
                            "sanchi:gtin",
                            GTIN,
                            "sanchi:last",
                            9,
                            "sanchi:run",
                            "K7Q2")))),
        farm.sign(Draft.of("packed_unit").with("parentID", PALLET).list("childEPCs", UNIT)),
        farm.sign(Draft.of("shipped").list("epcList", PALLET).toParties(SHOP)),
        farm.sign(
            Draft.of("certificate_applied")
                .list("epcList", CERTIFICATE)
                .with("sanchi:scheme", "jas-organic")
                .with("sanchi:scope", "有機農産物 小松菜")));
    server.follow();
  }

  private void wire() {
    Sessions sessions = logins.sessions();
    Tenants tenants = new Tenants(server.database());
    CurrentState state = new CurrentState(server.database(), server.ledger());
    OrganisationNames names = new OrganisationNames(server.database());
    Histories histories = new Histories(server.database());
    RecallPlans plans = new RecallPlans(tenants);
    LotFindings findings = new LotFindings(histories, server.ledger());
    lots = new LotListResource(sessions, tenants, histories, names, findings);
    products = new ProductsResource(sessions, tenants);
    places = new PlacesResource(sessions, tenants);
    organisations =
        new OrganisationsResource(
            sessions, tenants, state, new Register(server.ledger(), state, histories), names);
    certificates = new CertificateListResource(sessions, tenants, state, names, new ParsedEvents());
    runs = new RunsResource(sessions, tenants);
    sheets = new SheetsResource(sessions, new Origins(null), tenants, state);
    photos = new PhotosResource(sessions, tenants);
    Affected affected = new Affected(tenants, state, names);
    recalls = new RecallsResource(sessions, plans, affected, new Rehearsals(tenants, affected));
    trees = new LotTreeResource(sessions, tenants, histories, names);
    explorer = new ExplorerResource(sessions, tenants, server.ledger(), new ParsedEvents(), names);
    drafts = new DraftsResource(sessions, tenants);
    work =
        new WorkResource(
            sessions,
            tenants,
            state,
            plans,
            // A little later: readings hold for a while
            new Breaches(histories, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10))),
            findings);
  }

  private Administrator administrator(String mspId) throws Exception {
    return Administrator.read(
        data.resolve("administrators/" + mspId + ".pem"), CONSORTIUM, mspId, Clock.systemUTC());
  }

  private Device admitted(String gln, String role, String prefix) {
    Device browser = new Device(CONSORTIUM, gln, Clock.systemUTC());
    append(growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)));
    Draft granted = Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", role);
    if (List.of("authority", "certifier").contains(role)) {
      approved(granted);
    } else {
      append(growers.sign(granted));
    }
    if (prefix != null) {
      approved(Draft.of("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", prefix));
    }
    append(growers.sign(browser.enrolment(true)));
    browsers.add(browser);
    return browser;
  }

  private void approved(Draft draft) {
    Json.Obj payload = growers.payload(draft);
    append(growers.sign(payload), inspectors.approve(payload));
  }

  private void append(String... events) {
    assertThat(server.ledger().append(List.of(events))).allMatch(Accepted.class::isInstance);
  }

  private static String hash() {
    return Base64Url.encode(new byte[32]);
  }

  private HttpServletRequest by(Device device) throws Exception {
    return logins.read(device);
  }

  private final Map<String, String> headers = new HashMap<>();

  /** Notes its headers. */
  private final HttpServletResponse answer =
      (HttpServletResponse)
          Proxy.newProxyInstance(
              HttpServletResponse.class.getClassLoader(),
              new Class<?>[] {HttpServletResponse.class},
              (proxy, method, arguments) ->
                  method.getName().equals("setHeader")
                      ? headers.put((String) arguments[0], (String) arguments[1])
                      : null);

  private HttpServletRequest writes(Device device) throws Exception {
    return logins.write(device);
  }

  private static Json.Obj json(byte[] body) {
    return (Json.Obj) Json.parse(body, new Json.Limits(1 << 20, 16));
  }

  private static ByteArrayInputStream body(Object... namesAndValues) {
    return new ByteArrayInputStream(Json.object(namesAndValues).canonical());
  }

  private static List<String> texts(Json.Arr rows, String name) {
    List<String> texts = new ArrayList<>();
    rows.items().forEach(row -> texts.add(((Json.Obj) row).text(name)));
    return texts;
  }

  private List<String> lotsOf(Device device, String state, String q) throws Exception {
    return texts(list(device, state, q, null, null, null).array("lots"), "link");
  }

  private Json.Obj list(
      Device device, String state, String q, String sort, String after, String before)
      throws Exception {
    return json(lots.lots(state, null, null, q, null, null, sort, after, before, by(device)));
  }

  private static void refused(int status, String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.reason()).isEqualTo(reason);
              assertThat(problem.status()).isEqualTo(status);
            });
  }

  @Test
  void an_office_sees_the_lots_that_it_made_used_or_was_sent_and_no_others() throws Exception {
    assertThat(lotsOf(farm, null, null)).containsExactlyInAnyOrder(LOT, FEED);
    assertThat(lotsOf(rival, null, null)).containsExactly(FEED);
    // What lies in a case on a pallet that was sent to it
    assertThat(lotsOf(shop, null, null)).containsExactly(LOT);
    assertThat(lotsOf(certifier, null, null)).isEmpty();

    assertThat(json(lots.history(GTIN, "A1", by(shop))).array("events").size()).isEqualTo(3);
    refused(404, "not_found", () -> lots.history(GTIN, "A1", by(rival)));
    refused(404, "not_found", () -> lots.history(GTIN, "A2", by(farm)));
  }

  @Test
  void a_farm_sees_which_of_its_own_devices_recorded_something_and_others_do_not()
      throws Exception {
    try (var connection = server.database().getConnection();
        var insert =
            connection.prepareStatement(
                "insert into invitation (token_hash, organisation, name, language, expires_at, kid)"
                    + " values (?, ?, ?, 'ja', now(), ?)")) {
      insert.setBytes(1, new byte[] {7});
      insert.setString(2, FARM);
      insert.setString(3, "母のスマホ");
      insert.setString(4, farm.kid());
      insert.executeUpdate();
    }
    assertThat(json(lots.history(GTIN, "A1", by(farm))).array("events").items())
        .allSatisfy(event -> assertThat(((Json.Obj) event).text("device")).isEqualTo("母のスマホ"));
    assertThat(json(lots.history(GTIN, "A1", by(shop))).array("events").items())
        .allSatisfy(
            event -> assertThat(((Json.Obj) event).get("device")).isEqualTo(Json.Null.VALUE));
  }

  @Test
  void who_may_record_for_a_farm_sees_what_the_farm_sees_until_it_is_dismissed() throws Exception {
    append(farm.sign(Draft.of("agent_appointed").with("sanchi:agent", RIVAL)));
    server.follow();
    assertThat(lotsOf(rival, null, null)).containsExactlyInAnyOrder(LOT, FEED);

    append(farm.sign(Draft.of("agent_dismissed").with("sanchi:agent", RIVAL)));
    server.follow();
    assertThat(lotsOf(rival, null, null)).containsExactly(FEED);
  }

  @Test
  void finds_lots_by_state_and_name_and_turns_pages() throws Exception {
    assertThat(lotsOf(farm, "shipped", null)).containsExactly(LOT);
    assertThat(lotsOf(farm, "growing", null)).isEmpty();
    assertThat(lotsOf(farm, null, "a1")).containsExactly(LOT);
    assertThat(lotsOf(farm, null, "%")).isEmpty();
    refused(400, "parameter_malformed", () -> lotsOf(farm, "ripe", null));
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      many.add(
          farm.sign(
              Draft.of("lot_commissioned")
                  .lots("https://id.gs1.org/01/" + GTIN + "/10/B" + i)
                  .place(FARM)));
    }
    append(many.toArray(String[]::new));
    server.follow();

    List<String> seen = new ArrayList<>();
    String after = null;
    do {
      Json.Obj page =
          json(lots.lots(null, GTIN, null, null, null, null, null, after, null, by(farm)));
      seen.addAll(texts(page.array("lots"), "lot"));
      after = page.get("next") instanceof Json.Text next ? next.value() : null;
    } while (after != null);

    assertThat(seen).hasSize(121).doesNotHaveDuplicates();
    refused(400, "parameter_malformed", () -> list(farm, null, null, null, "!", null));
    refused(400, "parameter_malformed", () -> list(farm, null, null, "colour", null, null));
    for (String sort : List.of("newest", "oldest", "changed", "number")) {
      assertThat(backwards(sort)).as(sort).isEqualTo(forwards(sort)).hasSize(122);
    }
    assertThat(forwards("number").subList(0, 3)).containsExactly("A1", "B0", "B1");
    assertThat(list(farm, null, null, null, null, null).integer("count")).isEqualTo(122);
  }

  private List<String> forwards(String sort) throws Exception {
    List<String> seen = new ArrayList<>();
    String after = null;
    do {
      Json.Obj page = list(farm, null, null, sort, after, null);
      seen.addAll(texts(page.array("lots"), "lot"));
      after = page.get("next") instanceof Json.Text next ? next.value() : null;
    } while (after != null);
    return seen;
  }

  private List<String> backwards(String sort) throws Exception {
    List<String> seen = new ArrayList<>();
    String before = "end";
    do {
      Json.Obj page = list(farm, null, null, sort, null, before);
      seen.addAll(0, texts(page.array("lots"), "lot"));
      before = page.get("previous") instanceof Json.Text previous ? previous.value() : null;
    } while (before != null);
    return seen;
  }

  @Test
  void searches_lots_by_beginning_part_product_and_place() throws Exception {
    append(
        farm.sign(
            Draft.of("lot_commissioned")
                .lots("https://id.gs1.org/01/" + GTIN + "/10/AY260815A")
                .place(FARM)));
    server.follow();
    named("product", "gtin", GTIN, "小松菜");
    named("place", "gln", FARM, "南のほ場");

    assertThat(lotsOf(farm, null, "ay")).hasSize(1);
    assertThat(lotsOf(farm, null, "2608")).hasSize(1);
    assertThat(lotsOf(farm, null, "松")).hasSize(2);
    assertThat(lotsOf(farm, null, "ほ場")).hasSize(2);
    assertThat(lotsOf(farm, null, "456995111")).hasSize(2);
    assertThat(lotsOf(farm, null, "zz")).isEmpty();
    assertThat(lotsOf(rival, null, "松")).isEmpty();
    assertThat(
            texts(
                json(lots.lots(null, null, FARM, null, null, null, null, null, null, by(farm)))
                    .array("lots"),
                "lot"))
        .hasSize(2);
    long future = System.currentTimeMillis() + 86_400_000;
    assertThat(
            json(lots.lots(null, null, null, null, future, null, null, null, null, by(farm)))
                .array("lots")
                .size())
        .isZero();
  }

  private void named(String table, String key, String value, String name) throws Exception {
    byte[] document = Json.object("name", Json.object("ja", name)).canonical();
    try (var connection = server.database().getConnection();
        var insert = connection.prepareStatement("insert into document values (?, ?)");
        var update =
            connection.prepareStatement(
                "update " + table + " set document = ? where " + key + " = ?")) {
      insert.setBytes(1, sha256(document));
      insert.setBytes(2, document);
      insert.executeUpdate();
      update.setBytes(1, sha256(document));
      update.setString(2, value);
      update.executeUpdate();
    }
  }

  @Test
  void the_list_of_lots_is_what_the_view_lets_each_office_see() throws Exception {
    String wrong =
        farm.sign(
            Draft.of("packed_lot")
                .with("parentID", "https://id.gs1.org/00/045699510000000034")
                .quantity("childQuantityList", FEED, "5", "KGM"));
    append(
        wrong,
        farm.sign(
            Draft.of("shipped")
                .list("epcList", "https://id.gs1.org/00/045699510000000034")
                .toParties(CERTIFIER)));
    server.follow();
    assertListed();
    assertThat(lotsOf(certifier, null, null)).containsExactly(FEED);

    append(farm.correct(wrong, wrong));
    server.follow();

    assertListed();
    assertThat(lotsOf(certifier, null, null)).isEmpty();
  }

  private void assertListed() {
    for (String gln : List.of(FARM, RIVAL, SHOP, CERTIFIER)) {
      List<String> seen =
          new Tenants(server.database())
              .as(
                  gln,
                  view ->
                      view.rows(
                          "select subject from seen_lot where commissioned_at is not null",
                          row -> row.getString(1)));
      List<String> listed =
          new Tenants(server.database())
              .as(
                  gln,
                  view ->
                      view.rows(
                          "select subject from lot_listed where gln = viewer()",
                          row -> row.getString(1)));
      assertThat(listed).as(gln).containsExactlyInAnyOrderElementsOf(seen);
    }
  }

  private void announceLabels() throws Exception {
    byte[] all = new byte[20 * 32];
    for (int i = 0; i < 20; i++) {
      byte[] one = Base64Url.decode(labels.packageUrn(i).substring("urn:sanchi:package:".length()));
      System.arraycopy(one, 0, all, i * 32, 32);
    }
    new Tenants(server.database())
        .as(
            FARM,
            view ->
                view.change("insert into label_run (root, hashes) select root, ? from run", all));
  }

  @Test
  void a_tree_counts_the_packages_that_one_has_sold_or_thrown_away_oneself() throws Exception {
    announceLabels();
    append(
        farm.sign(Draft.of("sold").list("epcList", labels.packageUrn(1))),
        farm.sign(Draft.of("sold").list("epcList", labels.packageUrn(2))),
        farm.sign(
            Draft.of("package_destroyed")
                .list("epcList", labels.packageUrn(2))
                .with("sanchi:reason", "傷み")),
        shop.sign(Draft.of("sold").list("epcList", labels.packageUrn(3))));
    server.follow();

    Json.Obj counts = (Json.Obj) json(trees.tree(GTIN, "A1", by(farm))).get("counts");
    Json.Obj packages = (Json.Obj) counts.get("packages");
    assertThat(packages.integer("sold")).isEqualTo(1);
    assertThat(packages.integer("destroyed")).isEqualTo(1);
    assertThat(packages.integer("returned")).isZero();
    assertThat(counts.integer("labels")).isEqualTo(20);
  }

  @Test
  void a_tree_shows_inputs_whole_and_of_what_became_of_a_lot_only_the_own_part() throws Exception {
    Json.Obj own = json(trees.tree(GTIN, "A1", by(farm)));
    assertThat(texts(own.array("lots"), "lot")).containsExactly("F1");
    assertThat(own.object("counts").canonicalText())
        .isEqualTo(
            "{\"labels\":20,\"organisations\":1,"
                + "\"packages\":{\"destroyed\":0,\"returned\":0,\"sold\":0},\"units\":2}");
    assertThat(texts(own.array("organisations"), "gln")).containsExactly(SHOP);
    assertThat(texts(own.array("journey"), "kind"))
        .contains("labels_bound", "packed", "packed_unit", "shipped");

    // The feed's maker learns that it was used, and not where the crop went
    Json.Obj feed = json(trees.tree("04569952110015", "F1", by(rival)));
    assertThat(feed.array("forth").size()).isZero();
    assertThat(feed.array("organisations").size()).isZero();
    // The shop sees its pallet and what lies in it, and no run of the grower's labels
    Json.Obj sent = json(trees.tree(GTIN, "A1", by(shop)));
    assertThat(sent.array("labels").size()).isZero();
    assertThat(texts(sent.array("units"), "subject"))
        .containsExactly("sscc/045699510000000010", "sscc/045699510000000027");
    assertThat(((Json.Obj) sent.array("units").get(0)).integer("packages")).isEqualTo(10);
    assertThat(((Json.Obj) sent.array("units").get(1)).integer("packages")).isEqualTo(10);
    assertThat(texts(sent.array("journey"), "kind")).contains("packed", "packed_unit", "shipped");
    refused(404, "not_found", () -> trees.tree(GTIN, "A1", by(rival)));
    refused(404, "not_found", () -> trees.tree(GTIN, "A1", by(certifier)));
  }

  @Test
  void the_explorer_shows_events_to_those_whom_they_concern_with_who_signed_and_endorsed()
      throws Exception {
    Json.Arr events = json(explorer.events("lot/" + GTIN + "/A1", by(farm))).array("events");
    assertThat(texts(events, "kind")).containsExactly("harvested", "weeding", "lot_commissioned");
    String id = ((Json.Obj) events.get(0)).text("id");

    Json.Obj event = json(explorer.event(id, by(shop)));

    assertThat(event.text("kid")).isEqualTo(farm.kid());
    Json.Obj transaction = event.object("transaction");
    assertThat(transaction.array("endorsers").size()).isGreaterThanOrEqualTo(2);
    assertThat(transaction.text("id")).hasSize(64);
    byte[] header = HexFormat.of().parseHex(transaction.text("header"));
    assertThat(HexFormat.of().formatHex(sha256(header))).isEqualTo(transaction.text("hash"));
    assertThat(texts(event.array("subjects"), "subject")).containsExactly("lot/" + GTIN + "/A1");
    refused(404, "not_found", () -> explorer.event(id, by(rival)));
    refused(404, "not_found", () -> explorer.event(hash(), by(farm)));
    refused(404, "not_found", () -> explorer.events("lot/" + GTIN + "/A1", by(rival)));
    assertThat(texts(json(explorer.events(null, by(rival))).array("events"), "id"))
        .doesNotContain(id);
  }

  @Test
  void the_explorer_lists_what_an_office_itself_is_about() throws Exception {
    append(
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", SHOP).with("sanchi:role", "carrier")),
        shop.sign(new Device(CONSORTIUM, SHOP, Clock.systemUTC()).enrolment(false)),
        certifier.sign(
            Draft.of("certificate_refused")
                .list("epcList", CERTIFICATE)
                .with("sanchi:scheme", "jas-organic")
                .with("sanchi:reason", "雑草")));
    server.follow();

    Json.Arr shops = json(explorer.events(null, by(shop))).array("events");
    assertThat(texts(shops, "kind"))
        .contains("organisation_admitted", "role_granted", "range_granted", "device_enrolled")
        .doesNotContain("certificate_refused");
    for (Json one : shops.items()) {
      Json.Obj event = (Json.Obj) one;
      if (!(event.object("about").get("gln") instanceof Json.Null)) {
        assertThat(event.object("about").text("gln")).isEqualTo(SHOP);
      }
    }
    for (Device party : List.of(farm, certifier)) {
      assertThat(texts(json(explorer.events(null, by(party))).array("events"), "kind"))
          .contains("certificate_applied", "certificate_refused");
    }
  }

  @Test
  void says_which_of_many_subjects_exist_to_those_whom_they_concern() throws Exception {
    Object[] asked = {
      "subjects",
      List.of(
          "lot/" + GTIN + "/A1",
          "lot/" + GTIN + "/A2",
          "lot/04569952110015/F1",
          "product/" + GTIN,
          "product/04569951110023")
    };
    assertThat(json(explorer.known(body(asked), writes(farm))).canonicalText())
        .isEqualTo(
            Json.object(
                    "known",
                    List.of("lot/" + GTIN + "/A1", "lot/04569952110015/F1", "product/" + GTIN))
                .canonicalText());
    assertThat(json(explorer.known(body(asked), writes(rival))).canonicalText())
        .isEqualTo(
            Json.object("known", List.of("lot/04569952110015/F1", "product/" + GTIN))
                .canonicalText());
    refused(
        400,
        "subject_malformed",
        () -> explorer.known(body("subjects", List.of("lot/1/A")), writes(farm)));
    refused(400, "request_malformed", () -> explorer.known(body("lots", "A1"), writes(farm)));
    refused(
        400,
        "request_malformed",
        () ->
            explorer.known(
                body("subjects", java.util.Collections.nCopies(1_001, "lot/" + GTIN + "/A1")),
                writes(farm)));
  }

  @Test
  void a_change_whose_number_was_taken_early_and_committed_late_is_heard_too() throws Exception {
    append(farm.sign(Draft.of("agent_appointed").with("sanchi:agent", SHOP)));
    server.follow();
    OpenStreams streams = new OpenStreams(server.database());
    try (var connection = server.database().getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate("delete from office_change");
      statement.executeUpdate(
          "insert into office_change values ('" + FARM + "', 4), ('" + SHOP + "', 6)");
      Long before = streams.newest(List.of(SHOP)).get(SHOP);
      statement.executeUpdate("update office_change set number = 5 where gln = '" + FARM + "'");
      assertThat(streams.newest(List.of(SHOP)).get(SHOP)).isNotEqualTo(before);
      assertThat(streams.newest(List.of(RIVAL))).isEmpty();
    }
  }

  @Test
  void a_rehearsal_is_timed_and_kept_for_its_own_office_and_appends_nothing() throws Exception {
    long before = server.number("select count(*) from event");
    String id = json(recalls.rehearse(body("gtin", GTIN, "lot", "A1"), writes(farm))).text("id");
    refused(404, "not_found", () -> recalls.endRehearsal(id, writes(rival)));
    recalls.endRehearsal(id, writes(farm));
    server.follow();

    Json.Obj kept = json(recalls.rehearsal(id, by(farm)));
    assertThat(kept.object("reached").object("counts").integer("labels")).isEqualTo(20);
    assertThat(kept.integer("endedAt")).isGreaterThanOrEqualTo(kept.integer("startedAt"));
    assertThat(json(recalls.rehearsals(by(rival))).array("rehearsals").size()).isZero();
    refused(404, "not_found", () -> recalls.rehearsal(id, by(rival)));
    refused(404, "not_found", () -> recalls.endRehearsal(id, writes(farm)));
    refused(
        403,
        "not_the_commissioner",
        () -> recalls.rehearse(body("gtin", GTIN, "lot", "A1"), writes(shop)));
    assertThat(server.number("select count(*) from event")).isEqualTo(before);
    assertThat(server.number("select count(*) from lot where recalled_since is not null")).isZero();
  }

  @Test
  void a_change_is_announced_to_those_whom_it_concerns_and_to_nobody_else() throws Exception {
    long farms = change(FARM);
    long shops = change(SHOP);
    long rivals = change(RIVAL);

    append(farm.sign(Draft.of("weeding").lots(LOT)));
    server.follow();

    assertThat(change(FARM)).isGreaterThan(farms);
    assertThat(change(RIVAL)).isEqualTo(rivals);
    long own = change(FARM);
    recalls.make(body(plan()), writes(farm));
    assertThat(change(FARM)).isGreaterThan(own);
    assertThat(change(SHOP)).isEqualTo(shops);
  }

  private long change(String gln) throws Exception {
    return server.number(
        "select coalesce(max(number), 0) from office_change where gln = '" + gln + "'");
  }

  @Test
  void a_box_under_way_that_is_too_warm_is_work_for_those_whose_goods_are_in_it() throws Exception {
    String lot = "https://id.gs1.org/01/" + GTIN + "/10/COLD";
    String unit = "https://id.gs1.org/00/045699510000000058";
    String box = "https://id.gs1.org/8004/4569951BOX1";
    long now = System.currentTimeMillis();
    Json.Obj limit =
        Json.object(
            "sanchi:allowedMinutes", 20, "sanchi:maximum", 10, "sanchi:measure", "temperature");
    append(
        farm.sign(
            Draft.of("lot_commissioned")
                .lots(lot)
                .place(FARM)
                .with("sanchi:limits", Json.array(limit))),
        farm.sign(
            Draft.of("packed_lot")
                .with("parentID", unit)
                .quantity("childQuantityList", lot, "5", "KGM")
                .at(now)),
        // Said to have happened at once: the history's order tells
        farm.sign(Draft.of("loaded").with("parentID", box).list("childEPCs", unit).at(now)));
    server.follow();
    assertThat(json(work.work("ja", by(farm))).array("breaches").size()).isZero();

    warm(box, 12.3, 4);
    Json.Arr breaches = json(work.work("ja", by(farm))).array("breaches");
    assertThat(breaches.size()).isEqualTo(1);
    Json.Obj breach = (Json.Obj) breaches.get(0);
    assertThat(breach.integer("lastValue")).isEqualTo(1230);
    assertThat(breach.bool("exceeded")).isFalse();
    assertThat(texts(breach.array("lots"), "lot")).containsExactly("COLD");
    for (Device other : List.of(rival, shop, certifier)) {
      assertThat(json(work.work("ja", by(other))).array("breaches").size()).isZero();
    }

    append(farm.sign(Draft.of("unloaded").with("parentID", box).list("childEPCs", unit)));
    server.follow();
    assertThat(json(work.work("ja", by(farm))).array("breaches").size()).isZero();
  }

  @Test
  void what_a_phone_was_refused_waits_in_its_own_office_until_somebody_has_seen_to_it()
      throws Exception {
    String event = farm.sign(Draft.of("weeding").lots(LOT));
    try (var connection = server.database().getConnection();
        var insert =
            connection.prepareStatement(
                "insert into refused_event (event_id, kid, reason, jws, captured_at, early)"
                    + " values (?, ?, 'label_overlap', ?, now(), true)")) {
      insert.setBytes(1, Base64Url.decode(Jws.parse(event).idText()));
      insert.setString(2, farm.kid());
      insert.setString(3, event);
      insert.executeUpdate();
    }
    Json.Obj waiting = (Json.Obj) json(work.work("ja", by(farm))).array("refused").get(0);
    assertThat(waiting.text("kind")).isEqualTo("weeding");
    assertThat(json(work.work("ja", by(rival))).array("refused").size()).isZero();

    refused(404, "not_found", () -> work.seen(waiting.text("id"), writes(rival)));
    refused(404, "not_found", () -> work.seen("!", writes(farm)));
    work.seen(waiting.text("id"), writes(farm));
    assertThat(json(work.work("ja", by(farm))).array("refused").size()).isZero();
  }

  private void warm(String box, double celsius, int minutes) throws Exception {
    long now = System.currentTimeMillis();
    try (var connection = server.database().getConnection();
        var statement = connection.createStatement()) {
      for (int i = -1; i <= 1; i++) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC).plusDays(i);
        statement.execute(
            "create table if not exists reading_t"
                + (i + 1)
                + " partition of reading for values from ('"
                + day
                + "') to ('"
                + day.plusDays(1)
                + "')");
      }
      statement.execute(
          "insert into sensor (id, organisation, name, box, measures, password_hash, made_by)"
              + " values ('s1', '"
              + FARM
              + "', '1', '"
              + box
              + "', array['temperature'], '', 'k')");
      try (var insert =
          connection.prepareStatement(
              "insert into reading (day, device, seq, window_id, kid, leaf)"
                  + " values (?, 's1', ?, ?, 'k', ?)")) {
        for (int i = 0; i < minutes; i++) {
          long time = now + i * 60_000L;
          byte[] leaf =
              ByteBuffer.allocate(30)
                  .put((byte) 1)
                  .put((byte) 2)
                  .put("s1".getBytes(StandardCharsets.US_ASCII))
                  .putLong(i)
                  .putLong(time)
                  .putShort((short) 1)
                  .putLong(Math.round(celsius * 100))
                  .array();
          insert.setObject(1, LocalDate.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC));
          insert.setLong(2, i);
          insert.setObject(3, UUID.randomUUID());
          insert.setBytes(4, leaf);
          insert.executeUpdate();
        }
      }
    }
  }

  @Test
  void products_places_and_runs_are_seen_by_who_described_or_printed_them() throws Exception {
    assertThat(texts(json(products.products(by(farm))).array("products"), "gtin"))
        .containsExactly(GTIN);
    assertThat(texts(json(places.places(by(farm))).array("places"), "gln")).containsExactly(FARM);
    Json.Obj run = (Json.Obj) json(runs.runs(by(farm))).array("runs").get(0);
    assertThat(run.text("run")).isEqualTo("K7Q2");
    assertThat(texts(run.array("uses"), "use")).containsExactlyInAnyOrder("bound", "packed");
    for (Device other : List.of(rival, shop, certifier)) {
      assertThat(json(products.products(by(other))).array("products").size()).isZero();
      assertThat(json(places.places(by(other))).array("places").size()).isZero();
      assertThat(json(runs.runs(by(other))).array("runs").size()).isZero();
    }
  }

  @Test
  void defaults_and_drafts_stay_within_their_organisation() throws Exception {
    products.defaults(GTIN, body("maximum", "10"), writes(farm));
    products.defaults(GTIN, body("maximum", "99"), writes(rival));
    Json.Obj product = (Json.Obj) json(products.products(by(farm))).array("products").get(0);
    assertThat(product.object("defaults").text("maximum")).isEqualTo("10");

    drafts.keep("lot-1", body("kind", "lot", "body", Json.object("lot", "A2")), writes(farm));
    drafts.keep("lot-1", body("kind", "lot", "body", Json.object("lot", "X")), writes(rival));
    assertThat(json(drafts.drafts(by(farm))).array("drafts").canonicalText()).contains("\"A2\"");
    assertThat(json(drafts.drafts(by(farm))).array("drafts").size()).isEqualTo(1);
    assertThat(json(drafts.drafts(by(shop))).array("drafts").size()).isZero();
    refused(404, "not_found", () -> drafts.drop("lot-1", writes(shop)));
    drafts.drop("lot-1", writes(rival));
    assertThat(json(drafts.drafts(by(farm))).array("drafts").size()).isEqualTo(1);
  }

  @Test
  void the_database_itself_keeps_organisations_apart() throws Exception {
    drafts.keep("lot-1", body("kind", "lot", "body", Json.object()), writes(farm));
    Tenants tenants = new Tenants(server.database());

    // Whatever the statement forgets to say
    assertThat(
            tenants.<List<String>>as(
                FARM, view -> view.rows("select id from draft", row -> row.getString(1))))
        .containsExactly("lot-1");
    assertThat(
            tenants.<List<String>>as(
                RIVAL, view -> view.rows("select id from draft", row -> row.getString(1))))
        .isEmpty();
    assertThat(tenants.<Integer>as(RIVAL, view -> view.change("delete from draft"))).isZero();
    assertThatThrownBy(
            () ->
                tenants.as(
                    RIVAL,
                    view ->
                        view.change(
                            "insert into draft (organisation, id, kind, body)"
                                + " values (?, 'x', 'lot', '{}')",
                            FARM)))
        .hasStackTraceContaining("row-level security");
    // Nobody's view is left over for who comes next
    assertThat(server.number("select count(*) from draft")).isZero();
    assertThat(server.number("select count(*) from seen_lot")).isZero();
  }

  @Test
  void a_certifier_sees_the_applications_of_its_schemes_and_nobody_else_does() throws Exception {
    for (Device device : List.of(farm, certifier)) {
      assertThat(texts(json(certificates.certificates(by(device))).array("certificates"), "link"))
          .containsExactly(CERTIFICATE);
    }
    Json.Obj asked =
        (Json.Obj) json(certificates.certificates(by(farm))).array("certificates").get(0);
    assertThat(asked.text("scope")).isEqualTo("有機農産物 小松菜");
    assertThat(asked.get("certifier")).isEqualTo(Json.Null.VALUE);
    for (Device device : List.of(rival, shop)) {
      assertThat(json(certificates.certificates(by(device))).array("certificates").size()).isZero();
    }
    assertThat(json(work.work(null, by(certifier))).array("applications").size()).isEqualTo(1);
    assertThat(json(work.work(null, by(farm))).array("applications").size()).isZero();

    LocalDate today = LocalDate.now();
    append(
        certifier.sign(
            Draft.of("certificate_granted")
                .list("epcList", CERTIFICATE)
                .with("sanchi:scheme", "jas-organic")
                .with("sanchi:holder", FARM)
                .with("sanchi:validFrom", today.minusDays(300).toString())
                .with("sanchi:validTo", today.plusDays(20).toString())));
    server.follow();
    Json.Obj granted =
        (Json.Obj) json(certificates.certificates(by(farm))).array("certificates").get(0);
    assertThat(granted.text("certifier")).isEqualTo(certifier.organisation());
    assertThat(granted.text("scope")).isEqualTo("有機農産物 小松菜");
    assertThat(json(work.work(null, by(farm))).array("certificates").size()).isEqualTo(1);
    assertThat(json(work.work(null, by(certifier))).array("certificates").size()).isZero();
    assertThat(json(work.work(null, by(farm))).array("lostCertificates").size()).isZero();

    append(
        certifier.sign(
            Draft.of("certificate_revoked")
                .list("epcList", CERTIFICATE)
                .with("sanchi:reason", "x")));
    server.follow();
    Json.Obj lost = json(work.work(null, by(farm)));
    assertThat(texts(lost.array("lostCertificates"), "scheme")).containsExactly("jas-organic");
    assertThat(lost.array("certificates").size()).isZero();
    assertThat(json(work.work(null, by(rival))).array("lostCertificates").size()).isZero();
  }

  @Test
  void the_register_tells_rights_loans_agents_and_what_waits_for_approval() throws Exception {
    Json.Obj waiting =
        growers.payload(
            Draft.of("accreditation_granted")
                .with("sanchi:gln", FARM)
                .with("sanchi:scheme", "residues"));
    append(
        farm.sign(
            Draft.of("range_lent").with("sanchi:gln", RIVAL).with("sanchi:prefix", "456995111")),
        rival.sign(Draft.of("agent_appointed").with("sanchi:agent", FARM)),
        growers.sign(waiting));
    server.follow();

    Json.Obj seen = json(organisations.organisation(RIVAL, by(shop)));
    assertThat(seen.array("loans").canonicalText())
        .isEqualTo("[{\"lender\":\"" + FARM + "\",\"prefix\":\"456995111\"}]");
    assertThat(seen.array("ranges").canonicalText()).isEqualTo("[\"4569952\"]");
    assertThat(seen.array("agents").canonicalText()).isEqualTo("[\"" + FARM + "\"]");
    Json.Obj proposal =
        (Json.Obj) json(organisations.organisation(FARM, by(shop))).array("proposals").get(0);
    assertThat(proposal.array("approvedBy").canonicalText()).isEqualTo("[\"GrowersMSP\"]");
    append(logistics.approve(proposal.object("payload")));
    server.follow();
    Json.Obj now = json(organisations.organisation(FARM, by(shop)));
    assertThat(now.array("proposals").size()).isZero();
    assertThat(now.array("accreditations").canonicalText()).isEqualTo("[\"residues\"]");
    assertThat(json(organisations.organisations(null, by(shop))).array("organisations").size())
        .isEqualTo(4);
    refused(404, "not_found", () -> organisations.organisation("4569959000012", by(shop)));
  }

  @Test
  void makes_sheets_of_ones_own_runs_only_from_their_own_serials() throws Exception {
    List<String> serials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      serials.add(labels.path(i).substring(labels.path(i).lastIndexOf('/') + 1));
    }
    Object[] request = {
      "format", "a4", "gtin", GTIN, "language", "ja", "run", "K7Q2", "serials", serials
    };
    refused(503, "labels_awaited", () -> sheets.sheet(body(request), writes(farm), answer));
    announceLabels();

    byte[] pdf = drawn(sheets.sheet(body(request), writes(farm), answer), "");

    assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    refused(404, "not_found", () -> sheets.sheet(body(request), writes(shop), answer));
    String guessed = serials.get(0).substring(0, 8) + "000000000000";
    Object[] forged = request.clone();
    forged[9] = List.of(guessed);
    refused(422, "labels_not_announced", () -> sheets.sheet(body(forged), writes(farm), answer));

    Object[] one = {
      "format",
      "a4-12",
      "gtin",
      GTIN,
      "language",
      "ja",
      "mark",
      "jas",
      "run",
      "K7Q2",
      "serials",
      serials.subList(3, 4),
      "useBy",
      "2026-11-30"
    };
    assertThat(drawn(sheets.png(body(one), writes(farm), answer), ""))
        .startsWith(0x89, 'P', 'N', 'G');
    byte[] svg = drawn(sheets.svg(body(one), writes(farm), answer), "");
    assertThat(new String(svg, StandardCharsets.UTF_8)).startsWith("<svg ");
    refused(404, "not_found", () -> sheets.png(body(one), writes(shop), answer));
    refused(404, "not_found", () -> sheets.svg(body(one), writes(shop), answer));
    one[13] = "2026-13-01";
    refused(400, "request_malformed", () -> sheets.png(body(one), writes(farm), answer));
  }

  @Test
  void shows_a_sample_before_anything_is_signed_and_makes_cards_of_a_lot_one_knows()
      throws Exception {
    Object[] sample = {"bestBefore", "2026-11-30", "format", "a4", "gtin", GTIN, "language", "ja"};
    byte[] svg = drawn(sheets.sample(body(sample), writes(farm), answer), "");
    assertThat(new String(svg, StandardCharsets.UTF_8)).startsWith("<svg ").contains("#b3261e");

    Object[] card = {"count", 5, "format", "card", "gtin", GTIN, "language", "ja", "lot", "A1"};
    byte[] pdf = drawn(sheets.cards(body(card), writes(farm), answer), "");

    assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    try (PDDocument document = Loader.loadPDF(pdf)) {
      // As the lot was registered: labels of fresh food have to say it
      assertThat(new PDFTextStripper().getText(document)).contains("産地 宮崎県綾町");
    }
    card[9] = "A9";
    refused(422, "lot_unknown", () -> sheets.cards(body(card), writes(farm), answer));

    // What such small paper has no room for is not passed over in silence
    Object[] small = {"format", "a4-65", "gtin", GTIN, "language", "ja", "mark", "jas"};
    drawn(sheets.sample(body(small), writes(farm), answer), "mark");
  }

  private byte[] drawn(byte[] drawing, String notPrinted) {
    assertThat(headers).containsEntry("Sanchi-Not-Printed", notPrinted);
    return drawing;
  }

  @Test
  void keeps_pictures_by_their_hash_and_nothing_else() throws Exception {
    byte[] picture = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1, 2, 3};
    Json.Obj kept = json(photos.keep(new ByteArrayInputStream(picture), writes(farm)));
    photos.keep(new ByteArrayInputStream(picture), writes(rival));

    assertThat(kept.text("type")).isEqualTo("image/jpeg");
    assertThat(server.number("select count(*) from photo where hash = sha256(body)")).isEqualTo(1);
    refused(404, "not_found", () -> photos.photo(hash()));
    byte[] paper = "%PDF-1.7 a certificate".getBytes(StandardCharsets.US_ASCII);
    Json.Obj handed = json(photos.keep(new ByteArrayInputStream(paper), writes(farm)));
    assertThat(handed.text("type")).isEqualTo("application/pdf");
    byte[] large = Arrays.copyOf(picture, 600 * 1024);
    refused(
        413, "body_too_large", () -> photos.keep(new ByteArrayInputStream(large), writes(farm)));
    refused(
        415,
        "media_type_unsupported",
        () ->
            photos.keep(
                new ByteArrayInputStream("<svg onload='x'/>".getBytes(StandardCharsets.US_ASCII)),
                writes(farm)));
  }

  @Test
  void takes_from_anybody_the_picture_that_a_described_document_names_and_no_other()
      throws Exception {
    byte[] picture = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 7};
    byte[] other = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 8};
    Json.Obj photo = Json.object("hash", Base64Url.encode(sha256(picture)), "type", "image/jpeg");
    byte[] document = Json.object("photo", photo, "salt", "AAAAAAAAAAAAAAAAAAAAAA").canonical();
    String named = Base64Url.encode(sha256(document));

    refused(404, "not_found", () -> photos.keepDescribed(named, new ByteArrayInputStream(picture)));
    try (var connection = server.database().getConnection();
        var insert = connection.prepareStatement("insert into document values (?, ?)")) {
      insert.setBytes(1, sha256(document));
      insert.setBytes(2, document);
      insert.executeUpdate();
    }
    photos.keepDescribed(named, new ByteArrayInputStream(picture));
    refused(
        422,
        "document_not_announced",
        () -> photos.keepDescribed(named, new ByteArrayInputStream(other)));

    assertThat(server.number("select count(*) from photo where body = decode('ffd8ff07', 'hex')"))
        .isEqualTo(1);
    assertThat(server.number("select count(*) from photo")).isEqualTo(1);
  }

  @Test
  void takes_from_anybody_the_paper_of_a_certificate_that_a_document_names() throws Exception {
    byte[] paper = "%PDF-1.7 a certificate".getBytes(StandardCharsets.US_ASCII);
    Json.Obj file = Json.object("hash", Base64Url.encode(sha256(paper)), "type", "application/pdf");
    byte[] document =
        Json.object(
                "certificates",
                List.of(Json.of("nonsense"), Json.object("name", "MEL", "paper", file)),
                "salt",
                "AAAAAAAAAAAAAAAAAAAAAA")
            .canonical();
    try (var connection = server.database().getConnection();
        var insert = connection.prepareStatement("insert into document values (?, ?)")) {
      insert.setBytes(1, sha256(document));
      insert.setBytes(2, document);
      insert.executeUpdate();
    }
    photos.keepDescribed(Base64Url.encode(sha256(document)), new ByteArrayInputStream(paper));

    assertThat(server.number("select count(*) from photo where type = 'application/pdf'"))
        .isEqualTo(1);
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private Object[] plan() {
    return new Object[] {"advice", "食べない", "lots", List.of(LOT), "reason", "毒草"};
  }

  @Test
  void a_plan_whose_lots_are_recalled_waits_for_nobody() throws Exception {
    json(
        recalls.make(
            body("advice", "食べない", "by", "黒田", "lots", List.of(LOT), "reason", "毒草"),
            writes(farm)));
    assertThat(onlyPlan(farm).object("body").text("by")).isEqualTo("黒田");

    append(
        farm.sign(
            Draft.of("recalled")
                .lots(LOT)
                .with("sanchi:reason", "毒草")
                .with("sanchi:advice", "食べない")));
    server.follow();

    assertThat(json(recalls.open(by(farm))).array("plans").size()).isZero();
  }

  private Json.Obj onlyPlan(Device device) throws Exception {
    return (Json.Obj) json(recalls.open(by(device))).array("plans").get(0);
  }

  @Test
  void a_recall_shows_where_the_lot_went_to_those_only_who_may_recall_it() throws Exception {
    Json.Obj affected = json(recalls.affected(GTIN, "A1", by(farm)));

    assertThat(affected.object("counts").canonicalText())
        .isEqualTo("{\"labels\":20,\"lots\":1,\"organisations\":1,\"units\":2}");
    assertThat(texts(affected.array("organisations"), "gln")).containsExactly(SHOP);
    Json.Obj addressee = (Json.Obj) affected.array("organisations").get(0);
    assertThat(addressee.get("contact")).isEqualTo(Json.Null.VALUE);
    refused(403, "not_the_commissioner", () -> recalls.affected(GTIN, "A1", by(shop)));
    // The feed's maker sees the crop that it went into, and its customers
    Json.Obj feed = json(recalls.affected("04569952110015", "F1", by(rival)));
    assertThat(feed.object("counts").integer("lots")).isEqualTo(2);
  }

  @Test
  void one_administrator_confirms_a_recall_twice_two_minutes_apart() throws Exception {
    String id = json(recalls.make(body(plan()), writes(farm))).text("id");

    assertThat(onlyPlan(farm).bool("alone")).isTrue();
    assertThat(onlyPlan(farm).bool("ready")).isFalse();
    refused(409, "conflict", () -> recalls.confirm(id, writes(farm)));
    new Tenants(server.database())
        .as(
            FARM,
            view ->
                view.change(
                    "update recall_confirmation set confirmed_at = now() - interval '121 s'"));
    recalls.confirm(id, writes(farm));
    assertThat(onlyPlan(farm).bool("ready")).isTrue();
    assertThat(json(recalls.open(by(rival))).array("plans").size()).isZero();
    refused(404, "not_found", () -> recalls.end(id, writes(rival)));
    recalls.end(id, writes(farm));
    assertThat(json(recalls.open(by(farm))).array("plans").size()).isZero();
  }

  @Test
  void where_there_are_two_administrators_both_confirm_a_recall() throws Exception {
    Device second = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    append(farm.sign(second.enrolment(true)));
    server.follow();
    String id = json(recalls.make(body(plan()), writes(farm))).text("id");
    new Tenants(server.database())
        .as(
            FARM,
            view ->
                view.change(
                    "update recall_confirmation set confirmed_at = now() - interval '1 h'"));

    refused(409, "conflict", () -> recalls.confirm(id, writes(farm)));
    refused(404, "not_found", () -> recalls.confirm(id, writes(rival)));
    recalls.confirm(id, writes(second));

    assertThat(onlyPlan(second).bool("ready")).isTrue();
    refused(
        400,
        "request_malformed",
        () ->
            recalls.make(
                body("advice", "x", "lots", List.of("https://evil.example/"), "reason", "y"),
                writes(farm)));
  }

  @Test
  void work_lists_offers_recalls_and_devices_that_have_not_sent_everything() throws Exception {
    Device phone = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    append(farm.sign(phone.enrolment(false)));
    append(phone.sign(Draft.of("weeding").lots(LOT)));
    phone.sign(Draft.of("weeding").lots(LOT)); // Lies on the phone still
    append(
        phone.sign(
            Draft.of("cooled")
                .lots(LOT)
                .with("sanchi:method", "x")
                .with("sanchi:coreToCelsius", 4)));
    append(
        farm.sign(
            Draft.of("recalled")
                .lots(LOT)
                .with("sanchi:reason", "毒草")
                .with("sanchi:advice", "食べない")));
    server.follow();

    Json.Obj waits = json(work.work("ja", by(farm)));
    assertThat(((Json.Obj) waits.array("unsent").get(0)).integer("missing")).isEqualTo(1);
    assertThat(texts(waits.array("recalls"), "link")).containsExactly(LOT);
    assertThat(json(work.work("ja", by(shop))).array("recalls").size()).isEqualTo(1);
    Json.Obj others = json(work.work("ja", by(rival)));
    assertThat(others.array("recalls").size()).isZero();
    assertThat(others.array("unsent").size()).isZero();
    assertThat(json(work.work("ja", by(phone))).array("offers").size()).isZero();
  }

  @Test
  void a_correction_takes_back_what_went_where() throws Exception {
    String wrong =
        farm.sign(
            Draft.of("packed_lot")
                .with("parentID", "https://id.gs1.org/00/045699510000000034")
                .quantity("childQuantityList", LOT, "5", "KGM"));
    String right =
        farm.sign(
            Draft.of("packed_lot")
                .with("parentID", "https://id.gs1.org/00/045699510000000041")
                .quantity("childQuantityList", LOT, "5", "KGM"));
    append(wrong);
    server.follow();
    assertThat(json(recalls.affected(GTIN, "A1", by(farm))).object("counts").integer("units"))
        .isEqualTo(3);

    append(right, farm.correct(wrong, right));
    server.follow();

    assertThat(texts(json(recalls.affected(GTIN, "A1", by(farm))).array("units"), "subject"))
        .contains("sscc/045699510000000041")
        .doesNotContain("sscc/045699510000000034");
  }

  @Test
  void goods_that_left_are_listed_so_until_the_shipping_is_declared_an_error() throws Exception {
    Json.Obj lot = json(lots.history(GTIN, "A1", by(shop))).object("lot");
    assertThat(lot.text("state")).isEqualTo("shipped");
    assertThat(lot.text("lastKind")).isEqualTo("shipped");

    String again = farm.sign(Draft.of("shipped").list("epcList", PALLET).toParties(RIVAL));
    append(again, farm.correct(again, again));
    append(shop.sign(Draft.of("received").list("epcList", PALLET)));
    server.follow();

    assertThat(json(lots.history(GTIN, "A1", by(farm))).object("lot").text("lastKind"))
        .isEqualTo("received");
    assertThat(lotsOf(farm, "shipped", null)).containsExactly(LOT);
  }

  @Test
  void a_harvest_that_never_was_takes_its_lot_back_to_what_it_was() throws Exception {
    String lot = "https://id.gs1.org/01/" + GTIN + "/10/H1";
    String harvest = farm.sign(Draft.of("harvested").quantity("quantityList", lot, "1850", "KGM"));
    append(
        farm.sign(Draft.of("lot_commissioned").lots(lot).place(FARM)),
        farm.sign(Draft.of("weeding").lots(lot)),
        harvest);
    server.follow();
    assertThat(lotsOf(farm, "harvested", null)).containsExactly(lot);

    append(farm.correct(harvest, harvest));
    server.follow();
    assertListed();
    assertThat(lotsOf(farm, "harvested", null)).isEmpty();
    assertThat(lotsOf(farm, "growing", null)).containsExactly(lot);
    assertThat(json(lots.history(GTIN, "H1", by(farm))).object("lot").text("lastKind"))
        .isEqualTo("weeding");
  }

  @Test
  void the_office_learns_what_customers_will_read_of_its_lots() throws Exception {
    String lot = "https://id.gs1.org/01/" + GTIN + "/10/W1";
    append(
        farm.sign(Draft.of("lot_commissioned").lots(lot).place(FARM)),
        farm.sign(
            Draft.of("treatment")
                .lots(lot)
                .with("sanchi:product", "アンピシリン")
                .with("sanchi:dose", "10 mg")
                .with("sanchi:withdrawalEnd", "2098-12-10")),
        farm.sign(Draft.of("harvested").quantity("quantityList", lot, "1850", "KGM")));
    server.follow();

    Json.Obj found = (Json.Obj) json(work.work("ja", by(farm))).array("findings").get(0);
    assertThat(found.text("code")).isEqualTo("withdrawal_not_kept");
    assertThat(found.text("severity")).isEqualTo("red");
    assertThat(found.text("lot")).isEqualTo("W1");
    assertThat(texts(json(lots.history(GTIN, "W1", by(farm))).array("findings"), "code"))
        .contains("withdrawal_not_kept");
    assertThat(json(work.work("ja", by(rival))).array("findings").size()).isZero();
  }

  @Test
  void recalls_are_listed_to_who_may_end_them_and_to_nobody_else() throws Exception {
    append(
        farm.sign(
            Draft.of("recalled")
                .lots(LOT)
                .with("sanchi:reason", "毒草")
                .with("sanchi:advice", "食べない")));
    Device authority = admitted("4569955000009", "authority", null);
    server.follow();

    assertThat(json(work.work("ja", by(farm))).array("endings").size()).isZero();
    assertThat(((Json.Obj) json(work.work("ja", by(shop))).array("recalls").get(0)).get("own"))
        .isEqualTo(Json.of(false));
    Json.Obj waits = (Json.Obj) json(work.work("ja", by(authority))).array("endings").get(0);
    assertThat(waits.text("link")).isEqualTo(LOT);
    append(authority.sign(Draft.of("recall_ended").lots(LOT).with("sanchi:reason", "回収が終わった")));
    server.follow();
    assertThat(json(work.work("ja", by(authority))).array("endings").size()).isZero();
  }

  @Test
  void a_lot_that_never_was_leaves_the_lists_until_it_is_registered_anew() throws Exception {
    Draft registered =
        Draft.of("lot_commissioned")
            .lots("https://id.gs1.org/01/" + GTIN + "/10/N1")
            .place(FARM)
            .at(System.currentTimeMillis() - 5 * 86_400_000L);
    String wrong = farm.sign(registered);
    append(wrong);
    server.follow();
    assertThat(names(list(farm, null, null, null, null, null))).contains("N1");

    append(farm.correct(wrong, wrong));
    server.follow();
    assertListed();
    assertThat(names(list(farm, null, null, null, null, null))).isNotEmpty().doesNotContain("N1");
    assertThat(names(list(farm, "withdrawn", null, null, null, null))).containsExactly("N1");
    assertThat(json(lots.history(GTIN, "N1", by(farm))).object("lot").text("state"))
        .isEqualTo("withdrawn");

    long now = System.currentTimeMillis();
    String right =
        farm.sign(
            Draft.of("lot_commissioned")
                .lots("https://id.gs1.org/01/" + GTIN + "/10/N1")
                .place(FARM)
                .at(now));
    append(right);
    server.follow();
    assertListed();
    Json.Obj lot = json(lots.history(GTIN, "N1", by(farm))).object("lot");
    assertThat(lot.text("state")).isEqualTo("registered");
    assertThat(lot.integer("commissionedAt")).isEqualTo(now);

    // Both in one block
    String third = farm.sign(registered);
    append(farm.correct(right, third), third);
    server.follow();
    assertThat(names(list(farm, null, null, null, null, null))).contains("N1");
    assertThat(json(lots.history(GTIN, "N1", by(farm))).object("lot").integer("commissionedAt"))
        .isLessThan(now);
  }

  private static List<String> names(Json.Obj page) {
    return texts(page.array("lots"), "lot");
  }

  @Test
  void nobody_sees_anything_without_a_session() throws Exception {
    HttpServletRequest stranger = Logins.stranger();
    refused(
        401,
        "login_needed",
        () -> lots.lots(null, null, null, null, null, null, null, null, null, stranger));
    refused(401, "login_needed", () -> trees.tree(GTIN, "A1", stranger));
    refused(401, "login_needed", () -> explorer.events(null, stranger));
    refused(401, "login_needed", () -> explorer.event(hash(), stranger));
    refused(401, "login_needed", () -> recalls.rehearsals(stranger));
    refused(401, "login_needed", () -> work.work(null, stranger));
    refused(401, "login_needed", () -> organisations.organisations(null, stranger));
    refused(401, "login_needed", () -> recalls.affected(GTIN, "A1", stranger));
  }
}

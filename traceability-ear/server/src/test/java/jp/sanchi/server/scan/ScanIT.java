package jp.sanchi.server.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.LabelRun;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.labels.TypedCodesResource;
import jp.sanchi.server.ledger.TestServer;
import jp.sanchi.server.lots.RecalledLotsResource;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanIT {
  private static final String FARM = "4569951000010";
  private static final String JA = "4569952000019";
  private static final String SHOP = "4569953000018";
  private static final String GTIN = "04569951110016";
  private static final String LOT = "https://id.gs1.org/01/" + GTIN + "/10/A";
  private static final String UNIT = "https://id.gs1.org/00/045699510000000010";
  private static final String BOX = "https://id.gs1.org/8004/4569951BOX1";

  @TempDir private Path data;
  private TestServer server;
  private Things things;
  private Handbook handbook;
  private Device phone;
  private Device browser;
  private Device office;
  private final LabelRun run = new LabelRun(GTIN, "K7Q2", 3);

  @BeforeEach
  void admit_a_farm_a_shop_and_the_farm_s_office() throws Exception {
    server = TestServer.on(TestDatabase.fresh(), data);
    CurrentState state = new CurrentState(server.database(), server.ledger());
    OrganisationNames names = new OrganisationNames(server.database());
    Histories histories = new Histories(server.database());
    Recalls recalls = new Recalls(server.database(), histories, names);
    things = new Things(server.database(), histories, state, names, recalls);
    handbook = new Handbook(server.database(), server.ledger(), state, names, recalls);
    Administrator growers = administrator("GrowersMSP");
    Administrator logistics = administrator("LogisticsMSP");
    for (String gln : List.of(FARM, SHOP, JA)) {
      append(growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)));
    }
    Json.Obj range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", FARM).with("sanchi:prefix", "4569951"));
    browser = new Device("aya-2026", FARM, Clock.systemUTC());
    phone = new Device("aya-2026", FARM, Clock.systemUTC());
    office = new Device("aya-2026", JA, Clock.systemUTC());
    append(
        growers.sign(range),
        logistics.approve(range),
        growers.sign(role(FARM, "grower")),
        growers.sign(role(SHOP, "retailer")),
        growers.sign(role(JA, "processor")),
        growers.sign(browser.enrolment(true)),
        growers.sign(office.enrolment(true)),
        browser.sign(phone.enrolment(false)));
  }

  private Administrator administrator(String mspId) throws Exception {
    return Administrator.read(
        data.resolve("administrators/" + mspId + ".pem"), "aya-2026", mspId, Clock.systemUTC());
  }

  private static Draft role(String gln, String role) {
    return Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", role);
  }

  private void append(String... events) throws Exception {
    assertThat(server.ledger().append(List.of(events))).allMatch(Accepted.class::isInstance);
    server.follow();
  }

  private Json.Obj scan(String link, String asker) {
    return things.of(DigitalLink.parse(link), asker);
  }

  private static List<String> steps(Json.Obj thing) {
    return thing.array("steps").items().stream().map(step -> ((Json.Text) step).value()).toList();
  }

  private void log(Draft draft) throws Exception {
    append(phone.sign(draft));
  }

  @Test
  void suggests_a_lot_s_next_steps_as_the_season_goes_on() throws Exception {
    assertThat(steps(scan(LOT, FARM))).startsWith("lot_commissioned", "sowing");
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    assertThat(steps(scan(LOT, FARM))).startsWith("sowing", "harvested").hasSize(4);
    log(Draft.of("sowing").lots(LOT).with("sanchi:variety", "いなむら"));
    assertThat(steps(scan(LOT, FARM))).startsWith("harvested").doesNotContain("sowing");
    log(Draft.of("harvested").quantity("quantityList", LOT, "48", "KGM"));
    assertThat(steps(scan(LOT, FARM))).containsExactly("cooled", "graded", "packed_lot");
    assertThat(scan(LOT, FARM).object("last").text("kind")).isEqualTo("harvested");
    assertThat(scan(LOT, SHOP).object("facts").canonicalText())
        .isEqualTo(
            "{\"goods\":\"plants\",\"registered\":true,\"species\":null,\"variety\":\"いなむら\","
                + "\"withdrawal\":null}");
    assertThat(steps(scan(LOT, SHOP))).containsExactly("packed_lot");
    log(
        Draft.of("recalled")
            .lots(LOT)
            .with("sanchi:reason", "残留農薬")
            .with("sanchi:advice", "食べないでください"));

    Json.Obj recalled = scan(LOT, FARM);

    assertThat(recalled.get("recalledSince")).isInstanceOf(Json.Num.class);
    assertThat(steps(recalled)).containsExactly("lot_destroyed");
  }

  @Test
  void suggests_no_seeds_for_fish_though_the_farm_does_both() throws Exception {
    append(administrator("GrowersMSP").sign(role(FARM, "fisher")));
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    assertThat(steps(scan(LOT, FARM))).contains("sowing", "stocking");
    log(
        Draft.of("stocking")
            .lots(LOT)
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:source", "人工種苗"));

    assertThat(steps(scan(LOT, FARM)))
        .contains("harvested", "feeding")
        .doesNotContain("sowing", "fertilising");
    assertThat(scan(LOT, FARM).object("facts").text("goods")).isEqualTo("fish");
  }

  @Test
  void follows_a_unit_from_packing_over_the_cold_box_to_its_destination() throws Exception {
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    log(
        Draft.of("packed_lot")
            .with("parentID", UNIT)
            .quantity("childQuantityList", LOT, "20", "KGM"));
    Json.Obj packed = scan(UNIT, FARM);
    assertThat(((Json.Obj) packed.array("contents").get(0)).text("lot")).isEqualTo(LOT);
    assertThat(steps(packed)).startsWith("shipped", "loaded");
    log(Draft.of("loaded").with("parentID", BOX).list("childEPCs", UNIT));
    assertThat(scan(UNIT, FARM).text("box")).isEqualTo(BOX);
    assertThat(steps(scan(UNIT, FARM))).startsWith("unloaded");
    log(Draft.of("shipped").list("epcList", UNIT).toParties(SHOP));
    assertThat(steps(scan(UNIT, SHOP))).startsWith("received");
    assertThat(steps(scan(BOX, FARM))).containsExactly("loaded", "unloaded");
  }

  @Test
  void a_pallet_tells_what_lies_in_its_crates_who_sent_it_and_what_is_recalled() throws Exception {
    String pallet = "https://id.gs1.org/00/045699510000000027";
    printAndBind();
    log(
        Draft.of("packed")
            .with("parentID", UNIT)
            .classes("childQuantityList", LOT)
            .with(
                "sanchi:packages",
                Json.array(
                    Json.object(
                        "sanchi:first",
                        0,
                        "sanchi:gtin",
                        GTIN,
                        "sanchi:last",
                        1,
                        "sanchi:run",
                        run.run()))));
    log(Draft.of("packed_unit").with("parentID", pallet).list("childEPCs", UNIT));
    log(Draft.of("shipped").list("epcList", pallet).toParties(SHOP));

    Json.Obj read = scan(pallet, SHOP);
    Json.Obj held = (Json.Obj) read.array("contents").get(0);
    assertThat(held.text("lot")).isEqualTo(LOT);
    assertThat(held.get("packages")).isEqualTo(Json.of(2));
    assertThat(held.get("direct")).isEqualTo(Json.of(false));
    assertThat(read.get("units")).isEqualTo(Json.of(1));
    assertThat(read.object("shipment").object("from").text("gln")).isEqualTo(FARM);
    assertThat(read.object("shipment").array("to").canonicalText()).contains(SHOP);
    assertThat(steps(scan(UNIT, SHOP))).startsWith("received");
    assertThat(read.array("recalls").size()).isZero();

    log(
        Draft.of("recalled")
            .lots(LOT)
            .with("sanchi:reason", "異物")
            .with("sanchi:advice", "返してください"));

    for (String thing : List.of(pallet, UNIT, run.path(0), LOT)) {
      Json.Obj recalled = scan(thing, SHOP);
      Json.Obj recall = (Json.Obj) recalled.array("recalls").get(0);
      assertThat(recall.text("lot")).as(thing).isEqualTo("A");
      assertThat(recall.object("recaller").text("gln")).isEqualTo(FARM);
      assertThat(recalled.get("recalledSince")).isEqualTo(recall.get("since"));
      assertThat(steps(recalled)).doesNotContain("sold", "shipped", "packed", "loaded");
    }
    assertThat(steps(scan(pallet, SHOP))).containsExactly("returned", "unit_destroyed");
    assertThat(handbook.of(SHOP).array("recalls").canonicalText()).contains(LOT);
    log(Draft.of("unpacked").with("parentID", pallet));
    assertThat(scan(pallet, SHOP).array("contents").size()).isZero();
  }

  @Test
  void a_lot_tells_until_when_it_must_not_be_harvested() throws Exception {
    append(administrator("GrowersMSP").sign(role(FARM, "fisher")));
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    for (String end : List.of("2026-12-10", "2026-12-01")) {
      log(
          Draft.of("treatment")
              .lots(LOT)
              .with("sanchi:product", "アンピシリン")
              .with("sanchi:dose", "20 mg")
              .with("sanchi:withdrawalEnd", end));
    }

    Json.Obj withdrawal = scan(LOT, FARM).object("facts").object("withdrawal");

    assertThat(withdrawal.text("end")).isEqualTo("2026-12-10");
    assertThat(withdrawal.text("product")).isEqualTo("アンピシリン");
  }

  @Test
  void finds_a_lot_by_its_name_however_it_is_typed_one_s_own_first() throws Exception {
    String dashed = "https://id.gs1.org/01/" + GTIN + "/10/MOJAKO-2505";
    log(Draft.of("lot_commissioned").lots(dashed).place(FARM));

    Json.Obj found = (Json.Obj) things.lotsNamed(" mojako2505", FARM).array("lots").get(0);

    assertThat(found.text("link")).isEqualTo(dashed);
    assertThat(found.get("own")).isEqualTo(Json.of(true));
    Json.Obj foreign = (Json.Obj) things.lotsNamed("MOJAKO-2505", SHOP).array("lots").get(0);
    assertThat(foreign.get("own")).isEqualTo(Json.of(false));
    assertThat(foreign.object("commissioner").text("gln")).isEqualTo(FARM);
    assertThat(things.lotsNamed("MOJAKO", FARM).array("lots").size()).isZero();
  }

  @Test
  void the_handbook_holds_what_is_still_growing_however_old_it_is() throws Exception {
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    server.execute("update lot set commissioned_at = now() - interval '560 days'");
    assertThat(handbook.of(FARM).array("lots").canonicalText()).contains(LOT);
    log(
        Draft.of("lot_destroyed")
            .quantity("quantityList", LOT, "1", "KGM")
            .with("sanchi:reason", "傷み"));
    server.execute("update lot set commissioned_at = now() - interval '560 days'");
    assertThat(handbook.of(FARM).array("lots").size()).isZero();
  }

  private void printAndBind() throws Exception {
    log(Draft.of("lot_commissioned").lots(LOT).place(FARM));
    log(run.printed());
    log(
        Draft.of("labels_bound")
            .lots(LOT)
            .with("sanchi:run", run.run())
            .with("sanchi:first", 0)
            .with("sanchi:last", 1));
    server.execute(
        "insert into label_run select root, decode(repeat('00', 64), 'hex') ||"
            + " decode('%s', 'hex') from run".formatted("11".repeat(32)));
  }

  @Test
  void knows_how_a_label_stands() throws Exception {
    printAndBind();

    Json.Obj bound = scan(run.path(1), SHOP);
    assertThat(bound.object("label").text("state")).isEqualTo("bound");
    assertThat(bound.text("lot")).isEqualTo(LOT);
    assertThat(steps(bound)).containsExactly("sold", "packed", "package_destroyed");
    Json.Obj stock = scan(run.path(2), FARM);
    assertThat(stock.object("label").text("state")).isEqualTo("printed");
    assertThat(steps(stock)).containsExactly("labels_bound", "labels_voided");
    String never = new LabelRun(GTIN, "ZZZZ", 1).path(0);
    assertThat(scan(never, FARM).object("label").text("state")).isEqualTo("unknown");
    assertThat(steps(scan(never, FARM))).isEmpty();
  }

  @Test
  void finds_a_label_by_its_short_code_for_its_printer_and_the_printer_s_agent_only()
      throws Exception {
    printAndBind();
    Serial serial = Serial.parse(DigitalLink.parse(run.path(2)).serial());
    String code = ShortCode.ofLabel(GTIN, serial.run(), serial.number()).text();

    Json.Obj found = things.typed(code.toLowerCase(), FARM);

    assertThat(found.text("subject")).startsWith("package/ERERERER");
    assertThat(found.get("link")).isEqualTo(Json.Null.VALUE);
    assertThatThrownBy(() -> things.typed(code, SHOP)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> things.typed(code, JA)).isInstanceOf(Problem.class);
    append(browser.sign(Draft.of("agent_appointed").with("sanchi:agent", JA)));
    assertThat(things.typed(code, JA).text("subject")).isEqualTo(found.text("subject"));
    append(browser.sign(Draft.of("agent_dismissed").with("sanchi:agent", JA)));
    assertThatThrownBy(() -> things.typed(code, JA)).isInstanceOf(Problem.class);
    String wrong = code.substring(0, 7) + (code.endsWith("00") ? "11" : "00");
    assertThatThrownBy(() -> things.typed(wrong, FARM)).isInstanceOf(Problem.class);
  }

  @Test
  void a_short_code_leads_everybody_to_the_lot_and_to_nothing_of_the_label() throws Exception {
    var codes = new TypedCodesResource(server.database());
    printAndBind();
    Serial serial = Serial.parse(DigitalLink.parse(run.path(1)).serial());
    String code = ShortCode.ofLabel(GTIN, serial.run(), serial.number()).text();

    assertThat(new String(codes.labelled(code.toLowerCase()), StandardCharsets.UTF_8))
        .isEqualTo("{\"gtin\":\"" + GTIN + "\",\"lot\":\"A\"}");
    String wrong = code.substring(0, 7) + (code.endsWith("00") ? "11" : "00");
    assertThatThrownBy(() -> codes.labelled(wrong)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> codes.labelled("K7")).isInstanceOf(Problem.class);
  }

  @Test
  void a_serial_leads_to_its_product_and_a_lots_number_to_the_lots_that_have_it() throws Exception {
    var codes = new TypedCodesResource(server.database());
    printAndBind();
    String serial = DigitalLink.parse(run.path(1)).serial();
    // The browser that printed them has uploaded the hashes of the first two
    String first = DigitalLink.parse(run.path(0)).serial();
    byte[] hashes = Arrays.copyOf(Serial.hash(GTIN, first), 64);
    System.arraycopy(Serial.hash(GTIN, serial), 0, hashes, 32, 32);
    server.execute(
        "update label_run set hashes = decode('%s', 'hex')"
            .formatted(HexFormat.of().formatHex(hashes)));

    assertThat(new String(codes.labelled(serial), StandardCharsets.UTF_8))
        .isEqualTo("{\"gtin\":\"" + GTIN + "\",\"serial\":\"" + serial + "\"}");
    String guessed = serial.substring(0, 8) + "000000000000";
    assertThatThrownBy(() -> codes.labelled(guessed)).isInstanceOf(Problem.class);
    assertThat(new String(codes.lots("a"), StandardCharsets.UTF_8))
        .isEqualTo("{\"lots\":[{\"gtin\":\"" + GTIN + "\",\"lot\":\"A\"}]}");
    assertThat(new String(codes.lots("A9"), StandardCharsets.UTF_8)).isEqualTo("{\"lots\":[]}");
  }

  @Test
  void names_the_lots_of_a_product_that_are_recalled() throws Exception {
    var recalled = new RecalledLotsResource(server.database());
    printAndBind();

    assertThat(new String(recalled.recalled(GTIN), StandardCharsets.UTF_8))
        .isEqualTo("{\"lots\":[]}");
    append(
        phone.sign(
            Draft.of("recalled")
                .lots(LOT)
                .with("sanchi:reason", "異物")
                .with("sanchi:advice", "返してください")));
    assertThat(new String(recalled.recalled(GTIN), StandardCharsets.UTF_8))
        .isEqualTo("{\"lots\":[\"A\"]}");
  }

  @Test
  void the_handbook_holds_own_things_and_whom_one_may_record_for() throws Exception {
    printAndBind();
    append(browser.sign(Draft.of("agent_appointed").with("sanchi:agent", JA)));

    Json.Obj farm = handbook.of(FARM);
    assertThat(farm.array("lots").canonicalText()).contains(LOT);
    assertThat(farm.object("organisation").array("roles").canonicalText())
        .isEqualTo("[\"grower\"]");
    assertThat(farm.array("partners").canonicalText()).contains(SHOP, JA).doesNotContain(FARM);
    assertThat(farm).isEqualTo(handbook.of(FARM));
    assertThat(handbook.of(SHOP).array("lots").size()).isZero();
    Json.Obj ja = handbook.of(JA);
    assertThat(ja.array("lots").canonicalText()).contains(LOT);
    assertThat(ja.array("represents").canonicalText()).contains(FARM, "grower");
  }
}

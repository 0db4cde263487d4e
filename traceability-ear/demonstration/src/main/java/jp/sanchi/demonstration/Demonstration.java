package jp.sanchi.demonstration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/**
 * The demonstration stories, lived through the public API. Times count back from today, so that a
 * shopper finds vegetables of yesterday morning; all of them have passed. Names are invented, and
 * nobody can be called at the telephone numbers: in Japan no local number begins with 0.
 */
public final class Demonstration {
  private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");
  private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");

  /** When the last van of a night has come to the shop: a story that began earlier ends on time. */
  private static final LocalTime SHELVES_FILLED = LocalTime.of(6, 30);

  private static final String SIGNED = "demonstration.signed.json";
  private static final String PACKAGES = "demonstration.packages.json";

  private static final Json.Obj WEED =
      text(
          "毒草（イヌホオズキ）がまざったおそれがあります", "A poisonous weed (black nightshade) may be among the leaves");
  private static final Json.Obj REFUND =
      text(
          "北俣農園が引き取り、代金をお返しします。電話をください。",
          "Kitamata Farm takes it back and refunds you. Please call.");
  private static final Json.Obj FORBIDDEN =
      text("使用できない資材の記録が見つかりました", "Records of a material that is not allowed were found");

  private final Script script = new Script();
  private final Clock clock;
  private final String consortium;
  private final Administrator growers;
  private final Administrator inspectors;
  private final Administrator logistics;
  private final Path data;
  private final LocalDate today;
  private final List<Json> packages = new ArrayList<>();

  /** Hashes of pictures by the products' GTINs. */
  private final Map<String, Json> pictures = new HashMap<>();

  private final List<Json> boxes = new ArrayList<>();
  private int units = 1;

  private Organisation ja;
  private Organisation farm;
  private Organisation inspector;
  private Organisation certifier;
  private Organisation boxOwner;
  private Organisation haulier;
  private Organisation shop;

  private Demonstration(Path data, Path administrators, String consortium, Clock clock)
      throws IOException {
    this.data = data;
    this.clock = clock;
    this.consortium = consortium;
    this.growers = administrator(administrators, "GrowersMSP");
    this.inspectors = administrator(administrators, "InspectorsMSP");
    this.logistics = administrator(administrators, "LogisticsMSP");
    this.today =
        clock
            .instant()
            .atZone(JAPAN)
            .minus(Duration.between(LocalTime.MIDNIGHT, SHELVES_FILLED))
            .toLocalDate();
  }

  private Administrator administrator(Path folder, String mspId) throws IOException {
    return Administrator.read(folder.resolve(mspId + ".pem"), consortium, mspId, clock);
  }

  /**
   * Signs all stories, once for a data folder, then posts them; a run that was cut off goes on with
   * the same bytes. In the end {@code demonstration.json} names the packages.
   *
   * @param data the folder that remembers how far this has come
   * @param administrators the folder of the members' administrators' keys
   */
  public static void run(SanchiClient client, Path data, Path administrators, Clock clock)
      throws IOException, InterruptedException {
    Path finished = data.resolve("demonstration.json");
    if (Files.exists(finished)) {
      return;
    }
    Path signed = data.resolve(SIGNED);
    Path packages = data.resolve(PACKAGES);
    if (!Files.exists(signed)) {
      write(data, administrators, client.consortium(), clock);
    }
    Script.load(signed).play(client);
    Files.move(packages, finished, StandardCopyOption.ATOMIC_MOVE);
    // It holds the serials of all labels.
    Files.delete(signed);
  }

  /** Signs all stories; posts nothing. */
  static void write(Path data, Path administrators, String consortium, Clock clock)
      throws IOException {
    var demonstration = new Demonstration(data, administrators, consortium, clock);
    demonstration.live();
    ColdBoxes.write(data, Json.object("boxes", new Json.Arr(demonstration.boxes)), "journeys.json");
    Files.write(
        data.resolve(PACKAGES),
        Json.object("packages", new Json.Arr(demonstration.packages)).canonical());
    demonstration.script.save(data.resolve(SIGNED));
  }

  private void live() throws IOException {
    japaneseOrganisations();
    komatsuna();
    salmon();
    recalledSpinach();
    carrotsOfARevokedCertificate();
    correctedMizuna();
    earlierKomatsuna();
    saladOfThreeGrowers();
    copiedTomatoes();
    listed(
        "発行されていないコード",
        "A code that was never issued",
        new LabelRun("04569951110016", LabelRun.randomRun(), 1).path(0));
  }

  private void japaneseOrganisations() throws IOException {
    ja = admit(growers, gln("456995100001"), List.of("grower", "processor"), List.of("4569951"));
    described(
        ja,
        "JA綾北",
        "JA Ayakita (farmers' co-operative)",
        text("真空予冷", "Vacuum cooling"),
        text("有機JAS 格付", "Graded as organic (JAS)"),
        text("洗浄・混合", "Washed and mixed"),
        text("宮崎県", "Miyazaki Prefecture"));
    farm = admit(growers, gln("456995100002"), List.of("grower"), List.of());
    byte[] paper = resource("certificate.pdf");
    Json.Obj farmDescribed =
        farm.describe(
            "organisation_described",
            null,
            null,
            Organisation.names("北俣農園", "Kitamata Farm")
                .with("certificates", Json.array(ownCertificate(paper)))
                .with(
                    "contact",
                    text(
                        "電話 0985-00-0000（毎日 9時〜17時）",
                        "Telephone +81 985-00-0000, 9:00–17:00 (Japan)"))
                .with(
                    "terms",
                    Json.array(
                        text("完熟堆肥", "Mature compost"),
                        text("防虫ネット（農薬は使っていません）", "Insect nets (no pesticides)"),
                        text("収穫コンテナ・包丁", "Harvest crates and knives"),
                        text("いなむら", "Inamura"),
                        text("小松菜「いなむら」", "Komatsuna “Inamura”"),
                        text("ほうれん草 在来種", "Spinach, local variety"),
                        text("黒田五寸", "Kuroda Gosun"),
                        text("水菜 在来種", "Mizuna, local variety"),
                        WEED,
                        REFUND)));
    script.photo(farmDescribed, paper);
    // A small grower uses its co-operative's numbers, and lets its office record.
    script.events(
        List.of(
            ja.browser.sign(lend("456995111")),
            ja.browser.sign(lend("456995100")),
            farm.browser.sign(Draft.of("agent_appointed").with("sanchi:agent", ja.gln))));
    place(
        ja,
        PACKING_HOUSE,
        "綾町 集出荷場",
        "Aya packing house",
        "宮崎県綾町",
        "Aya, Miyazaki",
        "geo:31.999,131.253");
    place(
        farm,
        FIELD,
        "北俣ほ場 AY-012",
        "Field AY-012, Kitamata",
        "宮崎県綾町",
        "Aya, Miyazaki",
        "geo:32.02,131.22");

    inspector = inspector(gln("456995400001"), "aya-grade");
    described(
        inspector,
        "綾町農産物検査センター",
        "Aya Produce Inspection Centre",
        text("綾町「金」", "Aya town “gold”"));
    certifier = certifier(gln("456995500001"), "4569955", "jas-organic");
    described(
        certifier,
        "霧島有機認証センター",
        "Kirishima Organic Certification",
        text("有機農産物 小松菜", "Organic crops: komatsuna"),
        text("有機農産物 にんじん", "Organic crops: carrots"),
        FORBIDDEN);
    boxOwner = admit(logistics, gln("456995300001"), List.of("carrier"), List.of("4569953"));
    // The bridge's own key, and a browser that registers the boxes' devices when the server runs
    Path bridge = data.resolve("bridge");
    boxOwner.enrol(Device.in(bridge.resolve("key.pem"), consortium, boxOwner.gln, clock), false);
    boxOwner.enrol(Device.in(ColdBoxes.key(data), consortium, boxOwner.gln, clock), true);
    ColdBoxes.write(
        data, Json.object("consortium", consortium, "organisation", boxOwner.gln), "carrier.json");
    Files.writeString(
        bridge.resolve("bridge.properties"),
        "sanchi.bridge.organisation="
            + boxOwner.gln
            + "\n# Journeys of days: an hour each keeps their proofs small\n"
            + "sanchi.bridge.window=3600\n"
            + "# The past is told in a moment, so nothing is on its way for long\n"
            + "sanchi.bridge.grace=5\n");
    described(boxOwner, "みまもり保冷", "Mimamori Cold Boxes");
    haulier = admit(logistics, gln("456995800001"), List.of("carrier"), List.of("4569958"));
    described(haulier, "みやざき青果便", "Miyazaki Produce Express");
    shop = admit(logistics, gln("456995200001"), List.of("retailer"), List.of("4569952"));
    described(shop, "まちの八百屋", "Machi Greengrocer");
    place(
        shop,
        SHOP,
        "まちの八百屋 本店",
        "Machi Greengrocer, main shop",
        "東京都中央区",
        "Chuo, Tokyo",
        "geo:35.68,139.77");
  }

  private Organisation inspector(String gln, String... schemes) {
    return Organisation.admit(
        gln,
        consortium,
        clock,
        script,
        inspectors,
        growers,
        List.of("inspector"),
        List.of(),
        List.of(schemes));
  }

  private Organisation certifier(String gln, String range, String... schemes) {
    return Organisation.admit(
        gln,
        consortium,
        clock,
        script,
        inspectors,
        growers,
        List.of("certifier"),
        List.of(range),
        List.of(schemes));
  }

  private static final String FIELD = gln("456995100012");
  private static final String PACKING_HOUSE = gln("456995100101");
  private static final String SHOP = gln("456995200010");
  private static final String NORTHERN_SHOP = gln("456995600010");

  private void komatsuna() {
    String gtin = "04569951110016";
    product(farm, gtin, "有機小松菜 200g", "Organic komatsuna, 200 g", "komatsuna");
    String certificate =
        certificate(certifier, farm, "456995111900", "K1", "jas-organic", "有機農産物 小松菜");
    LocalDate sown = today.minusDays(37);
    LocalDate harvest = today.minusDays(1);
    String lot = lot(gtin, "AY" + compact(harvest) + "A");
    farm.log(
        Draft.of("field_registered")
            .on(today.minusDays(560))
            .list("epcList", "https://id.gs1.org/414/" + FIELD)
            .with("sanchi:areaAres", 12)
            .with("sanchi:prohibitedInputsLastUsed", today.minusYears(5).toString()),
        Draft.of("lot_commissioned")
            .on(sown)
            .lots(lot)
            .place(FIELD)
            .with("sanchi:variety", "いなむら")
            .with("sanchi:origin", "宮崎県綾町")
            .with("sanchi:limits", limits("0", "10", 20))
            .with("sanchi:claims", claims("organic", certificate)),
        Draft.of("soil_test").on(sown.minusDays(20)).lots(lot).with("sanchi:ph", decimal("6.4")),
        Draft.of("fertilising")
            .on(sown.minusDays(14))
            .lots(lot)
            .with("sanchi:material", "完熟堆肥")
            .with("sanchi:amount", 1000)
            .with("sanchi:unit", "kg/10a"),
        Draft.of("sowing")
            .on(sown)
            .lots(lot)
            .with("sanchi:variety", "小松菜「いなむら」")
            .with("sanchi:seedLot", "IN-26-118"),
        Draft.of("pest_control")
            .on(sown.plusDays(1))
            .lots(lot)
            .with("sanchi:method", "防虫ネット（農薬は使っていません）"),
        Draft.of("machine_cleaning")
            .on(harvest.minusDays(1))
            .lots(lot)
            .with("sanchi:machine", "収穫コンテナ・包丁"));
    inspector.log(
        Draft.of("lot_inspected")
            .at(at(harvest.minusDays(3), 10, 20))
            .lots(lot)
            .with("sanchi:scheme", "aya-grade")
            .with("sanchi:grade", "綾町「金」"));
    farm.log(
        Draft.of("harvested").at(at(harvest, 5, 40)).quantity("quantityList", lot, "52", "KGM"));
    ja.log(
        Draft.of("cooled")
            .at(at(harvest, 7, 10))
            .lots(lot)
            .place(PACKING_HOUSE)
            .with("sanchi:onBehalfOf", farm.gln)
            .with("sanchi:method", "真空予冷")
            .with("sanchi:coreFromCelsius", 16)
            .with("sanchi:coreToCelsius", 4),
        Draft.of("graded")
            .at(at(harvest, 7, 40))
            .lots(lot)
            .with("sanchi:onBehalfOf", farm.gln)
            .with("sanchi:grade", "有機JAS 格付")
            .with("sanchi:claims", claims("organic", certificate))
            .with("sanchi:marksReceived", 500)
            .with("sanchi:marksUsed", 240)
            .with("sanchi:marksSpoiled", 3));
    LabelRun labels = printed(farm, gtin, 240);
    farm.log(bound(labels, lot, 240, harvest.plusDays(6)).at(at(harvest, 8, 15)));
    String unit = unit("4569951");
    farm.log(packed(labels, gtin, lot, unit, 0, 19).at(at(harvest, 8, 40)).place(PACKING_HOUSE));
    carried(
        farm,
        unit,
        at(harvest, 9, 0),
        shop,
        at(today, 5, 50),
        truckOf(harvest),
        ColdBoxes.GOOD,
        PACKING_HOUSE);
    listed("有機小松菜（綾町）", "Organic komatsuna (Aya)", labels.path(3));
  }

  private void salmon() {
    Organisation feedMill =
        admit(growers, gln("709001200001"), List.of("processor"), List.of("7090012"));
    described(
        feedMill,
        "コルンヴィク飼料",
        "Kornvik Fôr",
        text("魚粉 15 %・大豆たんぱく・そら豆", "Fish meal 15 %, soy protein, faba beans"));
    Organisation hatchery =
        admit(growers, gln("709001300001"), List.of("fisher"), List.of("7090013"));
    described(
        hatchery,
        "モーセフィエル種苗",
        "Mosefjell Settefisk",
        text("タイセイヨウサケ (Salmo salar)", "Atlantic salmon (Salmo salar)"),
        text("自社の親魚 第14世代", "Own broodstock, 14th generation"),
        text("7価混合ワクチン", "Seven-component vaccine"));
    Organisation seaFarm =
        admit(growers, gln("709001400001"), List.of("fisher", "processor"), List.of("7090014"));
    described(
        seaFarm,
        "ヴィンテルブクタ養殖",
        "Vinterbukta Laks",
        text("タイセイヨウサケ (Salmo salar)", "Atlantic salmon (Salmo salar)"),
        text("海面いけす", "Net pen in the sea"),
        text("モーセフィエル種苗", "Mosefjell Settefisk"),
        text("EP飼料 FD-771", "Extruded feed FD-771"),
        text("アザメチホス（薬浴）", "Azamethiphos (bath)"),
        text("0.1 mg/L 30分", "0.1 mg/L for 30 minutes"),
        text("サケジラミ", "Salmon lice"),
        text("活魚船のポンプ", "Pump of a well boat"),
        text("電気で気絶させてから放血", "Stunned by electricity, then bled"),
        text("海水スラリーアイス", "Slurry of ice and sea water"),
        text("ノルウェー 養殖", "Norway, farmed"),
        text("三枚おろし・皮引き・切り身", "Filleted, skinned, portioned"));
    Organisation laboratory = inspector(gln("709001500001"), "residues");
    described(
        laboratory,
        "サルテン水産分析所",
        "Salten Fiskeanalyse",
        text("残留医薬品 不検出", "No drug residues found"));
    Organisation asc = certifier(gln("709001600001"), "7090016", "asc");
    described(
        asc,
        "ノルメルケ認証",
        "Normerke Sertifisering",
        text("サーモン養殖 いけす N-7", "Salmon farming, net pen N-7"));
    String millPlace = gln("709001200010");
    place(
        feedMill,
        millPlace,
        "飼料工場",
        "Feed mill",
        "ノルウェー ハウゲスン",
        "Haugesund, Norway",
        "geo:59.41,5.27");
    String hatcheryPlace = gln("709001300010");
    place(
        hatchery,
        hatcheryPlace,
        "ふ化場",
        "Hatchery",
        "ノルウェー グロムフィヨルド",
        "Glomfjord, Norway",
        "geo:66.81,13.94");
    String pen = gln("709001400010");
    place(
        seaFarm, pen, "いけす N-7", "Net pen N-7", "ノルウェー ヌールラン", "Nordland, Norway", "geo:67.2,14.1");
    String factory = gln("709001400020");
    place(
        seaFarm,
        factory,
        "加工場",
        "Processing plant",
        "ノルウェー ボードー",
        "Bodø, Norway",
        "geo:67.28,14.4");
    Flight flight = flight();

    LocalDate stocked = today.minusDays(430);
    String feedGtin = gtin("709001211001");
    product(feedMill, feedGtin, "サーモン用EP飼料", "Salmon grower feed");
    String feed = lot(feedGtin, "FD-771");
    feedMill.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(today.minusDays(62))
            .quantity("quantityList", feed, "24000", "KGM")
            .place(millPlace)
            .with("sanchi:proteinSource", "魚粉 15 %・大豆たんぱく・そら豆"));
    String smoltGtin = gtin("709001311001");
    product(hatchery, smoltGtin, "アトランティックサーモン 稚魚", "Atlantic salmon smolt");
    String smolt = lot(smoltGtin, "SM-" + compact(stocked).substring(0, 4));
    String species = "タイセイヨウサケ (Salmo salar)";
    String broodstock = "自社の親魚 第14世代";
    hatchery.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(today.minusDays(720))
            .lots(smolt)
            .place(hatcheryPlace)
            .with("sanchi:species", species)
            .with("sanchi:broodstockSource", broodstock),
        Draft.of("hatching")
            .zone(NORWAY)
            .on(today.minusDays(705))
            .lots(smolt)
            .with("sanchi:species", species)
            .with("sanchi:broodstockSource", broodstock),
        Draft.of("vaccination")
            .zone(NORWAY)
            .on(today.minusDays(485))
            .lots(smolt)
            .with("sanchi:product", "7価混合ワクチン")
            .with("sanchi:productLot", "V7-2231")
            .with("sanchi:weightGrams", 45));

    String certificate = certificate(asc, seaFarm, "709001410001", "ASC1", "asc", "サーモン養殖 いけす N-7");
    String fishGtin = gtin("709001411001");
    product(seaFarm, fishGtin, "アトランティックサーモン（ラウンド）", "Atlantic salmon, whole");
    LocalDate harvest = today.minusDays(5);
    LocalDate filleted = today.minusDays(4);
    String fish = lot(fishGtin, "N7-" + compact(stocked).substring(0, 4));
    seaFarm.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(stocked)
            .lots(fish)
            .place(pen)
            .with("sanchi:species", species)
            .with("sanchi:aquacultureMethod", "海面いけす")
            .with("sanchi:origin", "ノルウェー ヌールラン")
            .with("sanchi:limits", limits("-1", "2", 30))
            .with("sanchi:claims", claims("asc", certificate)),
        Draft.of("stocking")
            .zone(NORWAY)
            .on(stocked)
            .lots(fish)
            .list("sanchi:inputs", smolt)
            .with("sanchi:species", species)
            .with("sanchi:source", "モーセフィエル種苗")
            .with("sanchi:count", 120000)
            .with("sanchi:weightGrams", 110)
            .with("sanchi:cage", "N-7"),
        Draft.of("treatment")
            .zone(NORWAY)
            .on(today.minusDays(120))
            .lots(fish)
            .with("sanchi:product", "アザメチホス（薬浴）")
            .with("sanchi:dose", "0.1 mg/L 30分")
            .with("sanchi:withdrawalEnd", today.minusDays(110).toString())
            .with("sanchi:reason", "サケジラミ"),
        Draft.of("feed_received")
            .zone(NORWAY)
            .on(today.minusDays(55))
            .lots(fish)
            .list("sanchi:inputs", feed)
            .with("sanchi:material", "EP飼料 FD-771")
            .with("sanchi:fishMealPercent", 15),
        Draft.of("feeding")
            .zone(NORWAY)
            .on(today.minusDays(50))
            .lots(fish)
            .list("sanchi:inputs", feed)
            .with("sanchi:material", "EP飼料 FD-771")
            .with("sanchi:kilograms", 3400)
            .with("sanchi:waterCelsius", decimal("9.2"))
            .with("sanchi:cage", "N-7"));
    laboratory.log(
        Draft.of("lot_inspected")
            .zone(NORWAY)
            .on(today.minusDays(12))
            .lots(fish)
            .with("sanchi:scheme", "residues")
            .with("sanchi:grade", "残留医薬品 不検出"));
    seaFarm.log(
        Draft.of("harvested")
            .zone(NORWAY)
            .at(inNorway(harvest, 7, 10))
            .quantity("quantityList", fish, "18400", "KGM")
            .with("sanchi:faoArea", "27.2.a")
            .with("sanchi:method", "活魚船のポンプ"),
        Draft.of("slaughtered")
            .zone(NORWAY)
            .at(inNorway(harvest, 9, 30))
            .lots(fish)
            .place(factory)
            .with("sanchi:method", "電気で気絶させてから放血"),
        Draft.of("cooled")
            .zone(NORWAY)
            .at(inNorway(harvest, 13, 30))
            .lots(fish)
            .place(factory)
            .with("sanchi:method", "海水スラリーアイス")
            .with("sanchi:coreFromCelsius", 8)
            .with("sanchi:coreToCelsius", decimal("1.4")));
    String filletGtin = gtin("709001411002");
    product(
        seaFarm,
        filletGtin,
        "サーモン切り身 200g（ノルウェー産 養殖）",
        "Salmon fillet, 200 g (farmed in Norway)",
        "salmon");
    String fillet = lot(filletGtin, "F" + compact(filleted));
    seaFarm.log(
        Draft.of("transformed")
            .zone(NORWAY)
            .at(inNorway(filleted, 8, 30))
            .quantity("inputQuantityList", fish, "160", "KGM")
            .quantity("outputQuantityList", fillet, "82", "KGM")
            .place(factory)
            .with("sanchi:method", "三枚おろし・皮引き・切り身")
            .with("sanchi:species", species)
            .with("sanchi:origin", "ノルウェー 養殖")
            .with("sanchi:limits", limits("-1", "2", 30))
            .with("sanchi:claims", claims("asc", certificate)));
    LabelRun labels = printed(seaFarm, filletGtin, 400);
    seaFarm.log(
        boundToUse(labels, fillet, 400, filleted.plusDays(8))
            .zone(NORWAY)
            .at(inNorway(filleted, 10, 0)));
    String box = unit("7090014");
    String pallet = unit("7090014");
    seaFarm.log(
        packed(labels, filletGtin, fillet, box, 0, 39)
            .zone(NORWAY)
            .at(inNorway(filleted, 10, 40))
            .place(factory),
        Draft.of("packed_unit")
            .zone(NORWAY)
            .at(inNorway(filleted, 11, 30))
            .place(factory)
            .with("parentID", pallet)
            .list("childEPCs", box));
    LocalDate arrived = today.minusDays(1);
    flight.carry(seaFarm, factory, pallet, ColdBoxes.GAP);
    shop.log(
        Draft.of("unpacked")
            .at(at(arrived, 6, 40))
            .place(SHOP)
            .with("parentID", pallet)
            .list("childEPCs", box));
    listed("サーモン切り身（ノルウェー）", "Salmon fillet (Norway)", labels.path(7));

    // The rest of the lot went in another box, which stood open for a while
    String warm = unit("7090014");
    seaFarm.log(
        packed(labels, filletGtin, fillet, warm, 40, 79)
            .zone(NORWAY)
            .at(inNorway(filleted, 10, 50))
            .place(factory));
    flight.carry(seaFarm, factory, warm, ColdBoxes.WARM);
    listed("サーモン切り身（温度が上がった夜）", "Salmon fillet (a warm night)", labels.path(47));
  }

  /** From Bodø by road to Oslo's airport (1,190 km), by air to Narita, by road to Tokyo. */
  private Flight flight() {
    Organisation truck =
        admit(logistics, gln("709001700001"), List.of("carrier"), List.of("7090017"));
    described(truck, "ポラルルータ保冷輸送", "Polarruta Kjøletransport");
    Organisation airline =
        admit(logistics, gln("709001800001"), List.of("carrier"), List.of("7090018"));
    described(
        airline,
        "ミッドナットソル航空貨物",
        "Midnattsol Air Cargo",
        text("貨物便 オスロ 18:10 発 → 成田", "Cargo flight, Oslo 18:10 → Narita"));
    Organisation forwarder =
        admit(logistics, gln("456995900001"), List.of("carrier"), List.of("4569959"));
    described(forwarder, "三里塚コールド物流", "Sanrizuka Cold Logistics");
    String oslo = gln("709001800010");
    place(
        airline,
        oslo,
        "オスロ空港 貨物ターミナル",
        "Oslo Airport, cargo terminal",
        "ノルウェー ガーデモエン",
        "Gardermoen, Norway",
        "geo:60.19,11.1");
    String narita = gln("456995900010");
    place(
        forwarder,
        narita,
        "成田空港 低温倉庫",
        "Narita Airport, cold store",
        "千葉県成田市",
        "Narita, Chiba",
        "geo:35.77,140.39");
    return new Flight(truck, airline, forwarder, oslo, narita);
  }

  private final class Flight {
    private final Organisation truck;
    private final Organisation airline;
    private final Organisation forwarder;
    private final String oslo;
    private final String narita;

    private Flight(
        Organisation truck,
        Organisation airline,
        Organisation forwarder,
        String oslo,
        String narita) {
      this.truck = truck;
      this.airline = airline;
      this.forwarder = forwarder;
      this.oslo = oslo;
      this.narita = narita;
    }

    /**
     * All three have to do with it before the shop has, so the first shipping names them. The
     * container stays closed from the plant to the shop.
     */
    private void carry(Organisation from, String plant, String unit, String box) {
      LocalDate left = today.minusDays(4);
      LocalDate flown = today.minusDays(3);
      LocalDate landed = today.minusDays(2);
      LocalDate arrived = today.minusDays(1);
      from.log(
          Draft.of("shipped")
              .zone(NORWAY)
              .at(inNorway(left, 13, 0))
              .list("epcList", unit)
              .place(plant)
              .toParties(shop.gln, truck.gln, airline.gln, forwarder.gln)
              .with("sanchi:vehicle", "VF 20418"));
      long loaded = inNorway(left, 13, 25);
      truck.log(
          received(unit, plant).zone(NORWAY).at(inNorway(left, 13, 15)),
          loaded(unit, box, plant).zone(NORWAY).at(loaded));
      airline.log(
          Draft.of("shipped")
              .zone(NORWAY)
              .at(inNorway(flown, 18, 10))
              .list("epcList", unit)
              .place(oslo)
              .toParties(shop.gln, forwarder.gln)
              .with("sanchi:vehicle", "貨物便 オスロ 18:10 発 → 成田"));
      long unloaded = at(arrived, 6, 5);
      forwarder.log(
          Draft.of("shipped")
              .at(at(arrived, 4, 0))
              .list("epcList", unit)
              .place(narita)
              .toParties(shop.gln)
              .with("sanchi:vehicle", "成田 800 い 30-52"),
          Draft.of("unloaded")
              .at(unloaded)
              .place(SHOP)
              .with("parentID", box)
              .list("childEPCs", unit));
      shop.log(received(unit, SHOP).at(at(arrived, 6, 15)));
      // Devices that send are switched off in the air; the other one was left standing at Narita
      boolean silent = box.equals(ColdBoxes.GAP);
      boxes.add(
          journey(box, loaded, unloaded)
              .with(
                  silent ? "silent" : "warm",
                  silent
                      ? Json.array(inNorway(flown, 18, 0), at(landed, 15, 50))
                      : Json.array(at(landed, 17, 40), at(landed, 21, 5))));
    }
  }

  private static Draft received(String unit, String place) {
    return Draft.of("received").list("epcList", unit).place(place);
  }

  private static Draft loaded(String unit, String box, String place) {
    return Draft.of("loaded").with("parentID", box).list("childEPCs", unit).place(place);
  }

  private static Json.Obj journey(String box, long from, long to) {
    return Json.object("box", box, "from", from, "to", to);
  }

  private void recalledSpinach() {
    String gtin = gtin("456995111002");
    product(farm, gtin, "ほうれん草 180g", "Spinach, 180 g", "spinach");
    LocalDate harvest = today.minusDays(2);
    String lot = lot(gtin, "HO" + compact(harvest));
    LabelRun labels = simpleLot(gtin, lot, "ほうれん草 在来種", harvest, 45, 60, "12", 6, null);
    farm.log(
        Draft.of("recalled")
            .at(at(today.minusDays(1), 16, 40))
            .lots(lot)
            .with("sanchi:reason", WEED.text("ja"))
            .with("sanchi:advice", REFUND.text("ja"))
            .with("sanchi:hazard", "toxic_plant"));
    listed("ほうれん草（回収中）", "Spinach (recalled)", labels.path(0));
  }

  private void carrotsOfARevokedCertificate() {
    String gtin = gtin("456995111003");
    product(farm, gtin, "有機にんじん 400g", "Organic carrots, 400 g", "carrots");
    String certificate =
        certificate(certifier, farm, "456995111900", "N2", "jas-organic", "有機農産物 にんじん");
    LocalDate harvest = today.minusDays(6);
    LabelRun labels =
        simpleLot(
            gtin,
            lot(gtin, "NJ" + compact(harvest)),
            "黒田五寸",
            harvest,
            112,
            60,
            "26",
            16,
            claims("organic", certificate));
    certifier.log(
        Draft.of("certificate_revoked")
            .on(today.minusDays(1))
            .list("epcList", certificate)
            .with("sanchi:reason", FORBIDDEN.text("ja")));
    listed("有機にんじん（認証取り消し）", "Organic carrots (certificate revoked)", labels.path(0));
  }

  private void correctedMizuna() {
    String gtin = gtin("456995111004");
    product(farm, gtin, "水菜 200g", "Mizuna, 200 g", "mizuna");
    LocalDate harvest = today.minusDays(1);
    String lot = lot(gtin, "MZ" + compact(harvest));
    LabelRun labels = simpleLot(gtin, lot, "水菜 在来種", harvest, 40, 170, "36", 6, null);
    // The weight was mistyped: the declaration repeats the event, and a right one takes its place.
    Draft wrong =
        Draft.of("quantity_stated")
            .at(at(harvest, 8, 0))
            .quantity("quantityList", lot, "360", "KGM");
    String wrongEvent = farm.phone.sign(wrong);
    String rightEvent =
        farm.phone.sign(
            Draft.of("quantity_stated")
                .at(at(harvest, 8, 0))
                .quantity("quantityList", lot, "36", "KGM"));
    script.events(
        List.of(
            wrongEvent,
            rightEvent,
            farm.phone.correct(wrongEvent, rightEvent, at(harvest, 11, 20))));
    listed("水菜（訂正あり）", "Mizuna (with a correction)", labels.path(0));
  }

  /** The lots of the season that have long been eaten. */
  private void earlierKomatsuna() {
    for (int weeks = 3; weeks <= 9; weeks += 3) {
      LocalDate harvest = today.minusWeeks(weeks);
      String lot = lot("04569951110016", "AY" + compact(harvest) + "A");
      farm.log(
          Draft.of("lot_commissioned")
              .on(harvest.minusDays(36))
              .lots(lot)
              .place(FIELD)
              .with("sanchi:variety", "いなむら")
              .with("sanchi:origin", "宮崎県綾町")
              .with("sanchi:limits", limits("0", "10", 20)),
          Draft.of("sowing")
              .on(harvest.minusDays(36))
              .lots(lot)
              .with("sanchi:variety", "小松菜「いなむら」"),
          Draft.of("harvested")
              .at(at(harvest, 5, 50))
              .quantity("quantityList", lot, Integer.toString(45 + weeks), "KGM"));
    }
  }

  /** Leaves of three fields in one bag: no one can say whose a leaf is, so all are named. */
  private void saladOfThreeGrowers() {
    LocalDate harvest = today.minusDays(1);
    Organisation tano = admit(growers, gln("456995100003"), List.of("grower"), List.of());
    Organisation kunitomi = admit(growers, gln("456995100004"), List.of("grower"), List.of());
    described(tano, "田野ハウス園芸", "Tano Greens");
    described(kunitomi, "国富の畑", "Kunitomi Fields");
    script.events(
        List.of(
            ja.browser.sign(lend(tano, "456995113")),
            ja.browser.sign(lend(kunitomi, "456995114"))));
    place(
        tano,
        gln("456995113010"),
        "田野 3号ハウス",
        "Greenhouse 3, Tano",
        "宮崎県宮崎市田野町",
        "Tano, Miyazaki",
        "geo:31.84,131.29");
    place(
        kunitomi,
        gln("456995114010"),
        "国富 本庄の畑",
        "Field at Honjo, Kunitomi",
        "宮崎県国富町",
        "Kunitomi, Miyazaki",
        "geo:31.99,131.32");
    String leaves =
        grown(
            farm,
            gtin("456995111005"),
            "BL",
            "ベビーリーフ",
            "Baby leaves",
            "leaves",
            FIELD,
            "宮崎県綾町",
            "14");
    String rocket =
        grown(
            tano,
            gtin("456995113001"),
            "RK",
            "ルッコラ",
            "Rocket",
            "rocket",
            gln("456995113010"),
            "宮崎県宮崎市田野町",
            "9");
    String mustard =
        grown(
            kunitomi,
            gtin("456995114001"),
            "KM",
            "赤からし水菜",
            "Red mustard greens",
            "mustard",
            gln("456995114010"),
            "宮崎県国富町",
            "7");
    String gtin = gtin("456995121001");
    product(ja, gtin, "宮崎サラダ 100g", "Miyazaki salad, 100 g", "salad");
    String salad = lot(gtin, "SA" + compact(harvest));
    ja.log(
        Draft.of("lots_merged")
            .at(at(harvest, 9, 30))
            .classes("inputQuantityList", leaves, rocket, mustard)
            .quantity("outputQuantityList", salad, "28", "KGM")
            .place(PACKING_HOUSE)
            .with("sanchi:origin", "宮崎県")
            .with("sanchi:method", "洗浄・混合")
            .with("sanchi:limits", limits("0", "10", 20)));
    LabelRun labels = printed(ja, gtin, 240);
    String unit = unit("4569951");
    ja.log(
        boundToUse(labels, salad, 240, today.plusDays(3)).at(at(harvest, 10, 10)),
        packed(labels, gtin, salad, unit, 0, 59).at(at(harvest, 10, 30)).place(PACKING_HOUSE));
    carried(
        ja,
        unit,
        at(harvest, 11, 0),
        shop,
        at(today, 6, 10),
        "宮崎 800 あ 21-09",
        null,
        PACKING_HOUSE);
    listed("宮崎サラダ（3人の畑から）", "Miyazaki salad (three growers in one bag)", labels.path(4));
  }

  /** Described, commissioned, sown and cut. */
  private String grown(
      Organisation grower,
      String gtin,
      String letters,
      String japanese,
      String english,
      String picture,
      String place,
      String origin,
      String kilograms) {
    LocalDate harvest = today.minusDays(1);
    product(grower, gtin, japanese, english, picture);
    String lot = lot(gtin, letters + compact(harvest));
    grower.log(
        Draft.of("lot_commissioned")
            .on(harvest.minusDays(28))
            .lots(lot)
            .place(place)
            .with("sanchi:origin", origin)
            .with("sanchi:limits", limits("0", "10", 20)),
        Draft.of("sowing").on(harvest.minusDays(28)).lots(lot).with("sanchi:variety", japanese),
        Draft.of("harvested")
            .at(at(harvest, 6, 20))
            .quantity("quantityList", lot, kilograms, "KGM"));
    return lot;
  }

  /** One label, sold in Tokyo and twenty minutes later in Sapporo: one of the two is a copy. */
  private void copiedTomatoes() {
    Organisation grower =
        admit(growers, gln("456995700001"), List.of("grower"), List.of("4569957"));
    described(
        grower,
        "球磨川トマト園",
        "Kumagawa Tomatoes",
        text("赤丸ミニ", "Akamaru Mini"),
        text("宮崎 800 あ 21-07（フェリー）", "宮崎 800 あ 21-07 (by ferry)"));
    String house = gln("456995700010");
    place(
        grower,
        house,
        "八代 干拓地ハウス",
        "Greenhouse on the polder, Yatsushiro",
        "熊本県八代市",
        "Yatsushiro, Kumamoto",
        "geo:32.49,130.57");
    Organisation northern =
        admit(logistics, gln("456995600001"), List.of("retailer"), List.of("4569956"));
    LocalDate sale = today.minusDays(1);
    String day = sale.getMonthValue() + "月" + sale.getDayOfMonth() + "日";
    Json.Obj read =
        text(
            day + " 10:20、札幌店のレジで読んだコードです。同じコードの袋は、20分前の 10:00 に東京都中央区の" + "「まちの八百屋 本店」で売れています",
            "Read at our till in Sapporo at 10:20. A bag with this code was sold at Machi Greengrocer"
                + " in Tokyo at 10:00, 20 minutes before");
    described(northern, "北の青果", "Kita Greengrocer", read);
    place(
        northern,
        NORTHERN_SHOP,
        "北の青果 札幌店",
        "Kita Greengrocer, Sapporo",
        "北海道札幌市",
        "Sapporo, Hokkaido",
        "geo:43.06,141.35");
    String gtin = gtin("456995711001");
    product(grower, gtin, "ミニトマト 200g", "Cherry tomatoes, 200 g", "tomatoes");
    LocalDate harvest = today.minusDays(4);
    String lot = lot(gtin, "TM" + compact(harvest));
    grower.log(
        Draft.of("lot_commissioned")
            .on(harvest.minusDays(75))
            .lots(lot)
            .place(house)
            .with("sanchi:variety", "赤丸ミニ")
            .with("sanchi:origin", "熊本県八代市")
            .with("sanchi:limits", limits("5", "15", 60)),
        Draft.of("planting").on(harvest.minusDays(75)).lots(lot).with("sanchi:variety", "赤丸ミニ"),
        Draft.of("harvested").at(at(harvest, 6, 30)).quantity("quantityList", lot, "18", "KGM"));
    LabelRun labels = printed(grower, gtin, 80);
    String toTokyo = unit("4569957");
    String toSapporo = unit("4569957");
    grower.log(
        bound(labels, lot, 80, harvest.plusDays(10)).at(at(harvest, 9, 0)),
        packed(labels, gtin, lot, toTokyo, 0, 39).at(at(harvest, 9, 20)),
        packed(labels, gtin, lot, toSapporo, 40, 79).at(at(harvest, 9, 30)));
    carried(
        grower,
        toTokyo,
        at(harvest, 13, 0),
        shop,
        at(today.minusDays(2), 6, 0),
        "宮崎 800 あ 21-05",
        null,
        house);
    carried(
        grower,
        toSapporo,
        at(harvest, 13, 0),
        northern,
        at(today.minusDays(1), 8, 30),
        "宮崎 800 あ 21-07（フェリー）",
        null,
        house);
    shop.log(sold(labels, 5, SHOP).at(at(sale, 10, 0)));
    northern.log(
        sold(labels, 5, NORTHERN_SHOP).at(at(sale, 10, 20)),
        Draft.of("clone_noticed")
            .at(at(sale, 10, 25))
            .list("epcList", labels.packageUrn(5))
            .with("sanchi:reason", read.text("ja")));
    listed("ミニトマト（写されたコード）", "Cherry tomatoes (a copied code)", labels.path(5));
  }

  private static Draft sold(LabelRun labels, int number, String place) {
    return Draft.of("sold").list("epcList", labels.packageUrn(number)).place(place);
  }

  /** A lot from commissioning to the shop's shelf, in as few steps as a small grower takes. */
  private LabelRun simpleLot(
      String gtin,
      String lot,
      String variety,
      LocalDate harvest,
      int days,
      int count,
      String kilograms,
      int keeps,
      Json claims) {
    LocalDate sown = harvest.minusDays(days);
    Draft commissioned =
        Draft.of("lot_commissioned")
            .on(sown)
            .lots(lot)
            .place(FIELD)
            .with("sanchi:variety", variety)
            .with("sanchi:origin", "宮崎県綾町")
            .with("sanchi:limits", limits("0", "10", 20));
    if (claims != null) {
      commissioned.with("sanchi:claims", claims);
    }
    farm.log(
        commissioned,
        Draft.of("sowing").on(sown).lots(lot).with("sanchi:variety", variety),
        Draft.of("harvested")
            .at(at(harvest, 6, 10))
            .quantity("quantityList", lot, kilograms, "KGM"));
    LabelRun labels = printed(farm, gtin, count);
    String unit = unit("4569951");
    farm.log(
        bound(labels, lot, count, harvest.plusDays(keeps)).at(at(harvest, 8, 20)),
        packed(labels, gtin, lot, unit, 0, 29).at(at(harvest, 8, 45)));
    carried(
        farm,
        unit,
        at(harvest, 9, 0),
        shop,
        at(harvest.plusDays(1), 5, 50),
        truckOf(harvest),
        null,
        PACKING_HOUSE);
    return labels;
  }

  /** Who leaves Miyazaki in the morning is in Tokyo the next, and back the day after. */
  private static String truckOf(LocalDate day) {
    return "宮崎 800 あ 21-0" + (1 + day.toEpochDay() % 3);
  }

  /** By road, by the haulier. */
  private void carried(
      Organisation from,
      String unit,
      long shipped,
      Organisation to,
      long received,
      String vehicle,
      String box,
      String at) {
    from.log(
        Draft.of("shipped")
            .at(shipped)
            .list("epcList", unit)
            .place(at)
            .toParties(to.gln, haulier.gln)
            .with("sanchi:vehicle", vehicle));
    haulier.log(received(unit, at).at(shipped + Duration.ofMinutes(15).toMillis()));
    String shelf = to == shop ? SHOP : NORTHERN_SHOP;
    if (box != null) {
      long loaded = shipped + ColdBoxes.LOADED_AFTER_MS;
      long unloaded = received - ColdBoxes.UNLOADED_BEFORE_MS;
      haulier.log(
          loaded(unit, box, at).at(loaded),
          Draft.of("unloaded")
              .at(unloaded)
              .place(shelf)
              .with("parentID", box)
              .list("childEPCs", unit));
      boxes.add(journey(box, loaded, unloaded));
    }
    to.log(received(unit, shelf).at(received));
  }

  private LabelRun printed(Organisation organisation, String gtin, int count) {
    LabelRun labels = new LabelRun(gtin, LabelRun.randomRun(), count);
    organisation.log(labels.printed());
    script.labels(labels);
    return labels;
  }

  private static Draft bound(LabelRun labels, String lot, int count, LocalDate bestBefore) {
    return bound(labels, lot, count).with("sanchi:bestBefore", bestBefore.toString());
  }

  /** Of what spoils: raw fish, cut leaves. */
  private static Draft boundToUse(LabelRun labels, String lot, int count, LocalDate useBy) {
    return bound(labels, lot, count).with("sanchi:useBy", useBy.toString());
  }

  private static Draft bound(LabelRun labels, String lot, int count) {
    return Draft.of("labels_bound")
        .quantity("quantityList", lot, Integer.toString(count), null)
        .with("sanchi:run", labels.run())
        .with("sanchi:first", 0)
        .with("sanchi:last", count - 1);
  }

  private static Draft packed(
      LabelRun labels, String gtin, String lot, String unit, int first, int last) {
    return Draft.of("packed")
        .with("parentID", unit)
        .quantity("childQuantityList", lot, Integer.toString(last - first + 1), null)
        .with(
            "sanchi:packages",
            Json.array(
                Json.object(
                    "sanchi:first", first,
                    "sanchi:gtin", gtin,
                    "sanchi:last", last,
                    "sanchi:run", labels.run())));
  }

  /** Applied for by the holder, granted for two years by the certifier. */
  private String certificate(
      Organisation by,
      Organisation holder,
      String twelve,
      String serial,
      String scheme,
      String scope) {
    String certificate = "https://id.gs1.org/253/" + Organisation.thirteen(twelve) + serial;
    holder.log(
        Draft.of("certificate_applied")
            .on(today.minusDays(545))
            .list("epcList", certificate)
            .with("sanchi:scheme", scheme)
            .with("sanchi:scope", scope));
    by.log(
        Draft.of("certificate_granted")
            .on(today.minusDays(500))
            .list("epcList", certificate)
            .with("sanchi:scheme", scheme)
            .with("sanchi:holder", holder.gln)
            .with("sanchi:validFrom", today.minusDays(500).toString())
            .with("sanchi:validTo", today.plusDays(230).toString())
            .with("sanchi:scope", scope));
    return certificate;
  }

  private Organisation admit(
      Administrator member, String gln, List<String> roles, List<String> ranges) {
    return Organisation.admit(
        gln, consortium, clock, script, member, inspectors, roles, ranges, List.of());
  }

  private Draft lend(String prefix) {
    return lend(farm, prefix);
  }

  private static Draft lend(Organisation to, String prefix) {
    return Draft.of("range_lent").with("sanchi:gln", to.gln).with("sanchi:prefix", prefix);
  }

  /**
   * @param terms what its own records say, in both languages
   */
  private static void described(
      Organisation of, String japanese, String english, Json.Obj... terms) {
    Json.Obj names = Organisation.names(japanese, english);
    of.describe(
        "organisation_described",
        null,
        null,
        terms.length == 0 ? names : names.with("terms", Json.array((Object[]) terms)));
  }

  private static void product(Organisation of, String gtin, String japanese, String english) {
    of.describe("product_described", "sanchi:gtin", gtin, Organisation.names(japanese, english));
  }

  /** With a picture of ours, which is drawn: nobody has photographed these vegetables. */
  private void product(
      Organisation of, String gtin, String japanese, String english, String picture) {
    byte[] bytes = resource(picture + ".jpg");
    Json.Obj photo = file(bytes, "image/jpeg");
    Json.Obj document =
        of.describe(
            "product_described",
            "sanchi:gtin",
            gtin,
            Organisation.names(japanese, english).with("photo", photo));
    script.photo(document, bytes);
    pictures.put(gtin, photo.get("hash"));
  }

  private static Json.Obj text(String japanese, String english) {
    return Json.object("en", english, "ja", japanese);
  }

  /** Of an authority that takes no part here: nobody but the farm says so. */
  private Json.Obj ownCertificate(byte[] paper) {
    return Json.object(
        "issuer",
        text("宮崎県（見本）", "Miyazaki Prefecture (sample)"),
        "name",
        text("環境負荷低減事業活動の認定", "Approved plan for low-impact farming"),
        "number",
        "2025-0000",
        "paper",
        file(paper, "application/pdf"),
        "validFrom",
        today.minusDays(600).toString(),
        "validTo",
        today.plusDays(1226).toString());
  }

  private static Json.Obj file(byte[] bytes, String type) {
    return Json.object("hash", Base64Url.encode(LabelRun.sha256(bytes)), "type", type);
  }

  private static byte[] resource(String name) {
    try (InputStream file = Demonstration.class.getResourceAsStream(name)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void place(
      Organisation of,
      String gln,
      String japanese,
      String english,
      String areaJa,
      String areaEn,
      String position) {
    of.describe(
        "place_described",
        "sanchi:place",
        gln,
        Organisation.names(japanese, english)
            .with("area", Json.object("en", areaEn, "ja", areaJa))
            .with("position", Json.of(position)));
  }

  private void listed(String japanese, String english, String path) {
    Json.Obj listed = Json.object("name", Json.object("en", english, "ja", japanese), "path", path);
    Json picture = pictures.get(path.split("/")[2]);
    packages.add(picture == null ? listed : listed.with("photo", picture));
  }

  private String unit(String prefix) {
    String digits = "0" + prefix + String.format("%09d", units++);
    return "https://id.gs1.org/00/" + digits + Gs1.checkDigit(digits);
  }

  private static Json limits(String minimum, String maximum, int minutes) {
    return Json.array(
        Json.object(
            "sanchi:allowedMinutes",
            minutes,
            "sanchi:maximum",
            new Json.Num(maximum),
            "sanchi:measure",
            "temperature",
            "sanchi:minimum",
            new Json.Num(minimum)));
  }

  private static Json claims(String claim, String certificate) {
    return Json.array(Json.object("sanchi:certificate", certificate, "sanchi:claim", claim));
  }

  private static Json decimal(String text) {
    return new Json.Num(text);
  }

  private static String gln(String twelve) {
    return Organisation.thirteen(twelve);
  }

  private static String gtin(String twelve) {
    return "0" + Organisation.thirteen(twelve);
  }

  private static String lot(String gtin, String lot) {
    return "https://id.gs1.org/01/" + gtin + "/10/" + lot;
  }

  private static String compact(LocalDate day) {
    return String.format(
        "%02d%02d%02d", day.getYear() % 100, day.getMonthValue(), day.getDayOfMonth());
  }

  private static long at(LocalDate day, int hour, int minute) {
    return day.atTime(hour, minute).atZone(JAPAN).toInstant().toEpochMilli();
  }

  private static long inNorway(LocalDate day, int hour, int minute) {
    return day.atTime(hour, minute).atZone(NORWAY).toInstant().toEpochMilli();
  }
}

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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/**
 * The demonstration stories, lived through the public API. Times count back from today, so that a
 * shopper finds vegetables of yesterday morning. The names are illustrative; the numbers carry
 * right check digits.
 */
public final class Demonstration {
  private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");
  private static final ZoneOffset NORWAY = ZoneOffset.ofHours(1);

  private final Script script = new Script();
  private final Clock clock;
  private final String consortium;
  private final Administrator growers;
  private final Administrator inspectors;
  private final Administrator logistics;
  private final Path data;
  private final LocalDate today;
  private final List<Json> packages = new ArrayList<>();
  private final List<Json> boxes = new ArrayList<>();
  private int units = 1;

  private Organisation ja;
  private Organisation farm;
  private Organisation inspector;
  private Organisation certifier;
  private Organisation carrier;
  private Organisation shop;

  private Demonstration(Path data, Path administrators, String consortium, Clock clock)
      throws IOException {
    this.data = data;
    this.clock = clock;
    this.consortium = consortium;
    this.growers = administrator(administrators, "GrowersMSP");
    this.inspectors = administrator(administrators, "InspectorsMSP");
    this.logistics = administrator(administrators, "LogisticsMSP");
    this.today = LocalDate.now(clock.withZone(JAPAN));
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
    Path signed = data.resolve("demonstration.signed.json");
    Path packages = data.resolve("demonstration.packages.json");
    if (!Files.exists(signed)) {
      var demonstration = new Demonstration(data, administrators, client.consortium(), clock);
      demonstration.live();
      ColdBoxes.write(
          data, Json.object("boxes", new Json.Arr(demonstration.boxes)), "journeys.json");
      Files.write(
          packages, Json.object("packages", new Json.Arr(demonstration.packages)).canonical());
      demonstration.script.save(signed);
    }
    Script.load(signed).play(client);
    Files.move(packages, finished, StandardCopyOption.ATOMIC_MOVE);
    // It holds the serials of all labels.
    Files.delete(signed);
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
    ja.describe(
        "organisation_described", null, null, Organisation.names("JA綾町", "JA Aya (co-operative)"));
    farm = admit(growers, gln("456995100002"), List.of("grower"), List.of());
    farm.describe(
        "organisation_described",
        null,
        null,
        Organisation.names("北俣農園", "Kitamata Farm")
            .with("contact", Json.of("kitamata@example.jp")));
    // A small grower uses its co-operative's numbers, and lets its office record.
    script.events(
        List.of(
            ja.browser.sign(lend("456995111")),
            ja.browser.sign(lend("456995100")),
            farm.browser.sign(Draft.of("agent_appointed").with("sanchi:agent", ja.gln))));
    place(
        ja,
        gln("456995100101"),
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

    inspector =
        Organisation.admit(
            gln("456995400001"),
            consortium,
            clock,
            script,
            inspectors,
            growers,
            List.of("inspector"),
            List.of(),
            List.of("aya-grade", "residues"));
    inspector.describe(
        "organisation_described", null, null, Organisation.names("綾町農産物検査センター", "Aya Inspection"));
    certifier =
        Organisation.admit(
            gln("456995500001"),
            consortium,
            clock,
            script,
            inspectors,
            growers,
            List.of("certifier"),
            List.of("4569955"),
            List.of("jas-organic", "asc"));
    certifier.describe(
        "organisation_described", null, null, Organisation.names("有機認証協会", "Organic Certifiers"));
    carrier = admit(logistics, gln("456995300001"), List.of("carrier"), List.of("4569953"));
    // The bridge's own key, and a browser that registers the boxes' devices when the server runs
    Path bridge = data.resolve("bridge");
    carrier.enrol(Device.in(bridge.resolve("key.pem"), consortium, carrier.gln, clock), false);
    carrier.enrol(Device.in(ColdBoxes.key(data), consortium, carrier.gln, clock), true);
    ColdBoxes.write(
        data, Json.object("consortium", consortium, "organisation", carrier.gln), "carrier.json");
    Files.writeString(
        bridge.resolve("bridge.properties"),
        "sanchi.bridge.organisation="
            + carrier.gln
            + "\n# Journeys of days: an hour each keeps their proofs small\n"
            + "sanchi.bridge.window=3600\n"
            + "# The past is told in a moment, so nothing is on its way for long\n"
            + "sanchi.bridge.grace=5\n");
    carrier.describe(
        "organisation_described", null, null, Organisation.names("日向運送", "Hyuga Transport"));
    shop = admit(logistics, gln("456995200001"), List.of("retailer"), List.of("4569952"));
    shop.describe(
        "organisation_described", null, null, Organisation.names("まちの八百屋", "Machi Greengrocer"));
    place(
        shop,
        gln("456995200010"),
        "まちの八百屋 本店",
        "Machi Greengrocer, main shop",
        "東京都",
        "Tokyo",
        "geo:35.68,139.76");
  }

  private static final String FIELD = gln("456995100012");
  private static final String SHOP = gln("456995200010");
  private static final String NORTHERN_SHOP = gln("456995600010");

  private void komatsuna() {
    String gtin = "04569951110016";
    product(farm, gtin, "有機小松菜 200g", "Organic komatsuna, 200 g", "komatsuna");
    String certificate = certificate(farm, "456995111900", "K1", "jas-organic", "有機農産物 小松菜");
    LocalDate sown = today.minusDays(37);
    LocalDate harvest = today.minusDays(1);
    String lot = lot(gtin, "AY" + compact(harvest) + "A");
    farm.log(
        Draft.of("field_registered")
            .on(today.minusDays(400))
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
        Draft.of("soil_test").on(sown.minusDays(5)).lots(lot).with("sanchi:ph", decimal("6.4")),
        Draft.of("sowing")
            .on(sown)
            .lots(lot)
            .with("sanchi:variety", "小松菜「いなむら」")
            .with("sanchi:seedLot", "IN-26-118"),
        Draft.of("fertilising")
            .on(sown.minusDays(2))
            .lots(lot)
            .with("sanchi:material", "完熟堆肥")
            .with("sanchi:amount", 1000)
            .with("sanchi:unit", "kg/10a"),
        Draft.of("pest_control")
            .on(sown.plusDays(9))
            .lots(lot)
            .with("sanchi:method", "防虫ネット（農薬は使っていません）"),
        Draft.of("machine_cleaning")
            .on(harvest.minusDays(1))
            .lots(lot)
            .with("sanchi:machine", "コンテナ・包丁"));
    inspector.log(
        Draft.of("lot_inspected")
            .at(at(harvest.minusDays(3), 10, 20))
            .lots(lot)
            .with("sanchi:scheme", "aya-grade")
            .with("sanchi:grade", "綾町「金」"));
    farm.log(
        Draft.of("harvested").at(at(harvest, 5, 40)).quantity("quantityList", lot, "48", "KGM"));
    ja.log(
        Draft.of("cooled")
            .at(at(harvest, 7, 10))
            .lots(lot)
            .place(gln("456995100101"))
            .with("sanchi:onBehalfOf", farm.gln)
            .with("sanchi:method", "真空予冷")
            .with("sanchi:coreFromCelsius", 18)
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
    farm.log(bound(labels, lot, 240).at(at(harvest, 8, 5)));
    String unit = unit("4569951");
    farm.log(packed(labels, gtin, lot, unit, 0, 19).at(at(harvest, 8, 30)));
    carried(
        farm, unit, at(harvest, 9, 0), shop, at(today, 5, 50), "宮崎 800 あ 12-34", ColdBoxes.GOOD);
    listed("有機小松菜（綾町）", "Organic komatsuna (Aya)", labels.path(3));
  }

  private void salmon() {
    Organisation feedMill =
        admit(growers, gln("709001200001"), List.of("processor"), List.of("7090012"));
    feedMill.describe(
        "organisation_described", null, null, Organisation.names("ハヴフォル飼料", "Havfôr Feed"));
    Organisation hatchery =
        admit(growers, gln("709001300001"), List.of("fisher"), List.of("7090013"));
    hatchery.describe(
        "organisation_described", null, null, Organisation.names("フィヨルド種苗", "Fjord Smolt"));
    Organisation seaFarm =
        admit(growers, gln("709001400001"), List.of("fisher", "processor"), List.of("7090014"));
    seaFarm.describe(
        "organisation_described", null, null, Organisation.names("ノールリース・ラクス", "Nordlys Laks"));
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
    place(hatchery, hatcheryPlace, "ふ化場", "Hatchery", "ノルウェー ソグン", "Sogn, Norway", "geo:61.1,6.6");
    String pen = gln("709001400010");
    place(
        seaFarm, pen, "いけす N-7", "Net pen N-7", "ノルウェー ヌールラン", "Nordland, Norway", "geo:67.3,14.2");
    String factory = gln("709001400020");
    place(
        seaFarm,
        factory,
        "加工場",
        "Processing plant",
        "ノルウェー ボードー",
        "Bodø, Norway",
        "geo:67.28,14.4");

    String feedGtin = gtin("709001211001");
    product(feedMill, feedGtin, "サーモン用EP飼料", "Salmon grower feed");
    String feed = lot(feedGtin, "FD-771");
    feedMill.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(today.minusDays(320))
            .quantity("quantityList", feed, "24000", "KGM")
            .place(millPlace)
            .with("sanchi:proteinSource", "魚粉 15 %・大豆たんぱく・そら豆"));
    String smoltGtin = gtin("709001311001");
    product(hatchery, smoltGtin, "アトランティックサーモン 稚魚", "Atlantic salmon smolt");
    String smolt = lot(smoltGtin, "SM-2509");
    hatchery.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(today.minusDays(700))
            .lots(smolt)
            .place(hatcheryPlace)
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:broodstockSource", "自社親魚 第14世代"),
        Draft.of("hatching")
            .zone(NORWAY)
            .on(today.minusDays(690))
            .lots(smolt)
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:broodstockSource", "自社親魚 第14世代"),
        Draft.of("vaccination")
            .zone(NORWAY)
            .on(today.minusDays(480))
            .lots(smolt)
            .with("sanchi:product", "7価混合ワクチン")
            .with("sanchi:productLot", "V7-2231")
            .with("sanchi:weightGrams", 45));

    String certificate = certificate(seaFarm, "709001410001", "ASC1", "asc", "サーモン養殖 N-7");
    String fishGtin = gtin("709001411001");
    product(seaFarm, fishGtin, "アトランティックサーモン（ラウンド）", "Atlantic salmon, whole");
    LocalDate harvest = today.minusDays(5);
    String fish = lot(fishGtin, "N7-" + compact(harvest));
    seaFarm.log(
        Draft.of("lot_commissioned")
            .zone(NORWAY)
            .on(today.minusDays(430))
            .lots(fish)
            .place(pen)
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:aquacultureMethod", "海面いけす")
            .with("sanchi:origin", "ノルウェー ヌールラン")
            .with("sanchi:limits", limits("-1", "2", 30))
            .with("sanchi:claims", claims("asc", certificate)),
        Draft.of("stocking")
            .zone(NORWAY)
            .on(today.minusDays(430))
            .lots(fish)
            .list("sanchi:inputs", smolt)
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:source", "フィヨルド種苗")
            .with("sanchi:count", 120000)
            .with("sanchi:weightGrams", 110)
            .with("sanchi:cage", "N-7"),
        Draft.of("feed_received")
            .zone(NORWAY)
            .on(today.minusDays(300))
            .lots(fish)
            .list("sanchi:inputs", feed)
            .with("sanchi:material", "EP飼料 FD-771")
            .with("sanchi:fishMealPercent", 15),
        Draft.of("feeding")
            .zone(NORWAY)
            .on(today.minusDays(40))
            .lots(fish)
            .list("sanchi:inputs", feed)
            .with("sanchi:material", "EP飼料 FD-771")
            .with("sanchi:kilograms", 1850)
            .with("sanchi:waterCelsius", decimal("9.2"))
            .with("sanchi:cage", "N-7"),
        Draft.of("treatment")
            .zone(NORWAY)
            .on(today.minusDays(120))
            .lots(fish)
            .with("sanchi:product", "アザメチホス")
            .with("sanchi:dose", "0.1 mg/L 30分")
            .with("sanchi:withdrawalEnd", today.minusDays(110).toString())
            .with("sanchi:reason", "サケジラミ"));
    inspector.log(
        Draft.of("lot_inspected")
            .zone(NORWAY)
            .on(today.minusDays(9))
            .lots(fish)
            .with("sanchi:scheme", "residues")
            .with("sanchi:grade", "残留医薬品 不検出"));
    seaFarm.log(
        Draft.of("harvested")
            .zone(NORWAY)
            .at(at(harvest, 11, 10))
            .quantity("quantityList", fish, "1200", "KGM")
            .with("sanchi:faoArea", "27.2.a")
            .with("sanchi:method", "活魚ポンプ"),
        Draft.of("slaughtered")
            .zone(NORWAY)
            .at(at(harvest, 13, 0))
            .lots(fish)
            .with("sanchi:method", "電気ショック後 放血"),
        Draft.of("cooled")
            .zone(NORWAY)
            .at(at(harvest, 13, 50))
            .lots(fish)
            .with("sanchi:method", "スラリーアイス")
            .with("sanchi:coreToCelsius", decimal("1.4")));
    String filletGtin = gtin("709001411002");
    product(seaFarm, filletGtin, "サーモンフィレ（ノルウェー産 養殖）", "Salmon fillet, farmed in Norway", "salmon");
    String fillet = lot(filletGtin, "F" + compact(harvest.plusDays(1)));
    seaFarm.log(
        Draft.of("transformed")
            .zone(NORWAY)
            .at(at(harvest.plusDays(1), 15, 30))
            .quantity("inputQuantityList", fish, "1200", "KGM")
            .quantity("outputQuantityList", fillet, "620", "KGM")
            .place(factory)
            .with("sanchi:method", "三枚おろし・皮引き")
            .with("sanchi:species", "Salmo salar")
            .with("sanchi:origin", "ノルウェー 養殖")
            .with("sanchi:limits", limits("-1", "2", 30))
            .with("sanchi:claims", claims("asc", certificate)));
    LabelRun labels = printed(seaFarm, filletGtin, 400);
    seaFarm.log(
        bound(labels, fillet, 400)
            .zone(NORWAY)
            .at(at(harvest.plusDays(1), 18, 0))
            .with("sanchi:bestBefore", today.plusDays(4).toString()));
    String box = unit("7090014");
    String pallet = unit("7090014");
    seaFarm.log(
        packed(labels, filletGtin, fillet, box, 0, 39)
            .zone(NORWAY)
            .at(at(harvest.plusDays(1), 18, 40)),
        Draft.of("packed_unit")
            .zone(NORWAY)
            .at(at(harvest.plusDays(1), 19, 30))
            .with("parentID", pallet)
            .list("childEPCs", box));
    carried(
        seaFarm,
        pallet,
        at(harvest.plusDays(1), 21, 0),
        shop,
        at(today.minusDays(1), 6, 15),
        null,
        ColdBoxes.GAP);
    shop.log(
        Draft.of("unpacked")
            .at(at(today.minusDays(1), 6, 40))
            .with("parentID", pallet)
            .list("childEPCs", box));
    listed("サーモンフィレ（ノルウェー）", "Salmon fillet (Norway)", labels.path(7));

    // The rest of the lot went in another box, which stood open for a while
    String warm = unit("7090014");
    seaFarm.log(
        packed(labels, filletGtin, fillet, warm, 40, 79)
            .zone(NORWAY)
            .at(at(harvest.plusDays(1), 18, 50)));
    carried(
        seaFarm,
        warm,
        at(harvest.plusDays(1), 21, 0),
        shop,
        at(today.minusDays(1), 6, 15),
        null,
        ColdBoxes.WARM);
    listed("サーモンフィレ（温度が上がった夜）", "Salmon fillet (a warm night)", labels.path(47));
  }

  private void recalledSpinach() {
    String gtin = gtin("456995111002");
    product(farm, gtin, "ほうれん草 180g", "Spinach, 180 g", "spinach");
    LocalDate harvest = today.minusDays(2);
    String lot = lot(gtin, "HO" + compact(harvest));
    LabelRun labels = simpleLot(gtin, lot, harvest, null);
    farm.log(
        Draft.of("recalled")
            .at(Math.min(at(today, 0, 30), clock.millis()))
            .lots(lot)
            .with("sanchi:reason", "毒草（イヌホオズキ）がまざったおそれがあります")
            .with("sanchi:advice", "食べずに、お店へお返しください。代金をお返しします")
            .with("sanchi:hazard", "toxic_plant"));
    listed("ほうれん草（回収中）", "Spinach (recalled)", labels.path(0));
  }

  private void carrotsOfARevokedCertificate() {
    String gtin = gtin("456995111003");
    product(farm, gtin, "有機にんじん 400g", "Organic carrots, 400 g", "carrots");
    String certificate = certificate(farm, "456995111900", "N2", "jas-organic", "有機農産物 にんじん");
    LocalDate harvest = today.minusDays(6);
    LabelRun labels =
        simpleLot(
            gtin, lot(gtin, "NJ" + compact(harvest)), harvest, claims("organic", certificate));
    certifier.log(
        Draft.of("certificate_revoked")
            .on(today.minusDays(1))
            .list("epcList", certificate)
            .with("sanchi:reason", "使用できない資材の記録が見つかりました"));
    listed("有機にんじん（認証取り消し）", "Organic carrots (certificate revoked)", labels.path(0));
  }

  private void correctedMizuna() {
    String gtin = gtin("456995111004");
    product(farm, gtin, "水菜 200g", "Mizuna, 200 g", "mizuna");
    LocalDate harvest = today.minusDays(1);
    String lot = lot(gtin, "MZ" + compact(harvest));
    LabelRun labels = simpleLot(gtin, lot, harvest, null);
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
    script.events(List.of(wrongEvent, rightEvent, farm.phone.correct(wrongEvent, rightEvent)));
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
              .quantity("quantityList", lot, Integer.toString(40 + weeks), "KGM"));
    }
  }

  /** Leaves of three fields in one bag: no one can say whose a leaf is, so all are named. */
  private void saladOfThreeGrowers() {
    LocalDate harvest = today.minusDays(1);
    Organisation tano = admit(growers, gln("456995100003"), List.of("grower"), List.of());
    Organisation kunitomi = admit(growers, gln("456995100004"), List.of("grower"), List.of());
    tano.describe(
        "organisation_described", null, null, Organisation.names("田野ハウス園芸", "Tano Greens"));
    kunitomi.describe(
        "organisation_described", null, null, Organisation.names("国富の畑", "Kunitomi Fields"));
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
            .quantity("outputQuantityList", salad, "30", "KGM")
            .place(gln("456995100101"))
            .with("sanchi:origin", "宮崎県")
            .with("sanchi:method", "洗浄・混合")
            .with("sanchi:limits", limits("0", "10", 20)));
    LabelRun labels = printed(ja, gtin, 60);
    String unit = unit("4569951");
    ja.log(
        bound(labels, salad, 60)
            .at(at(harvest, 10, 10))
            .with("sanchi:bestBefore", today.plusDays(3).toString()),
        packed(labels, gtin, salad, unit, 0, 59).at(at(harvest, 10, 30)));
    carried(ja, unit, at(harvest, 11, 0), shop, at(today, 5, 50), "宮崎 800 あ 12-34", null);
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
    grower.describe(
        "organisation_described", null, null, Organisation.names("球磨川トマト園", "Kumagawa Tomatoes"));
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
    northern.describe(
        "organisation_described", null, null, Organisation.names("北の青果", "Kita Greengrocer"));
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
            .on(harvest.minusDays(90))
            .lots(lot)
            .place(house)
            .with("sanchi:origin", "熊本県八代市")
            .with("sanchi:limits", limits("5", "15", 60)),
        Draft.of("planting").on(harvest.minusDays(90)).lots(lot).with("sanchi:variety", "ミニトマト"),
        Draft.of("harvested").at(at(harvest, 6, 30)).quantity("quantityList", lot, "80", "KGM"));
    LabelRun labels = printed(grower, gtin, 80);
    String toTokyo = unit("4569957");
    String toSapporo = unit("4569957");
    grower.log(
        bound(labels, lot, 80).at(at(harvest, 9, 0)),
        packed(labels, gtin, lot, toTokyo, 0, 39).at(at(harvest, 9, 20)),
        packed(labels, gtin, lot, toSapporo, 40, 79).at(at(harvest, 9, 30)));
    carried(grower, toTokyo, at(harvest, 10, 0), shop, at(today.minusDays(2), 6, 0), null, null);
    carried(
        grower, toSapporo, at(harvest, 10, 0), northern, at(today.minusDays(2), 7, 0), null, null);
    LocalDate sale = today.minusDays(1);
    shop.log(sold(labels, 5, SHOP).at(at(sale, 10, 0)));
    northern.log(
        sold(labels, 5, NORTHERN_SHOP).at(at(sale, 10, 20)),
        Draft.of("clone_noticed")
            .at(at(sale, 10, 25))
            .list("epcList", labels.packageUrn(5))
            .with("sanchi:reason", "同じコードが20分前に東京で売れています"));
    listed("ミニトマト（写されたコード）", "Cherry tomatoes (a copied code)", labels.path(5));
  }

  private static Draft sold(LabelRun labels, int number, String place) {
    return Draft.of("sold").list("epcList", labels.packageUrn(number)).place(place);
  }

  /** A lot from commissioning to the shop's shelf, in as few steps as a small grower takes. */
  private LabelRun simpleLot(String gtin, String lot, LocalDate harvest, Json claims) {
    Draft commissioned =
        Draft.of("lot_commissioned")
            .on(harvest.minusDays(45))
            .lots(lot)
            .place(FIELD)
            .with("sanchi:origin", "宮崎県綾町")
            .with("sanchi:limits", limits("0", "10", 20));
    if (claims != null) {
      commissioned.with("sanchi:claims", claims);
    }
    farm.log(
        commissioned,
        Draft.of("sowing").on(harvest.minusDays(45)).lots(lot).with("sanchi:variety", "地元種"),
        Draft.of("harvested").at(at(harvest, 6, 10)).quantity("quantityList", lot, "36", "KGM"));
    LabelRun labels = printed(farm, gtin, 60);
    String unit = unit("4569951");
    farm.log(
        bound(labels, lot, 60).at(at(harvest, 8, 20)),
        packed(labels, gtin, lot, unit, 0, 29).at(at(harvest, 8, 40)));
    carried(
        farm, unit, at(harvest, 9, 0), shop, at(harvest.plusDays(1), 6, 0), "宮崎 800 あ 12-34", null);
    return labels;
  }

  private void carried(
      Organisation from,
      String unit,
      long shipped,
      Organisation to,
      long received,
      String vehicle,
      String box) {
    Draft shipping =
        Draft.of("shipped").at(shipped).list("epcList", unit).toParties(to.gln, carrier.gln);
    if (vehicle != null) {
      shipping.with("sanchi:vehicle", vehicle);
    }
    from.log(shipping);
    carrier.log(
        Draft.of("received").at(shipped + Duration.ofMinutes(25).toMillis()).list("epcList", unit));
    // What a till or a goods-in desk says of today lies behind it, whatever the hour of the start.
    long latest = clock.millis();
    if (box != null) {
      carrier.log(
          Draft.of("loaded")
              .at(shipped + ColdBoxes.LOADED_AFTER_MS)
              .with("parentID", box)
              .list("childEPCs", unit),
          Draft.of("unloaded")
              .at(Math.min(received - ColdBoxes.UNLOADED_BEFORE_MS, latest))
              .with("parentID", box)
              .list("childEPCs", unit));
      boxes.add(
          Json.object(
              "box",
              box,
              "from",
              shipped + ColdBoxes.LOADED_AFTER_MS,
              "to",
              Math.min(received - ColdBoxes.UNLOADED_BEFORE_MS, latest)));
    }
    to.log(
        Draft.of("received")
            .at(Math.min(received, latest))
            .list("epcList", unit)
            .place(to == shop ? SHOP : NORTHERN_SHOP));
  }

  private LabelRun printed(Organisation organisation, String gtin, int count) {
    LabelRun labels = new LabelRun(gtin, LabelRun.randomRun(), count);
    organisation.log(labels.printed());
    script.labels(labels);
    return labels;
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
      Organisation holder, String twelve, String serial, String scheme, String scope) {
    String certificate = "https://id.gs1.org/253/" + Organisation.thirteen(twelve) + serial;
    holder.log(
        Draft.of("certificate_applied")
            .on(today.minusDays(520))
            .list("epcList", certificate)
            .with("sanchi:scheme", scheme)
            .with("sanchi:scope", scope));
    certifier.log(
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

  private static void product(Organisation of, String gtin, String japanese, String english) {
    of.describe("product_described", "sanchi:gtin", gtin, Organisation.names(japanese, english));
  }

  /** With a picture of ours, which is drawn: nobody has photographed these vegetables. */
  private void product(
      Organisation of, String gtin, String japanese, String english, String picture) {
    byte[] bytes = picture(picture);
    Json.Obj photo =
        Json.object("hash", Base64Url.encode(LabelRun.sha256(bytes)), "type", "image/jpeg");
    Json.Obj document =
        of.describe(
            "product_described",
            "sanchi:gtin",
            gtin,
            Organisation.names(japanese, english).with("photo", photo));
    script.photo(document, bytes);
  }

  private static byte[] picture(String name) {
    try (InputStream file = Demonstration.class.getResourceAsStream(name + ".jpg")) {
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
    packages.add(Json.object("name", Json.object("en", english, "ja", japanese), "path", path));
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
    return day.atTime(LocalTime.of(hour, minute)).atZone(JAPAN).toInstant().toEpochMilli();
  }
}

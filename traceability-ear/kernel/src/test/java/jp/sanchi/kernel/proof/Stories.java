package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.World.Device;
import jp.sanchi.kernel.proof.World.Organisation;

/** What happens to food, told as events. */
final class Stories {
  static final String KOMATSUNA = World.gtin("0456995111001");
  static final String LOT = "AY260815A";
  static final String RUN = "0001";

  private Stories() {}

  /** Two events and a label: the smallest package that has a page. */
  static World smallest() {
    return new Smallest().world;
  }

  static final class Smallest {
    final World world = new World("smallest");
    final Organisation farm = world.organisation("456995100001", "grower");
    final Device phone = farm.administrator();
    final TraceEvent commissioned =
        world.log(
            phone,
            "lot_commissioned",
            "2026-08-15T00:00:00.000Z",
            "quantityList",
            World.quantity(World.lotUri(KOMATSUNA, LOT)),
            "readPoint",
            World.place(World.gln("456995100002")));
    final TraceEvent printed = world.print(phone, "2026-08-15T01:00:00.000Z", KOMATSUNA, RUN, 3);
    final TraceEvent bound =
        world.log(
            phone,
            "labels_bound",
            "2026-08-15T02:00:00.000Z",
            "quantityList",
            World.quantity(World.lotUri(KOMATSUNA, LOT)),
            "sanchi:run",
            RUN,
            "sanchi:first",
            0,
            "sanchi:last",
            1);
    final String url = World.packageUrl(KOMATSUNA, RUN, 0);
  }

  /** Organic komatsuna of Aya, from the field to the shelf. */
  static final class Komatsuna {
    private int allowedMinutes = 20;
    final World world;
    final Organisation farm;
    final Organisation ja;
    final Organisation market;
    final Organisation shop;
    final Organisation certifier;
    final Organisation inspector;
    final Device field;
    final Device office;
    final String place = World.gln("456995100002");
    final String marketPlace = World.gln("456995100021");

    /** Nobody described it, and the page must know that too. */
    final String shopPlace = World.gln("456995100031");

    final String certificate = World.gdti("456995190001", "JAS1");
    final String crate = World.grai("456995180001", "C7");
    final String pallet = World.sscc("04569951000000001");
    final String box = "4569951BOX1";
    final String lotUri = World.lotUri(KOMATSUNA, LOT);
    final String url = World.packageUrl(KOMATSUNA, RUN, 0);
    TraceEvent granted;
    TraceEvent commissioned;
    TraceEvent harvested;
    TraceEvent inspected;
    TraceEvent packed;
    TraceEvent shipped;
    TraceEvent loaded;
    TraceEvent sold;

    Komatsuna() {
      this("komatsuna");
    }

    Komatsuna(String name) {
      world = new World(name);
      farm = world.organisation("456995100001", "grower");
      ja = world.organisation("456995100010", "carrier");
      market = world.organisation(2, "456995100020", "retailer");
      shop = world.organisation(2, "456995100030", "retailer");
      certifier = world.organisation(1, "456995190000", "certifier");
      inspector = world.organisation(1, "456995195000", "inspector");
      world.approve(
          "accreditation_granted", "sanchi:gln", certifier.gln(), "sanchi:scheme", "organic-jas");
      world.approve(
          "accreditation_granted", "sanchi:gln", inspector.gln(), "sanchi:scheme", "aya-rank");
      for (Organisation each : List.of(farm, ja, certifier)) {
        world.range(each, "4569951");
      }
      field = world.device(farm, "phone");
      office = world.device(ja, "handheld");
      world.describe(
          farm.administrator(),
          "organisation_described",
          "organisation/" + farm.gln(),
          "name",
          "北俣ファーム");
      world.describe(
          farm.administrator(), "product_described", "product/" + KOMATSUNA, "name", "有機小松菜 200g");
      world.describe(
          farm.administrator(), "place_described", "place/" + place, "name", "北俣 AY-012");
      world.range(market, "45699510002");
      world.describe(
          market.administrator(), "place_described", "place/" + marketPlace, "name", "大田市場");
    }

    /** Whose limits may be left for so long. */
    Komatsuna allowing(int minutes) {
      allowedMinutes = minutes;
      return this;
    }

    Komatsuna field() {
      granted =
          world.log(
              certifier.administrator(),
              "certificate_granted",
              "2026-06-20T03:00:00.000Z",
              "epcList",
              List.of(World.uri(Gs1.Key.GDTI, certificate)),
              "sanchi:scheme",
              "organic-jas",
              "sanchi:holder",
              farm.gln(),
              "sanchi:validFrom",
              "2026-06-01",
              "sanchi:validTo",
              "2027-05-31");
      commissioned =
          world.log(
              field,
              "lot_commissioned",
              "2026-07-10T00:00:00.000Z",
              "quantityList",
              World.quantity(lotUri),
              "readPoint",
              World.place(place),
              "sanchi:claims",
              World.claim("organic", certificate),
              "sanchi:limits",
              World.limits("0", "10", allowedMinutes),
              "sanchi:variety",
              "いなむら");
      world.log(
          field,
          "sowing",
          "2026-07-10T03:00:00.000Z",
          "quantityList",
          World.quantity(lotUri),
          "sanchi:precision",
          "day",
          "sanchi:variety",
          "いなむら");
      inspected =
          world.log(
              inspector.administrator(),
              "lot_inspected",
              "2026-08-10T02:00:00.000Z",
              "quantityList",
              World.quantity(lotUri),
              "sanchi:scheme",
              "aya-rank",
              "sanchi:grade",
              "金");
      harvested =
          world.log(
              field,
              "harvested",
              "2026-08-14T20:40:00.000Z",
              "quantityList",
              World.quantity(lotUri, 48, "KGM"));
      return this;
    }

    Komatsuna packing() {
      world.print(field, "2026-08-14T22:00:00.000Z", KOMATSUNA, RUN, 8);
      world.log(
          field,
          "labels_bound",
          "2026-08-14T23:00:00.000Z",
          "quantityList",
          World.quantity(lotUri),
          "sanchi:run",
          RUN,
          "sanchi:first",
          0,
          "sanchi:last",
          4);
      packed =
          world.log(
              field,
              "packed",
              "2026-08-14T23:30:00.000Z",
              "parentID",
              World.uri(Gs1.Key.GRAI, crate),
              "childQuantityList",
              World.quantity(lotUri),
              "sanchi:packages",
              World.numbers(KOMATSUNA, RUN, 0, 3),
              "sanchi:day",
              "2026-08-14");
      return this;
    }

    Komatsuna journey() {
      // A reading stands for a quarter of an hour, so nothing is unmeasured
      return journey(
          () ->
              world.window(
                  office,
                  box,
                  "2026-08-15T03:00:00.000Z",
                  15,
                  IntStream.range(0, 68).map(i -> 480 + i)));
    }

    /** The journey with what the box measured between loading (03:00) and unloading (20:00). */
    Komatsuna journey(Runnable measured) {
      List<String> crates = List.of(World.uri(Gs1.Key.GRAI, crate));
      world.log(
          field,
          "shipped",
          "2026-08-15T00:00:00.000Z",
          "epcList",
          crates,
          "destinationList",
          World.to(ja.gln()),
          "readPoint",
          World.place(place),
          "sanchi:day",
          "2026-08-14");
      world.log(
          office,
          "received",
          "2026-08-15T01:00:00.000Z",
          "epcList",
          crates,
          "sanchi:day",
          "2026-08-14");
      world.log(
          office,
          "packed_unit",
          "2026-08-15T02:00:00.000Z",
          "parentID",
          World.uri(Gs1.Key.SSCC, pallet),
          "childEPCs",
          crates,
          "sanchi:day",
          "2026-08-14");
      List<String> pallets = List.of(World.uri(Gs1.Key.SSCC, pallet));
      loaded =
          world.log(
              office,
              "loaded",
              "2026-08-15T03:00:00.000Z",
              "parentID",
              World.uri(Gs1.Key.GIAI, box),
              "childEPCs",
              pallets);
      shipped =
          world.log(
              office,
              "shipped",
              "2026-08-15T03:30:00.000Z",
              "epcList",
              pallets,
              "destinationList",
              World.to(market.gln(), shop.gln()));
      measured.run();
      world.log(
          office,
          "unloaded",
          "2026-08-15T20:00:00.000Z",
          "parentID",
          World.uri(Gs1.Key.GIAI, box),
          "childEPCs",
          pallets);
      world.log(
          market.administrator(),
          "received",
          "2026-08-15T21:00:00.000Z",
          "epcList",
          pallets,
          "readPoint",
          World.place(marketPlace));
      sold =
          world.log(
              shop.administrator(),
              "sold",
              "2026-08-16T05:00:00.000Z",
              "epcList",
              List.of(World.packageUri(KOMATSUNA, RUN, 0)),
              "readPoint",
              World.place(shopPlace));
      return this;
    }

    /** From field to shelf. */
    static Komatsuna whole() {
      return new Komatsuna().field().packing().journey();
    }

    TraceEvent recall(String time) {
      return world.log(
          field,
          "recalled",
          time,
          "quantityList",
          World.quantity(lotUri),
          "sanchi:reason",
          "異物",
          "sanchi:advice",
          "食べないでください");
    }
  }

  /** Norwegian salmon: a hatchery's smolt and a feed lot become a fish, the fish a fillet. */
  static final class Salmon {
    final World world = new World("salmon");
    final Organisation hatchery = world.organisation(1, "700000100001", "fisher");
    final Organisation feed = world.organisation(1, "700000200001", "processor");
    final Organisation farm = world.organisation(1, "700000300001", "fisher", "processor");
    final String smolt = World.lotUri(World.gtin("0700000100001"), "SM-2505");
    final String feedLot = World.lotUri(World.gtin("0700000200001"), "FD-771");
    final String fish = World.lotUri(World.gtin("0700000300001"), "NO260815");
    final String filletGtin = World.gtin("0700000300002");
    final String fillet = World.lotUri(filletGtin, "NF260816/1");
    final String certificate = World.gdti("700000900001", "MT1");
    final String url = "https://shop.example/scan/01/" + filletGtin + "/10/NF260816%2F1";
    final TraceEvent feedCommissioned;
    final TraceEvent transformed;

    Salmon() {
      String water = World.gln("700000300002");
      commission(hatchery, "2026-06-02T08:00:00.000Z", smolt, World.gln("700000100002"));
      feedCommissioned =
          commission(feed, "2026-06-03T08:00:00.000Z", feedLot, World.gln("700000200002"));
      commission(farm, "2026-06-04T08:00:00.000Z", fish, water);
      world.log(
          farm.administrator(),
          "stocking",
          "2026-06-05T08:00:00.000Z",
          "quantityList",
          World.quantity(fish),
          "sanchi:inputs",
          List.of(smolt),
          "sanchi:species",
          "Salmo salar",
          "sanchi:source",
          "hatchery");
      world.log(
          farm.administrator(),
          "feeding",
          "2026-06-06T08:00:00.000Z",
          "quantityList",
          World.quantity(fish),
          "sanchi:inputs",
          List.of(feedLot),
          "sanchi:material",
          "EP",
          "sanchi:kilograms",
          900);
      world.log(
          farm.administrator(),
          "harvested",
          "2026-08-15T02:10:00.000Z",
          "quantityList",
          World.quantity(fish, 1200, "KGM"));
      transformed =
          world.log(
              farm.administrator(),
              "transformed",
              "2026-08-16T02:00:00.000Z",
              "inputQuantityList",
              World.quantity(fish, 1200, "KGM"),
              "outputQuantityList",
              World.quantity(fillet, 620, "KGM"),
              "readPoint",
              World.place(water));
      world.log(
          farm.administrator(),
          "packed_lot",
          "2026-08-16T04:00:00.000Z",
          "parentID",
          World.uri(Gs1.Key.SSCC, World.sscc("07000003000000001")),
          "childQuantityList",
          World.quantity(fillet, 100, "KGM"));
    }

    private TraceEvent commission(Organisation by, String time, String lot, String place) {
      return world.log(
          by.administrator(),
          "lot_commissioned",
          time,
          "quantityList",
          World.quantity(lot),
          "readPoint",
          World.place(place));
    }
  }

  /** Twelve growers' lots in one bag. */
  static final class TwelveGrowers {
    final World world = new World("twelve");
    final Organisation ja = world.organisation("456995100010", "processor");
    final List<Organisation> growers = new ArrayList<>();
    final String gtin = World.gtin("0456995111005");
    final String url = "/01/" + gtin + "/10/MIX1";

    TwelveGrowers() {
      List<Json> inputs = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Organisation grower = world.organisation("45699510" + (1000 + i), "grower");
        growers.add(grower);
        String lot = World.lotUri(World.gtin("0456995111006"), "G" + i);
        world.log(
            grower.administrator(),
            "lot_commissioned",
            "2026-08-15T00:0" + i % 10 + ":00.000Z",
            "quantityList",
            World.quantity(lot),
            "readPoint",
            World.place(World.gln("456995100002")));
        inputs.add(Json.object("epcClass", lot));
      }
      world.log(
          ja.administrator(),
          "lots_merged",
          "2026-08-15T05:00:00.000Z",
          "inputQuantityList",
          new Json.Arr(inputs),
          "outputQuantityList",
          World.quantity(World.lotUri(gtin, "MIX1")),
          "readPoint",
          World.place(World.gln("456995100002")));
    }
  }
}

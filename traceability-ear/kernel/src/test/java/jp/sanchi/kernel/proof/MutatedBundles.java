package jp.sanchi.kernel.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Finding;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.proof.BadBundles.Case;
import jp.sanchi.kernel.proof.World.Device;
import jp.sanchi.kernel.proof.World.Organisation;

/**
 * Makes bundles by the thousand, of worlds in which anything happens and with lies at every level,
 * and writes what this verifier says of each, so that another one can be held against it. The same
 * numbers give the same bundles but for the signatures, and the same verdicts.
 *
 * <p>Files: {@code trusts.json}, an array; {@code bundles.jsonl}, a line each of {@code
 * {"bundle":b64u,"subject",("challenge" | "maxAgeMs","now")?,"trust":index}}; {@code
 * verdicts.jsonl}, the verdict of the same line.
 */
public final class MutatedBundles {
  private static final int CHUNK = 200;
  // Bundles of one world: making a world takes longer than judging a bundle of it.
  private static final int WORLD = 5;
  private static final long DAY = 86_400_000L;
  private static final String GTIN = Stories.KOMATSUNA;

  private final World base = new World("mutated");
  private final Organisation farm = base.organisation("456995100001", "grower", "retailer");
  private final Organisation office = base.organisation("456995100010", "carrier", "processor");
  private final Organisation overseer =
      base.organisation(1, "456995190000", "inspector", "certifier");
  private final List<Organisation> organisations = List.of(farm, farm, farm, office, overseer);
  private final List<String> lots =
      List.of(
          World.lotUri(GTIN, "A"),
          World.lotUri(GTIN, "A"),
          World.lotUri(GTIN, "B/1"),
          World.lotUri(World.gtin("0456995111006"), "C"));
  private final List<String> units =
      List.of(
          World.uri(Gs1.Key.GRAI, World.grai("456995180001", "C7")),
          World.uri(Gs1.Key.SSCC, World.sscc("04569951000000001")),
          World.uri(Gs1.Key.SSCC, World.sscc("04569951000000002")));
  private final List<String> boxes = List.of("4569951BOX1", World.grai("456995170001", "B1"));
  private final List<String> certificates =
      List.of(World.gdti("456995190001", "J1"), World.gdti("456995190001", "J2"));
  private final List<String> places = List.of(World.gln("456995100002"), World.gln("456995100003"));
  private final World.Member newcomer = World.stranger("UwajimaMSP", "Uwajima");

  MutatedBundles() {
    base.approve(
        "accreditation_granted", "sanchi:gln", overseer.gln(), "sanchi:scheme", "organic-jas");
    base.print(farm.administrator(), "2026-08-10T00:00:00.000Z", GTIN, "0001", 5);
    base.describe(farm.administrator(), "product_described", "product/" + GTIN, "name", "小松菜");
  }

  /**
   * Writes {@code count} bundles and verdicts into a folder.
   *
   * @param args folder, count and perhaps the number of the first world, for others than usual
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int count = Integer.parseInt(args[1]);
    int first = args.length > 2 ? Integer.parseInt(args[2]) : 0;
    Files.createDirectories(folder);
    FastSignatures.register();
    SeededKey.repeatable = false;
    MutatedBundles mutated = new MutatedBundles();
    List<String> trusts = new ArrayList<>();
    Map<String, Integer> tally = new TreeMap<>();
    try (var bundles = Files.newBufferedWriter(folder.resolve("bundles.jsonl"));
        var verdicts = Files.newBufferedWriter(folder.resolve("verdicts.jsonl"))) {
      for (int from = 0; from < count; from += CHUNK) {
        List<Made> chunk =
            IntStream.range(from / WORLD, (Math.min(count, from + CHUNK) + WORLD - 1) / WORLD)
                .parallel()
                .mapToObj(world -> mutated.ofWorld(first + world))
                .flatMap(List::stream)
                .limit(count - from)
                .toList();
        for (Made made : chunk) {
          String trust = made.one().trust().canonicalText();
          if (!trusts.contains(trust)) {
            trusts.add(trust);
          }
          bundles.write(line(made.one(), trusts.indexOf(trust)).canonicalText());
          bundles.write('\n');
          verdicts.write(made.verdict().json().canonicalText());
          verdicts.write('\n');
          count(tally, made.verdict());
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.writeString(folder.resolve("trusts.json"), "[" + String.join(",\n", trusts) + "]\n");
    tally.forEach((what, times) -> System.out.printf("%6d %s%n", times, what));
  }

  private static void count(Map<String, Integer> tally, Verdict verdict) {
    tally.merge("verdict " + verdict.result().word(), 1, Integer::sum);
    for (Verdict.Check check : verdict.checks()) {
      if (check.reason() != null && !check.reason().equals("earlier_failure")) {
        tally.merge(check.name() + " " + check.reason(), 1, Integer::sum);
      }
    }
    verdict.findings().stream()
        .map(Finding::code)
        .distinct()
        .forEach(code -> tally.merge("finding " + code, 1, Integer::sum));
  }

  private static Json.Obj line(Case one, int trust) {
    Json.Obj line =
        Json.object("bundle", Base64Url.encode(one.bundle()), "subject", one.url(), "trust", trust);
    if (one.freshness() instanceof Freshness.Challenge own) {
      return line.with("challenge", Json.of(Base64Url.encode(own.bytes())));
    } else if (one.freshness() instanceof Freshness.MaxAge most) {
      return line.with("maxAgeMs", Json.of(most.ageMs())).with("now", Json.of(most.nowMs()));
    }
    return line;
  }

  /** A bundle and its verdict. */
  record Made(Case one, Verdict verdict) {}

  /** All bundles of the world of this number. */
  List<Made> ofWorld(int number) {
    Random random = new Random(0x5a6e63686900L + number);
    World world = new World("mutated " + number, base);
    boolean ordinary = random.nextInt(4) > 0;
    if (ordinary) {
      ordinary(world, random);
    }
    for (int i = random.nextInt(16); i > 0; i--) {
      happen(world, random, ordinary);
    }
    List<Made> bundles = new ArrayList<>();
    for (int i = 0; i < WORLD; i++) {
      Case one = make(world, random);
      bundles.add(new Made(one, one.verify().verdict()));
    }
    return bundles;
  }

  private Case make(World world, Random random) {
    Served served = world.serve(url(random));
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> {
        // served as it is
      }
      case 5, 6 -> tell(served, random);
      default -> lie(served, random);
    }
    Case one = BadBundles.of(served);
    switch (random.nextInt(16)) {
      case 0 ->
          one = new Case(bytes(one.bundle(), random), one.trust(), one.url(), one.freshness());
      case 1 -> {
        Json.Obj bundle =
            (Json.Obj) Json.parse(one.bundle(), new Json.Limits(Bundle.MOST_BYTES, 16));
        one = new Case(any(bundle, random, 0).canonical(), one.trust(), one.url(), one.freshness());
      }
      default -> {
        // sent as it is
      }
    }
    return asked(one, served, random);
  }

  private Case asked(Case one, Served served, Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> one.freshness(new Freshness.Unknown());
      case 1 ->
          one.freshness(
              new Freshness.MaxAge(600_000, served.time + random.nextInt(1_200_000) - 300_000));
      case 2 -> one.url(url(random));
      case 3 -> one.trust(trust -> trusting(trust, served, random));
      default -> one;
    };
  }

  private static Json.Obj trusting(Json.Obj trust, Served served, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Edit.set(trust, served.time - 1, "expires");
      case 1 -> Edit.set(trust, Json.array("0a"), "members", random.nextInt(3), "revoked");
      case 2 -> Edit.set(trust, 3, "threshold", "members");
      case 3 -> Edit.set(trust, "Aya-JA", "members", 1, "operator");
      case 4 -> Edit.set(trust, 100, "version");
      default -> Edit.set(trust, Json.array("02"), "members", random.nextInt(3), "revoked");
    };
  }

  private String url(Random random) {
    String serial = World.serial("0001", random.nextInt(4));
    return switch (random.nextInt(10)) {
      case 0 -> "/01/" + GTIN + "/10/A";
      case 1 -> "/01/" + GTIN + "/10/B%2F1";
      case 2 -> "/00/" + World.sscc("04569951000000001");
      case 3 -> "https://a.example/01/" + GTIN + "/10/A/21/" + serial;
      case 4 ->
          World.packageUrl(GTIN, random.nextInt(3) == 0 ? "0ZZZ" : "0001", 3 + random.nextInt(4));
      case 5 -> "/01/" + GTIN + "/21/12%2F34";
      default -> World.packageUrl(GTIN, "0001", random.nextInt(2));
    };
  }

  // What happens

  private void ordinary(World world, Random random) {
    Device phone = farm.administrator();
    List<Object> fields =
        new ArrayList<>(
            List.of(
                "quantityList",
                World.quantity(lots.get(0)),
                "readPoint",
                World.place(places.get(0))));
    if (random.nextInt(3) == 0) {
      log(world, random, overseer, "certificate_granted", granted(0));
      fields.addAll(List.of("sanchi:claims", World.claim("organic", certificates.get(0))));
    }
    if (random.nextBoolean()) {
      fields.addAll(
          List.of(
              "sanchi:limits",
              World.limits(
                  random.nextInt(5) + ".5", "" + (5 + random.nextInt(7)), random.nextInt(3))));
    }
    log(world, random, farm, "lot_commissioned", fields.toArray());
    log(
        world,
        random,
        farm,
        "labels_bound",
        "quantityList",
        World.quantity(lots.get(0)),
        "sanchi:run",
        "0001",
        "sanchi:first",
        0,
        "sanchi:last",
        2);
    if (random.nextInt(4) > 0) {
      log(world, random, farm, "packed", packed(0, lots.get(0)));
      if (random.nextInt(4) > 0) {
        log(
            world,
            random,
            farm,
            "loaded",
            "parentID",
            box(random),
            "childEPCs",
            List.of(units.get(0)),
            "sanchi:day",
            "2026-08-14");
      }
    }
    if (random.nextInt(12) == 0) {
      world.approve(
          "member_changed",
          "sanchi:members",
          Json.array(random.nextBoolean() ? newcomer.json() : world.members.get(2).json()));
    }
    if (random.nextInt(20) == 0) {
      world.append(
          world.administrator(
              random.nextInt(3), "certificates_distrusted", "sanchi:serials", List.of("0a")));
    }
    if (random.nextInt(10) == 0) {
      world.log(phone, "agent_appointed", IsoTime.print(world.clock), "sanchi:agent", office.gln());
    }
  }

  private Object[] granted(int certificate) {
    return new Object[] {
      "epcList",
      List.of(World.uri(Gs1.Key.GDTI, certificates.get(certificate))),
      "sanchi:scheme",
      "organic-jas",
      "sanchi:holder",
      farm.gln(),
      "sanchi:validFrom",
      "2026-08-01",
      "sanchi:validTo",
      "2026-08-20"
    };
  }

  private static Object[] packed(int first, String lot) {
    return new Object[] {
      "parentID",
      World.uri(Gs1.Key.GRAI, World.grai("456995180001", "C7")),
      "childQuantityList",
      World.quantity(lot),
      "sanchi:packages",
      World.numbers(GTIN, "0001", first, 2),
      "sanchi:day",
      "2026-08-14"
    };
  }

  private TraceEvent log(
      World world, Random random, Organisation by, String kind, Object... fields) {
    Json.Obj payload = payload(world, random, by, kind, fields);
    return record(world, random, payload, by.administrator().key());
  }

  private static TraceEvent record(World world, Random random, Json.Obj payload, SeededKey key) {
    TraceEvent event = TraceEvent.readAny(Jws.parse(world.signed(key, payload)));
    long delay =
        switch (random.nextInt(8)) {
          case 0 -> 4 * DAY;
          case 1 -> -20 * World.MINUTE;
          default -> 30_000;
        };
    return world.append(event, Math.max(world.clock, event.loggedAt() + delay));
  }

  private Json.Obj payload(
      World world, Random random, Organisation by, String kind, Object... fields) {
    long time =
        IsoTime.parse("2026-08-12T00:00:00.000Z") + random.nextInt(5 * 24 * 12) * 5 * World.MINUTE;
    Json.Obj payload = world.payload(kind, by.gln(), IsoTime.print(time), fields);
    if (payload.has("@context")) {
      if (random.nextInt(6) == 0) {
        payload = payload.with("sanchi:precision", Json.of("day"));
      }
      if (random.nextInt(12) == 0) {
        payload = payload.with("eventTimeZoneOffset", Json.of("-10:30"));
      }
      if (random.nextInt(12) == 0) {
        payload = payload.with("sanchi:onBehalfOf", Json.of(pick(random, organisations).gln()));
      }
    }
    return payload;
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private void happen(World world, Random random, boolean ordinary) {
    Organisation by = ordinary ? farm : pick(random, organisations);
    String lot = pick(random, lots);
    Json.Arr quantity = World.quantity(lot, 1 + random.nextInt(50), "KGM");
    String place = pick(random, places);
    int first = random.nextInt(3);
    int last = first + random.nextInt(3);
    String certificate = pick(random, certificates);
    Json.Arr run = World.quantity(World.uri(Gs1.Key.GTIN, GTIN), 5);
    Object[] reason = {"sanchi:reason", "理由"};
    switch (random.nextInt(32)) {
      case 0 ->
          log(
              world,
              random,
              by,
              "lot_commissioned",
              "quantityList",
              World.quantity(lot),
              "readPoint",
              World.place(place));
      case 1 ->
          log(
              world,
              random,
              by,
              "planting",
              "quantityList",
              quantity,
              "sanchi:inputs",
              List.of(pick(random, lots)));
      case 2 -> log(world, random, by, "harvested", "quantityList", quantity);
      case 3 ->
          log(
              world,
              random,
              by,
              "treatment",
              "quantityList",
              quantity,
              "sanchi:product",
              "薬",
              "sanchi:dose",
              "1",
              "sanchi:withdrawalEnd",
              "2026-08-1" + random.nextInt(10));
      case 4 ->
          log(
              world,
              random,
              by,
              "graded",
              "quantityList",
              quantity,
              "sanchi:grade",
              "A",
              "sanchi:claims",
              World.claim("organic", certificate));
      case 5 ->
          log(
              world,
              random,
              overseer(random),
              "lot_inspected",
              inspection(world, random, quantity));
      case 6 ->
          log(
              world,
              random,
              by,
              "recalled",
              "quantityList",
              quantity,
              "sanchi:reason",
              "異物",
              "sanchi:advice",
              "返品");
      case 7 ->
          log(
              world,
              random,
              overseer,
              "recall_ended",
              "quantityList",
              quantity,
              reason[0],
              reason[1]);
      case 8 -> {
        String output = pick(random, lots);
        log(
            world,
            random,
            pick(random, List.of(farm, office)),
            pick(random, List.of("transformed", "lots_merged", "lot_split", "repackaged")),
            "inputQuantityList",
            quantity,
            "outputQuantityList",
            World.quantity(output),
            "readPoint",
            World.place(place));
      }
      case 9 ->
          log(
              world,
              random,
              by,
              "labels_bound",
              "quantityList",
              World.quantity(lots.get(random.nextInt(3))),
              "sanchi:run",
              "0001",
              "sanchi:first",
              first,
              "sanchi:last",
              last);
      case 10 ->
          log(
              world,
              random,
              by,
              "labels_voided",
              "quantityList",
              run,
              "sanchi:run",
              "0001",
              "sanchi:first",
              first,
              "sanchi:last",
              last);
      case 11 ->
          log(
              world,
              random,
              by,
              "packages_relabelled",
              "quantityList",
              World.quantity(lots.get(random.nextInt(3))),
              "sanchi:run",
              "0001",
              "sanchi:first",
              first,
              "sanchi:last",
              last,
              "sanchi:newRun",
              random.nextBoolean() ? "0001" : "0002",
              "sanchi:newFirst",
              0,
              "sanchi:newLast",
              last);
      case 12 -> log(world, random, by, "packed", packed(first, lot));
      case 13 ->
          log(
              world,
              random,
              by,
              "packed_lot",
              unit(random, "parentID", false, "childQuantityList", quantity));
      case 14, 15 ->
          log(world, random, pick(random, List.of(by, office)), "packed_unit", pallet(random));
      case 16 -> log(world, random, by, "unpacked", unit(random, "parentID", false));
      case 17, 18 ->
          log(
              world,
              random,
              by,
              "loaded",
              unit(random, "childEPCs", true, "parentID", box(random)));
      case 19 ->
          log(
              world,
              random,
              by,
              "unloaded",
              unit(random, "childEPCs", true, "parentID", box(random)));
      case 20, 21 ->
          log(
              world,
              random,
              by,
              random.nextInt(4) == 0 ? "returned" : "shipped",
              unit(
                  random,
                  "epcList",
                  true,
                  "destinationList",
                  World.to(pick(random, organisations).gln()),
                  "readPoint",
                  World.place(place)));
      case 22 ->
          log(
              world,
              random,
              pick(random, List.of(farm, office)),
              "received",
              unit(random, "epcList", true, "readPoint", World.place(place)));
      case 23, 24 ->
          log(
              world,
              random,
              farm,
              pick(random, List.of("sold", "sold", "package_returned", "package_destroyed")),
              "epcList",
              List.of(World.packageUri(GTIN, "0001", random.nextInt(2))));
      case 25 -> log(world, random, overseer, "certificate_granted", granted(random.nextInt(2)));
      case 26 ->
          log(
              world,
              random,
              overseer,
              random.nextBoolean() ? "certificate_suspended" : "certificate_revoked",
              "epcList",
              List.of(World.uri(Gs1.Key.GDTI, certificate)),
              reason[0],
              reason[1]);
      case 27 ->
          log(
              world,
              random,
              overseer,
              "certificate_renewed",
              "epcList",
              List.of(World.uri(Gs1.Key.GDTI, certificate)),
              "sanchi:validTo",
              "2026-08-1" + random.nextInt(10));
      case 28 ->
          world.window(
              office.administrator(),
              pick(random, boxes),
              "2026-08-1" + (2 + random.nextInt(5)) + "T0" + random.nextInt(9) + ":00:00.000Z",
              1 + random.nextInt(4),
              300 + random.nextInt(900));
      case 29 -> {
        if (random.nextInt(4) == 0) {
          BadBundles.revokeKey(world, farm, farm.administrator(), "2026-08-13T00:00:00.000Z");
        }
      }
      case 30 -> correct(world, random);
      default -> rights(world, random);
    }
  }

  /** Now and then the farm inspects itself, if it may or not. */
  private Organisation overseer(Random random) {
    return random.nextInt(6) == 0 ? farm : overseer;
  }

  private void correct(World world, Random random) {
    List<TraceEvent> wrong =
        world.all.stream()
            .map(Recorded::event)
            .filter(e -> e.row() != null && e.row().corrigible() && !e.declaresError())
            .toList();
    if (!wrong.isEmpty()) {
      TraceEvent event = pick(random, wrong);
      Organisation by =
          organisations.stream()
              .filter(one -> one.gln().equals(event.organisation()))
              .findFirst()
              .orElseThrow();
      world.append(world.correction(by.administrator(), event, IsoTime.print(world.clock)));
    }
  }

  private void rights(World world, Random random) {
    Organisation of = pick(random, organisations);
    switch (random.nextInt(5)) {
      case 0 ->
          world.append(
              world.administrator(
                  0, "role_withdrawn", "sanchi:gln", of.gln(), "sanchi:role", "grower"));
      case 1 ->
          world.approve(
              new int[] {0, random.nextInt(3)},
              "role_granted",
              "sanchi:gln",
              of.gln(),
              "sanchi:role",
              random.nextBoolean() ? "authority" : "inspector");
      case 2 ->
          world.approve(
              new int[] {random.nextInt(3), random.nextInt(3)},
              "member_removed",
              "sanchi:mspId",
              "TokyoMSP");
      case 3 ->
          world.log(
              of.administrator(),
              random.nextBoolean() ? "agent_appointed" : "agent_dismissed",
              IsoTime.print(world.clock),
              "sanchi:agent",
              pick(random, organisations).gln());
      default ->
          world.describe(
              farm.administrator(), "product_described", "product/" + GTIN, "name", "こまつな");
    }
  }

  private Object[] inspection(World world, Random random, Json.Arr quantity) {
    List<Object> fields =
        new ArrayList<>(
            List.of(
                "quantityList",
                quantity,
                "disposition",
                random.nextBoolean() ? "conformant" : "non_conformant"));
    world.all.stream()
        .map(Recorded::event)
        .filter(event -> event.kind().equals("lot_inspected"))
        .findFirst()
        .ifPresent(first -> fields.addAll(List.of("sanchi:supplements", first.id())));
    return fields.toArray();
  }

  private String box(Random random) {
    String box = pick(random, boxes);
    return World.uri(box.startsWith("0") ? Gs1.Key.GRAI : Gs1.Key.GIAI, box);
  }

  private Object[] unit(Random random, String member, boolean list, Object... others) {
    int which = random.nextInt(units.size());
    List<Object> fields = new ArrayList<>(Arrays.asList(others));
    fields.add(member);
    fields.add(list ? List.of(units.get(which)) : units.get(which));
    if (which == 0) {
      fields.addAll(List.of("sanchi:day", "2026-08-14"));
    }
    return fields.toArray();
  }

  private Object[] pallet(Random random) {
    int parent = 1 + random.nextInt(2);
    int child = (parent + 1 + random.nextInt(2)) % 3;
    List<Object> fields =
        new ArrayList<>(
            List.of("parentID", units.get(parent), "childEPCs", List.of(units.get(child))));
    if (child == 0) {
      fields.addAll(List.of("sanchi:day", "2026-08-14"));
    }
    return fields.toArray();
  }

  // Lies that the whole consortium tells: everything is signed again

  private void tell(Served served, Random random) {
    List<TraceEvent> events =
        served.histories.values().stream()
            .flatMap(List::stream)
            .map(Recorded::event)
            .filter(event -> event.organisation() != null)
            .distinct()
            .toList();
    for (int i = random.nextInt(3); i >= 0 && !events.isEmpty(); i--) {
      TraceEvent old = pick(random, events);
      Json.Obj payload = changed(old.payload(), random);
      SeededKey key =
          random.nextInt(10) == 0
              ? pick(random, organisations).administrator().key()
              : World.key("administrator " + old.organisation());
      String compact = served.world.compact(key, old.jws().typ(), null, payload);
      if (readable(compact)) {
        served.replace(old, compact);
      } else {
        served.raw(old, any -> compact);
      }
    }
    if (random.nextInt(4) == 0) {
      times(served, random);
    }
    served.restate();
  }

  private static boolean readable(String compact) {
    try {
      TraceEvent.readAny(Jws.parse(compact));
      return true;
    } catch (MalformedEvent e) {
      return false;
    }
  }

  private Json.Obj changed(Json.Obj payload, Random random) {
    long time = IsoTime.parse(payload.text("eventTime"));
    return switch (random.nextInt(9)) {
      case 0 ->
          payload.with(
              "eventTime", Json.of(IsoTime.print(time + (random.nextInt(200) - 100) * 3_600_000L)));
      case 1 -> payload.with("sanchi:organisation", Json.of(pick(random, organisations).gln()));
      case 2 ->
          payload.with(
              "sanchi:kind", Json.of(pick(random, List.of("weeding", "sold", "teleported"))));
      case 3 ->
          payload.with(
              "sanchi:loggedAt", Json.of(IsoTime.print(time + random.nextInt(100) * 3_600_000L)));
      case 4 -> payload.with("readPoint", World.place(pick(random, places)));
      case 5 -> payload.with("sanchi:consortium", Json.of("bya-demo"));
      default -> (Json.Obj) any(payload, random, 0);
    };
  }

  private static void times(Served served, Random random) {
    List<String> subjects = new ArrayList<>(served.histories.keySet());
    List<Recorded> history = served.histories.get(pick(random, subjects));
    if (!history.isEmpty()) {
      int at = random.nextInt(history.size());
      Recorded entry = history.get(at);
      long by = (random.nextInt(100) - 50) * 3_600_000L;
      history.set(at, new Recorded(entry.event(), entry.recordTime() + by));
    }
  }

  // Lies that the server or a few peers tell

  private void lie(Served served, Random random) {
    List<String> subjects = new ArrayList<>(served.histories.keySet());
    String subject = pick(random, subjects);
    List<Recorded> history = served.histories.get(subject);
    boolean peersToo = random.nextBoolean();
    switch (random.nextInt(16)) {
      case 0 -> {
        served.histories.remove(subject);
        served.documents.remove(subject);
      }
      case 1, 2 -> {
        if (!history.isEmpty()) {
          history.remove(random.nextInt(history.size()));
        }
      }
      case 3 -> Collections.shuffle(history, random);
      case 4 -> times(served, random);
      case 5 -> served.histories.get(pick(random, subjects)).addAll(history);
      case 6 -> served.histories.put("lot/" + GTIN + "/%41", history);
      case 7 -> served.histories.put("lot/" + GTIN + "/Z" + random.nextInt(9), List.of());
      case 8 -> {
        served.peers.clear();
        for (int i = random.nextInt(4); i > 0; i--) {
          World.Peer peer =
              pick(
                  random,
                  pick(
                          random,
                          List.of(
                              served.world.members.get(0), served.world.members.get(1), newcomer))
                      .peers);
          if (!served.peers.contains(peer)) {
            served.peers.add(peer);
          }
        }
      }
      case 9 -> {
        served.time += random.nextInt(1_000_000) - 500_000;
        served.tick += random.nextInt(1_000_000) - 500_000;
      }
      case 10 -> {
        served.challenge = SeededKey.sha256(new byte[] {(byte) random.nextInt()});
        if (random.nextBoolean()) {
          BadBundles.shared(served, 2, random.nextInt(4));
        }
      }
      case 11 ->
          served.label =
              random.nextBoolean() ? null : new Bundle.Label(new byte[32], List.of(new byte[32]));
      case 12 ->
          served.documents.put(
              "any", Json.object("salt", "A".repeat(22), "x", random.nextInt()).canonical());
      case 13 -> {
        if (!served.readings.isEmpty()) {
          Bundle.Readings one = served.readings.remove(0);
          List<byte[]> leaves = new ArrayList<>(one.leaves());
          Collections.shuffle(leaves, random);
          if (random.nextBoolean()) {
            served.readings.add(new Bundle.Readings(one.subject(), one.event(), leaves));
          }
        }
      }
      case 14 -> served.signature = der -> any(der, random);
      default ->
          served.payload =
              p ->
                  (Statement.PREFIX
                          + any(
                                  Json.parse(
                                      Arrays.copyOfRange(p, Statement.PREFIX.length(), p.length),
                                      new Json.Limits(1 << 20, 16)),
                                  random,
                                  0)
                              .canonicalText())
                      .getBytes(StandardCharsets.UTF_8);
    }
    if (peersToo) {
      served.restate();
    }
  }

  // Lies about bytes

  private static byte[] bytes(byte[] bundle, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bundle, random.nextInt(bundle.length));
      case 1 -> {
        byte[] more = Arrays.copyOf(bundle, bundle.length + 1);
        more[bundle.length] = (byte) random.nextInt();
        yield more;
      }
      default -> any(bundle, random);
    };
  }

  private static byte[] any(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    return changed;
  }

  /** The same JSON with one value changed somewhere. */
  private static Json any(Json value, Random random, int depth) {
    boolean here = random.nextInt(8) == 0 && depth > 0;
    if (value instanceof Json.Obj object && !object.members().isEmpty() && !here) {
      String name = pick(random, List.copyOf(object.members().keySet()));
      if (random.nextInt(20) == 0) {
        return object.without(name);
      }
      return object.with(name, any(object.get(name), random, depth + 1));
    }
    if (value instanceof Json.Arr array && array.size() > 0) {
      List<Json> items = new ArrayList<>(array.items());
      int at = random.nextInt(items.size());
      if (!here) {
        items.set(at, any(items.get(at), random, depth + 1));
        return new Json.Arr(items);
      }
      switch (random.nextInt(3)) {
        case 0 -> items.remove(at);
        case 1 -> items.add(at, items.get(at));
        default -> Collections.swap(items, at, random.nextInt(items.size()));
      }
      return new Json.Arr(items);
    }
    if (value instanceof Json.Num number) {
      return random.nextInt(6) == 0
          ? Json.of(new BigDecimal("0.5"))
          : Json.of(number.decimal().add(BigDecimal.valueOf(random.nextInt(7) - 3)));
    }
    if (value instanceof Json.Text text && !text.value().isEmpty()) {
      return letter(text.value(), random);
    }
    return switch (random.nextInt(4)) {
      case 0 -> Json.Null.VALUE;
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.array();
      default -> Json.of("x");
    };
  }

  private static Json letter(String text, Random random) {
    int at = random.nextInt(text.length());
    char other = "AZaz09-_.~/% é".charAt(random.nextInt(13));
    String changed =
        switch (random.nextInt(4)) {
          case 0 -> text.substring(0, at) + text.substring(at + 1);
          case 1 -> text.substring(0, at) + other + text.substring(at);
          default -> text.substring(0, at) + other + text.substring(at + 1);
        };
    try {
      return Json.of(changed);
    } catch (MalformedEvent e) {
      return Json.of("x");
    }
  }
}

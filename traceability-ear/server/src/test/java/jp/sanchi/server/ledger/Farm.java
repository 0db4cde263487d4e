package jp.sanchi.server.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/** A grower that the consortium has not admitted yet, and whatever its phone signs. */
final class Farm {
  private static final AtomicInteger NEIGHBOURS = new AtomicInteger();

  private final String prefix;
  private final String gln;
  private final String gtin;
  private final Administrator growers;
  private final Administrator logistics;
  private final Device browser;
  private final Device phone;

  /** The first farm of a ledger. */
  Farm(Path administrators, String consortium, Clock clock) {
    this(administrators, consortium, clock, "4569951", "00001", "11001");
  }

  /** One more farm on a ledger that tests share. */
  static Farm another(Path administrators, String consortium, Clock clock) {
    // Another run of the tests may have been on this ledger
    int number = (int) (System.currentTimeMillis() % 1_000_000) + NEIGHBOURS.incrementAndGet();
    return new Farm(administrators, consortium, clock, "45%07d".formatted(number), "001", "002");
  }

  private Farm(
      Path administrators,
      String consortium,
      Clock clock,
      String prefix,
      String location,
      String item) {
    this.prefix = prefix;
    this.gln = checked(prefix + location);
    this.gtin = "0" + checked(prefix + item);
    try {
      growers = administrator(administrators, "GrowersMSP", consortium, clock);
      logistics = administrator(administrators, "LogisticsMSP", consortium, clock);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    browser = new Device(consortium, gln, clock);
    phone = new Device(consortium, gln, clock);
  }

  private static String checked(String twelve) {
    return twelve + Gs1.checkDigit(twelve);
  }

  private static Administrator administrator(
      Path folder, String mspId, String consortium, Clock clock) throws IOException {
    return Administrator.read(folder.resolve(mspId + ".pem"), consortium, mspId, clock);
  }

  /** What members must sign before the phone's events are worth anything. */
  List<String> admission() {
    Json.Obj range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", prefix));
    return List.of(
        growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)),
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", "grower")),
        growers.sign(range),
        logistics.approve(range),
        growers.sign(browser.enrolment(true)),
        browser.sign(phone.enrolment(false)));
  }

  /** The commissioning of a lot. */
  String commission(String lot) {
    return phone.sign(Draft.of("lot_commissioned").lots(link(lot)).place(gln));
  }

  /** Some work on a lot. */
  String weed(String lot) {
    return phone.sign(Draft.of("weeding").lots(link(lot)));
  }

  String link(String lot) {
    return "https://id.gs1.org/01/" + gtin + "/10/" + lot;
  }

  String subject(String lot) {
    return "lot/" + gtin + "/" + lot;
  }

  /** Many lots with some work each, in an order that is right. */
  List<String> season(String prefix, int lots) {
    return Stream.iterate(0, i -> i + 1)
        .limit(lots)
        .flatMap(i -> Stream.of(commission(prefix + i), weed(prefix + i), weed(prefix + i)))
        .toList();
  }
}

package jp.sanchi.server.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.kernel.event.Json;

/** A grower that the consortium has not admitted yet, and whatever its phone signs. */
final class Farm {
  static final String GLN = "4569951000010";
  static final String GTIN = "04569951110016";

  private final Administrator growers;
  private final Administrator logistics;
  private final Device browser;
  private final Device phone;

  Farm(Path administrators, String consortium, Clock clock) {
    try {
      growers = administrator(administrators, "GrowersMSP", consortium, clock);
      logistics = administrator(administrators, "LogisticsMSP", consortium, clock);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    browser = new Device(consortium, GLN, clock);
    phone = new Device(consortium, GLN, clock);
  }

  private static Administrator administrator(
      Path folder, String mspId, String consortium, Clock clock) throws IOException {
    return Administrator.read(folder.resolve(mspId + ".pem"), consortium, mspId, clock);
  }

  /** What members must sign before the phone's events are worth anything. */
  List<String> admission() {
    Json.Obj range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", GLN).with("sanchi:prefix", "4569951"));
    return List.of(
        growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", GLN)),
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", GLN).with("sanchi:role", "grower")),
        growers.sign(range),
        logistics.approve(range),
        growers.sign(browser.enrolment(true)),
        browser.sign(phone.enrolment(false)));
  }

  /** The commissioning of a lot. */
  String commission(String lot) {
    return phone.sign(Draft.of("lot_commissioned").lots(link(lot)).place(GLN));
  }

  /** Some work on a lot. */
  String weed(String lot) {
    return phone.sign(Draft.of("weeding").lots(link(lot)));
  }

  static String link(String lot) {
    return "https://id.gs1.org/01/" + GTIN + "/10/" + lot;
  }

  static String subject(String lot) {
    return "lot/" + GTIN + "/" + lot;
  }

  /** Many lots with some work each, in an order that is right. */
  List<String> season(String prefix, int lots) {
    return Stream.iterate(0, i -> i + 1)
        .limit(lots)
        .flatMap(i -> Stream.of(commission(prefix + i), weed(prefix + i), weed(prefix + i)))
        .toList();
  }
}

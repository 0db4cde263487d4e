package jp.sanchi.server.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.Merkle;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredReadingsIT {
  private static final String BOX_DAY = "box/4569951BOX1/2026-11-25";
  private static final long EVENING = 1_795_640_400_000L; // 2026-11-25T21:00Z
  private static final UUID WINDOW = UUID.fromString("6d8ab2c1-0c4e-8f00-9a51-3f2b61d1a001");

  private static final String CARRIER = Draft.gln("456995100001");

  private DataSource database;
  private StoredReadings stored;
  private final Field.Device bridge = new Field.Device("bridge", CARRIER);

  @BeforeEach
  void open() throws Exception {
    database = TestDatabase.fresh().dataSource();
    stored = new StoredReadings(database);
  }

  private static SignedReadings.Stored reading(UUID window, long seq, long time) {
    Reading reading = new Reading("k7", seq, time, new TreeMap<>(Map.of(1, 400 + seq)));
    return new SignedReadings.Stored(window, reading, reading.leaf());
  }

  private static List<SignedReadings.Stored> readings(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(seq -> reading(WINDOW, seq, EVENING + seq * 1000))
        .toList();
  }

  private StoredReadings.Signed window(long first, long last) {
    List<byte[]> leaves = new ArrayList<>();
    readings(first, last).forEach(one -> leaves.add(Merkle.leaf(one.leaf())));
    Draft draft =
        Draft.of("window_recorded", "a window")
            .with("eventID", "urn:uuid:" + WINDOW)
            .with("sanchi:from", "2026-11-25T21:00:00.000Z")
            .with("sanchi:to", "2026-11-25T21:59:59.999Z")
            .with("sanchi:count", last - first + 1)
            .with("sanchi:firstSeq", first)
            .with("sanchi:lastSeq", last)
            .with("sanchi:gaps", 0)
            .with("sanchi:root", Base64Url.encode(Merkle.root(leaves)));
    return new StoredReadings.Signed(BOX_DAY, TraceEvent.readAny(Jws.parse(bridge.sign(draft))));
  }

  private String kid() {
    return bridge.key.kid();
  }

  @Test
  void stores_what_is_new_and_knows_what_was_there() {
    assertThat(stored.store(kid(), readings(1, 500))).isEqualTo(500);
    assertThat(stored.store(kid(), readings(400, 600))).isEqualTo(100);
    assertThat(stored.store(kid(), readings(1, 600))).isZero();
  }

  @Test
  void makes_a_partition_for_each_day_whichever_server_is_first() {
    List<SignedReadings.Stored> days =
        List.of(reading(WINDOW, 1, EVENING), reading(WINDOW, 2, EVENING + 86_400_000L));
    assertThat(stored.store(kid(), days)).isEqualTo(2);
    assertThat(new StoredReadings(database).store(kid(), days)).isZero();
  }

  @Test
  void hands_out_the_readings_of_a_window_as_they_were_signed() {
    stored.store(kid(), readings(3, 5));
    stored.store(kid(), readings(1, 2));
    List<Bundle.Readings> found = stored.of(List.of(window(1, 5)));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).subject()).isEqualTo(BOX_DAY);
    assertThat(found.get(0).leaves())
        .extracting(leaf -> Reading.read(leaf).seq())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void hands_out_nothing_of_a_window_that_lacks_a_reading() {
    stored.store(kid(), readings(1, 4));
    assertThat(stored.of(List.of(window(1, 5)))).isEmpty();
  }

  @Test
  void counts_no_readings_that_another_bridge_sends_under_the_same_name() {
    stored.store(kid(), readings(1, 5));
    stored.store(new Field.Device("rival", Draft.gln("456995200001")).key.kid(), readings(4, 9));
    assertThat(stored.of(List.of(window(1, 5)))).hasSize(1);
  }

  @Test
  void reads_a_batch_only_in_its_one_form() {
    Json.Obj payload =
        Json.object(
            "consortium",
            "aya-demo",
            "organisation",
            CARRIER,
            "windows",
            Json.array(
                Json.array(
                    WINDOW.toString(),
                    "https://id.gs1.org/8004/4569951BOX1",
                    Json.array(Base64Url.encode(readings(1, 1).get(0).leaf())))));
    String good = batch("sanchi-readings", payload);
    SignedReadings read = SignedReadings.parse(good.getBytes());
    assertThat(read.readings()).hasSize(1);
    assertThat(read.isSignedBy(bridge.key.point())).isTrue();
    for (String bad :
        List.of(
            batch("sanchi-epcis", payload),
            batch("sanchi-readings", payload.with("more", Json.of(1))),
            batch("sanchi-readings", payload.with("windows", Json.array())),
            good + ".",
            good.substring(1))) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> SignedReadings.parse(bad.getBytes())))
          .isInstanceOf(jp.sanchi.kernel.event.MalformedEvent.class);
    }
  }

  private String batch(String typ, Json.Obj payload) {
    return Field.signed(
        bridge.key, Json.object("alg", "ES256", "kid", kid(), "typ", typ), payload.canonical());
  }
}

package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TraceEventTest {
  private static final Field.Device PHONE = new Field.Device("phone", Draft.gln(1));
  private static final Field.Member MEMBER = new Field.Member("AyaMSP", "Aya-JA");

  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "events.json",
        vector -> {
          Json.Obj header =
              Json.object("alg", "ES256", "kid", Draft.HASH, "seq", 0, "typ", vector.text("typ"));
          if (vector.has("x5c")) {
            header = header.with("x5c", Json.array("AAAA"));
          }
          String jws = Field.signed(Field.key("anybody's"), header, Vectors.bytes(vector));
          try {
            return Json.object("subjects", TraceEvent.read(Jws.parse(jws)).subjects());
          } catch (MalformedEvent e) {
            return Json.object("refused", e.reason(), "field", e.field());
          }
        });
  }

  @Test
  void refuses_every_kind_without_any_one_of_its_members() {
    for (Kinds.Row row : Kinds.rows().values()) {
      Json.Obj payload = payload(row.kind());
      for (String member : payload.members().keySet()) {
        MalformedEvent refused = refused(row, payload.without(member));
        assertThat(refused.reason()).isEqualTo("event_malformed");
        assertThat(refused.field()).as(row.kind()).isEqualTo("/" + member);
      }
    }
  }

  @Test
  void refuses_every_kind_with_a_member_of_another() {
    for (Kinds.Row row : Kinds.rows().values()) {
      MalformedEvent refused =
          refused(row, payload(row.kind()).with("sanchi:unheardOf", Json.of(1)));
      assertThat(refused.field()).isEqualTo("/sanchi:unheardOf");
    }
  }

  @Test
  void refuses_null_for_every_member_of_every_kind() {
    for (Kinds.Row row : Kinds.rows().values()) {
      Json.Obj payload = payload(row.kind());
      for (String member : payload.members().keySet()) {
        MalformedEvent refused = refused(row, payload.with(member, Json.Null.VALUE));
        assertThat(refused.field()).as(row.kind()).isEqualTo("/" + member);
      }
    }
  }

  @Test
  void tells_what_an_event_says() {
    TraceEvent event =
        read(
            Draft.of("shipped")
                .full()
                .with("sanchi:onBehalfOf", Draft.gln(3))
                .with("sanchi:precision", "day")
                .with("eventTimeZoneOffset", "-03:30")
                .with("sanchi:loggedAt", "2026-08-15T01:00:00.001Z")
                .with("destinationList", Draft.destinations(Draft.gln(4), Draft.gln(5))));
    assertThat(event.kind()).isEqualTo("shipped");
    assertThat(event.row().custody()).isTrue();
    assertThat(event.consortium()).isEqualTo(Field.CONSORTIUM);
    assertThat(event.organisation()).isEqualTo(Draft.gln(1));
    assertThat(event.member()).isNull();
    assertThat(event.actor()).isEqualTo(Draft.gln(3));
    assertThat(event.eventTime()).isEqualTo(Field.START);
    assertThat(event.loggedAt()).isEqualTo(Field.START + 1);
    assertThat(event.dayPrecision()).isTrue();
    assertThat(event.offsetMinutes()).isEqualTo(-210);
    assertThat(event.declaresError()).isFalse();
    assertThat(event.corrects()).isNull();
    assertThat(event.parties("destinationList")).containsExactly(Draft.gln(4), Draft.gln(5));
    assertThat(event.parties("sourceList")).containsExactly(Draft.gln(1));
    assertThat(event.units("epcList")).containsExactly("sscc/045699510000000010");
    assertThat(event.units("childEPCs")).isEmpty();
    assertThat(event.text("sanchi:vehicle")).isNotEmpty();
    assertThat(event.text("epcList")).isNull();
    assertThat(event.id()).isEqualTo(event.jws().idText());
  }

  @Test
  void tells_who_acts_for_whom() {
    TraceEvent own = read(Draft.of("sold"));
    assertThat(own.actor()).isEqualTo(own.organisation());
    TraceEvent admitted = read(Draft.of("organisation_admitted"));
    assertThat(admitted.member()).isEqualTo("AyaMSP");
    assertThat(admitted.organisation()).isNull();
    assertThat(admitted.actor()).isNull();
    assertThat(admitted.offsetMinutes()).isZero();
    assertThat(admitted.dayPrecision()).isFalse();
  }

  @Test
  void tells_labels_boxes_claims_and_keys() {
    TraceEvent packed =
        read(
            Draft.of("packed")
                .with("sanchi:packages", Draft.numbers(Draft.gtin(11002), "00Z9", 3, 7)));
    assertThat(packed.labels("sanchi:packages"))
        .containsExactly(new TraceEvent.Labels("run/04569951110023/00Z9", "04569951110023", 3, 7));
    assertThat(packed.lots("childQuantityList")).containsExactly("lot/04569951110016/AY260815A");
    assertThat(packed.keys("parentID")).containsExactly(DigitalLink.parse(Draft.sscc(1)));
    TraceEvent loaded = read(Draft.of("loaded").with("parentID", Draft.crate("B/7")));
    assertThat(loaded.box("parentID")).isEqualTo("04569951800016B%2F7");
    assertThat(loaded.subjectsOf("parentID")).isEmpty();
    assertThat(loaded.keys("parentID")).hasSize(1);
    assertThat(loaded.box("readPoint")).isNull();
    TraceEvent commissioned = read(Draft.of("lot_commissioned").full());
    assertThat(commissioned.claimedCertificates()).containsExactly("certificate/4569951900013JAS1");
    assertThat(commissioned.lots("quantityList")).isEqualTo(commissioned.subjects());
    assertThat(read(Draft.of("sowing").full()).lots("sanchi:inputs"))
        .containsExactly("lot/04569951110030/FEED%2F7");
    TraceEvent described = read(Draft.of("product_described"));
    assertThat(described.keys("sanchi:gtin"))
        .extracting(DigitalLink::key)
        .containsExactly(Gs1.Key.GTIN);
    assertThat(described.keys("sanchi:document")).isEmpty();
    assertThat(described.keys("epcList")).isEmpty();
    assertThat(read(Draft.of("labels_bound")).integer("sanchi:last")).isEqualTo(9);
    assertThatThrownBy(() -> described.integer("sanchi:last"))
        .hasMessageContaining("json_wrong_member");
  }

  @Test
  void names_a_key_by_its_thumbprint() {
    var device = new Field.Device("another phone", Draft.gln(1));
    TraceEvent enrolled = read(device.enrolment(false));
    assertThat(enrolled.subjects()).containsExactly("key/" + device.key.kid());
    assertThat(enrolled.point("sanchi:jwk")).isEqualTo(device.key.point());
  }

  @Test
  void reads_of_an_unknown_kind_what_every_event_has() {
    Json.Obj payload =
        payload("sowing")
            .with("sanchi:kind", Json.of("grafting"))
            .with("type", Json.of("GraftingEvent"))
            .with("sanchi:corrects", Json.of("nothing"))
            .with("sanchi:graft", Json.array(1, 2));
    Jws jws = signed(Kinds.row("sowing"), payload);
    assertThatThrownBy(() -> TraceEvent.read(jws)).hasMessage("unknown_kind at /sanchi:kind");
    TraceEvent event = TraceEvent.readAny(jws);
    assertThat(event.row()).isNull();
    assertThat(event.kind()).isEqualTo("grafting");
    assertThat(event.subjects()).isEmpty();
    assertThat(event.actor()).isEqualTo(Draft.gln(1));
    assertThat(event.corrects()).isNull();
    assertThat(event.declaresError()).isFalse();
    assertThat(event.subjectsOf("quantityList")).isEmpty();
    assertThat(event.keys("quantityList")).isEmpty();
    assertThat(
            catchThrowableOfType(
                    MalformedEvent.class,
                    () ->
                        TraceEvent.readAny(
                            signed(Kinds.row("sowing"), payload.without("sanchi:precision"))))
                .field())
        .isEqualTo("/sanchi:precision");
  }

  private static TraceEvent read(Draft draft) {
    return TraceEvent.read(Jws.parse(signer(draft.row()).sign(draft)));
  }

  private static Field.Signer signer(Kinds.Row row) {
    return List.of(Kinds.Signer.MEMBER, Kinds.Signer.APPROVED).contains(row.signer())
        ? MEMBER
        : PHONE;
  }

  private static Json.Obj payload(String kind) {
    return read(Draft.of(kind)).payload();
  }

  private static MalformedEvent refused(Kinds.Row row, Json.Obj payload) {
    return catchThrowableOfType(MalformedEvent.class, () -> TraceEvent.read(signed(row, payload)));
  }

  /** Signed as it is, without what a signer would add. */
  private static Jws signed(Kinds.Row row, Json.Obj payload) {
    Json.Obj header =
        Json.object(
            "alg",
            "ES256",
            "kid",
            PHONE.key.kid(),
            "seq",
            0,
            "typ",
            row.administration() ? Jws.ADMINISTRATION : Jws.TRACE);
    if (signer(row) == MEMBER) {
      header = header.with("x5c", Json.array("AAAA"));
    }
    return Jws.parse(Field.signed(PHONE.key, header, payload.canonical()));
  }
}

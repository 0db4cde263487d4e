package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.Field.Device;
import jp.sanchi.kernel.Field.Member;
import jp.sanchi.kernel.Field.Organisation;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import org.junit.jupiter.api.Test;

/** What the ledger takes, and what it remembers of it. */
class RulesTest {
  private static final String LOT = "lot/04569951110016/AY260815A";
  private static final String RUN = "run/04569951110016/0001";

  private final Field field = new Field();

  @Test
  void an_event_is_taken_once_and_answers_so_ever_after() {
    Organisation grower = field.grower();
    String jws = grower.device().sign(Draft.of("lot_commissioned"));
    long time = field.clock;
    Accepted first = (Accepted) field.append(jws);
    assertThat(first).isEqualTo(new Accepted(first.eventId(), time, false, List.of(LOT)));
    field.accept(
        grower.administrator(),
        Draft.of("device_revoked").with("sanchi:kid", grower.device().key.kid()));
    assertThat(field.append(jws))
        .isEqualTo(new Accepted(first.eventId(), time, true, List.of(LOT)));
    assertThat(field.subject(LOT).integer("n")).isEqualTo(1);
  }

  @Test
  void a_members_event_answers_as_the_first_time_even_after_its_certificate() {
    String jws = field.member(0).sign(Draft.of("organisation_admitted"));
    Accepted first = (Accepted) field.append(jws);
    field.clock = Field.START + 20L * 365 * 86_400_000;
    Accepted again = (Accepted) field.append(jws);
    assertThat(again.repeated()).isTrue();
    assertThat(again.recordTime()).isEqualTo(first.recordTime());
  }

  @Test
  void a_refusal_names_the_event_the_field_and_what_is_wrong() {
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("lot_commissioned"));
    Refused refused = field.refuse(phone, Draft.of("lot_commissioned", "again"));
    assertThat(refused.eventId()).hasSize(43);
    assertThat(refused.reason()).isEqualTo(Reason.ALREADY_COMMISSIONED);
    assertThat(refused.field()).isEqualTo("/quantityList");
    assertThat(refused.detail()).isEqualTo(LOT);
    Refused malformed = field.refuse(phone, Draft.of("sowing").with("sanchi:variety", ""));
    assertThat(malformed.eventId()).hasSize(43);
    assertThat(malformed.field()).isEqualTo("/sanchi:variety");
  }

  @Test
  void record_time_never_falls_behind_what_an_event_rests_on() {
    Organisation grower = field.grower();
    long enrolled = field.clock - 1000;
    field.clock = enrolled - 60_000;
    Accepted sown = (Accepted) field.append(grower.device().sign(Draft.of("sowing")));
    assertThat(sown.recordTime()).isGreaterThan(enrolled - 10_000).isLessThanOrEqualTo(enrolled);
    field.clock = enrolled + 60_000;
    Accepted later = (Accepted) field.append(grower.device().sign(Draft.of("weeding")));
    field.clock = enrolled;
    Accepted behind = (Accepted) field.append(grower.device().sign(Draft.of("irrigating")));
    assertThat(later.recordTime()).isEqualTo(enrolled + 60_000);
    assertThat(behind.recordTime()).isEqualTo(later.recordTime());
    assertThat(field.subject(LOT).integer("time")).isEqualTo(later.recordTime());
  }

  @Test
  void an_event_may_be_a_day_ahead() {
    Device phone = field.grower().device();
    field.clock = Field.START + 5000;
    field.accept(phone, Draft.of("sowing").at("2026-08-16T01:00:05.000Z"));
    field.clock = Field.START + 5000;
    assertThat(field.refuse(phone, Draft.of("weeding").at("2026-08-16T01:01:05.001Z")).reason())
        .isEqualTo(Reason.FUTURE_EVENT);
  }

  @Test
  void a_lot_taken_back_is_commissioned_again_by_the_same() {
    Device phone = field.grower().device();
    Draft commissioned = Draft.of("lot_commissioned");
    String wrong = field.accept(phone, commissioned);
    field.accept(phone, commissioned.declaredError(wrong));
    assertThat(field.subject(LOT).has("commissioned")).isFalse();
    assertThat(field.subject(LOT).text("commissioner")).isEqualTo(phone.gln);
    field.accept(phone, Draft.of("lot_commissioned", "right"));
    assertThat(field.subject(LOT).has("commissioned")).isTrue();
    assertThat(field.subject(LOT).integer("n")).isEqualTo(3);
  }

  @Test
  void a_declaration_may_come_from_another_device_of_the_same_organisation() {
    Organisation grower = field.grower();
    Draft sowing = Draft.of("sowing");
    String wrong = field.accept(grower.device(), sowing);
    Draft declared =
        sowing.declaredError(wrong).with("sanchi:loggedAt", "2026-08-15T03:00:00.000Z");
    field.accept(grower.administrator(), declared);
    assertThat(field.subject(LOT).integer("n")).isEqualTo(2);
  }

  @Test
  void an_agents_event_is_corrected_by_whom_it_was_recorded_for() {
    Organisation grower = field.grower();
    Organisation office = field.organisation("491234500001");
    field.accept(
        grower.administrator(), Draft.of("agent_appointed").with("sanchi:agent", office.gln()));
    Draft sowing = Draft.of("sowing").with("sanchi:onBehalfOf", grower.gln());
    String wrong = field.accept(office.device(), sowing);
    field.accept(office.device(), sowing.declaredError(wrong));
    assertThat(field.subject(LOT).has("outsiders")).isTrue();
  }

  @Test
  void labels_taken_back_are_bound_and_packed_again() {
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("labels_printed"));
    Draft bound = Draft.of("labels_bound").with("sanchi:last", 19);
    String wrongBinding = field.accept(phone, bound);
    Draft packed = Draft.of("packed");
    String wrongPacking = field.accept(phone, packed);
    assertThat(field.subject(RUN).get("packed")).isEqualTo(Json.array(Json.array(0, 19)));
    field.accept(phone, packed.declaredError(wrongPacking));
    field.accept(phone, bound.declaredError(wrongBinding));
    assertThat(field.subject(RUN).has("bound")).isFalse();
    assertThat(field.subject(RUN).has("packed")).isFalse();
    field.accept(phone, Draft.of("labels_bound", "right").with("sanchi:last", 29));
    field.accept(phone, Draft.of("packed", "right"));
    assertThat(field.subject(RUN).get("bound")).isEqualTo(Json.array(Json.array(0, 29)));
    assertThat(field.subject(RUN).integer("count")).isEqualTo(60);
  }

  @Test
  void relabelled_packages_are_packed_by_their_new_numbers() {
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("labels_printed"));
    field.accept(phone, Draft.of("labels_bound"));
    field.accept(
        phone,
        Draft.of("packages_relabelled")
            .with("sanchi:newRun", "0001")
            .with("sanchi:newFirst", 50)
            .with("sanchi:newLast", 59));
    field.accept(
        phone,
        Draft.of("packed")
            .with("sanchi:packages", Draft.numbers(Draft.gtin(11001), "0001", 50, 59)));
    assertThat(field.subject(RUN).get("voided")).isEqualTo(Json.array(Json.array(0, 9)));
    assertThat(field.subject(RUN).get("bound"))
        .isEqualTo(Json.array(Json.array(0, 9), Json.array(50, 59)));
  }

  @Test
  void labels_are_bound_to_a_lot_that_will_be_commissioned_later() {
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("labels_printed"));
    field.accept(phone, Draft.of("labels_bound"));
    field.accept(phone, Draft.of("lot_commissioned"));
    field.accept(
        phone, Draft.of("labels_bound", "2").with("sanchi:first", 10).with("sanchi:last", 10));
  }

  @Test
  void an_authority_recalls_what_it_has_not_commissioned_and_ends_it() {
    field.accept(field.grower().device(), Draft.of("lot_commissioned"));
    Device authority = field.organisation("499999900009", "authority").device();
    field.accept(authority, Draft.of("recalled"));
    assertThat(field.subject(LOT).bool("recalled")).isTrue();
    field.accept(authority, Draft.of("recall_ended"));
    assertThat(field.subject(LOT).has("recalled")).isFalse();
  }

  @Test
  void a_pooled_crate_is_packed_by_two_on_one_day() {
    Organisation grower = field.grower();
    Organisation other = field.organisation("491234500001", "grower");
    field.accept(
        grower.administrator(),
        Draft.of("range_lent").with("sanchi:gln", other.gln()).with("sanchi:prefix", "45699518"));
    Draft packed =
        Draft.of("packed_lot").with("parentID", Draft.crate("C7")).with("sanchi:day", "2026-08-15");
    field.accept(grower.device(), packed);
    field.accept(other.device(), packed);
    assertThat(field.subject("crate/04569951800016C7/2026-08-15").get("parties"))
        .isEqualTo(Json.array(grower.gln(), other.gln()));
  }

  @Test
  void a_lender_takes_its_loan_back() {
    Organisation lender = field.grower();
    Organisation borrower = field.organisation("491234500001", "grower");
    Draft lent = Draft.of("range_lent").with("sanchi:gln", borrower.gln());
    field.accept(lender.administrator(), lent);
    assertThat(field.subject("organisation/" + borrower.gln()).get("loans"))
        .isEqualTo(Json.array(Json.array("4569951", lender.gln())));
    field.accept(borrower.device(), Draft.of("lot_commissioned"));
    field.accept(
        lender.administrator(), Draft.of("range_returned").with("sanchi:gln", borrower.gln()));
    assertThat(field.subject("organisation/" + borrower.gln()).has("loans")).isFalse();
  }

  @Test
  void approvals_take_effect_with_more_than_half_of_the_members_and_once() {
    Organisation body = field.organisation("499999900001");
    String subject = "organisation/" + body.gln();
    Draft granted =
        Draft.of("role_granted").with("sanchi:gln", body.gln()).with("sanchi:role", "inspector");
    field.accept(field.member(0), granted);
    assertThat(field.subject(subject).has("roles")).isFalse();
    field.accept(field.member(2), granted);
    assertThat(field.subject(subject).get("roles")).isEqualTo(Json.array("inspector"));
    field.accept(
        field.member(0),
        Draft.of("role_withdrawn").with("sanchi:gln", body.gln()).with("sanchi:role", "inspector"));
    assertThat(field.subject(subject).has("roles")).isFalse();
    field.accept(field.member(1), granted);
    assertThat(field.subject(subject).has("roles")).isFalse();
  }

  @Test
  void approvals_of_different_payloads_do_not_add_up() {
    Organisation body = field.organisation("499999900001");
    for (int member = 0; member < 2; member++) {
      field.accept(
          field.member(member), field.draft("range_granted").with("sanchi:gln", body.gln()));
    }
    assertThat(field.subject("organisation/" + body.gln()).has("ranges")).isFalse();
  }

  @Test
  void who_is_a_member_counts_when_approvals_are_counted() {
    Member fourth = new Member("NordMSP", "Nord");
    field.approve(field.draft("member_changed").with("sanchi:members", Json.array(fourth.json())));
    Organisation body = field.organisation("499999900001");
    String subject = "organisation/" + body.gln();
    Draft granted = field.draft("range_granted").with("sanchi:gln", body.gln());
    field.accept(field.member(0), granted);
    field.accept(fourth, granted);
    assertThat(field.subject(subject).has("ranges")).isFalse();
    field.accept(field.member(2), granted);
    assertThat(field.subject(subject).get("ranges")).isEqualTo(Json.array("4569951"));

    Draft another =
        field.draft("range_granted").with("sanchi:gln", body.gln()).with("sanchi:prefix", "4912");
    field.accept(fourth, another);
    Draft removed = field.draft("member_removed").with("sanchi:mspId", "NordMSP");
    field.accept(field.member(0), removed);
    field.accept(field.member(1), removed);
    field.accept(field.member(2), removed);
    field.accept(field.member(0), another);
    assertThat(field.subject(subject).array("ranges").size()).isEqualTo(1);
    field.accept(field.member(1), another);
    assertThat(field.subject(subject).array("ranges").size()).isEqualTo(2);
  }

  @Test
  void a_changed_member_keeps_its_distrusted_certificates() {
    Member aya = field.member(0);
    field.accept(
        aya, Draft.of("certificates_distrusted").with("sanchi:serials", Json.array("ff01", "0a")));
    field.approve(
        Draft.of("member_changed")
            .with("sanchi:members", Json.array(aya.json().with("operator", Json.of("Aya city")))));
    Json.Arr members = field.subject("consortium/" + Field.CONSORTIUM).array("members");
    assertThat(members.size()).isEqualTo(3);
    Json.Obj changed = (Json.Obj) members.get(0);
    assertThat(changed.text("operator")).isEqualTo("Aya city");
    assertThat(changed.get("revoked")).isEqualTo(Json.array("0a", "ff01"));
    assertThat(changed.members().keySet())
        .containsExactly("intermediates", "mspId", "operator", "revoked", "roots");
  }

  @Test
  void shipping_makes_its_destinations_parties_if_a_party_ships() {
    Organisation grower = field.grower();
    Organisation carrier = field.organisation("456995100003", "carrier");
    Organisation rival = field.organisation("491234500001", "grower");
    field.accept(grower.device(), Draft.of("packed_lot"));
    Draft shipped = Draft.of("shipped");
    field.accept(rival.device(), shipped.with("destinationList", Draft.destinations(rival.gln())));
    field.accept(grower.device(), shipped);
    for (int i = 0; i < 40; i++) {
      field.accept(carrier.device(), field.draft("received"));
    }
    Json.Obj unit = field.subject("sscc/045699510000000010");
    assertThat(unit.get("parties")).isEqualTo(Json.array(grower.gln(), carrier.gln()));
    assertThat(unit.integer("outsiders")).isEqualTo(1);
  }

  @Test
  void those_who_oversee_are_never_too_many() {
    field.accept(field.grower().device(), Draft.of("lot_commissioned"));
    Device inspector = field.inspector().device();
    for (int i = 0; i < 40; i++) {
      field.accept(inspector, field.draft("lot_inspected"));
    }
    assertThat(field.subject(LOT).has("outsiders")).isFalse();
  }

  @Test
  void outsiders_may_not_crowd_out_the_commissioner() {
    Device phone = field.grower().device();
    Device rival = field.organisation("491234500001", "grower").device();
    for (int i = 0; i < 32; i++) {
      field.accept(rival, field.draft("weeding"));
    }
    field.accept(phone, Draft.of("lot_commissioned"));
    field.accept(phone, Draft.of("sowing"));
    assertThat(field.refuse(rival, field.draft("weeding")).reason()).isEqualTo(Reason.NOT_A_PARTY);
  }

  @Test
  void windows_of_a_whole_day_are_taken_from_whoever_may_use_the_box() {
    Device bridge = field.grower().device();
    for (int i = 0; i < 48; i++) {
      field.accept(bridge, field.draft("window_recorded"));
    }
    String first = field.accept(bridge, field.draft("window_recorded"));
    field.accept(bridge, Draft.of("window_supplemented").with("sanchi:supplements", first));
  }

  @Test
  void a_second_inspector_supplements_a_refusal() {
    Organisation inspector = field.inspector();
    Draft refusal = Draft.of("lot_inspected").with("disposition", "non_conformant");
    String first = field.accept(inspector.device(), refusal);
    field.accept(
        inspector.administrator(),
        Draft.of("lot_inspected", "2").with("sanchi:supplements", first));
  }

  @Test
  void a_certificate_remembers_who_decided_last() {
    Organisation inspector = field.inspector();
    String certificate = "certificate/4569951900013JAS1";
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("certificate_applied"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("applied");
    field.accept(inspector.device(), Draft.of("certificate_refused"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("refused");
    field.accept(inspector.device(), Draft.of("certificate_granted"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("granted");
    assertThat(field.subject(certificate).text("certifier")).isEqualTo(inspector.gln());
    assertThat(field.subject(certificate).text("holder")).isEqualTo(Draft.gln(1));
    field.accept(phone, field.draft("certificate_applied"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("granted");
    Device authority = field.organisation("499999900009", "authority").device();
    field.accept(authority, Draft.of("certificate_suspended"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("suspended");
    field.accept(inspector.device(), Draft.of("certificate_renewed"));
    assertThat(field.subject(certificate).text("status")).isEqualTo("renewed");
  }

  @Test
  void a_key_is_revoked_from_the_first_revocation_on() {
    Organisation grower = field.grower();
    Draft revoked = Draft.of("device_revoked").with("sanchi:kid", grower.device().key.kid());
    long time = field.clock;
    field.accept(grower.administrator(), revoked);
    field.accept(
        field.member(0),
        Draft.of("device_revoked", "2")
            .with("sanchi:kid", grower.device().key.kid())
            .with("sanchi:suspectSince", "2026-08-15T00:00:00.000Z"));
    Json.Obj key = field.subject("key/" + grower.device().key.kid());
    assertThat(key.integer("revoked")).isEqualTo(time);
    assertThat(key.integer("n")).isEqualTo(3);
    assertThat(key.has("administrator")).isFalse();
    assertThat(field.subject("key/" + grower.administrator().key.kid()).bool("administrator"))
        .isTrue();
  }

  @Test
  void events_about_an_organisation_that_comes_later_do_not_keep_it_out() {
    field.accept(field.inspector().device(), Draft.of("organisation_inspected"));
    field.accept(field.member(0), Draft.of("organisation_admitted"));
    assertThat(field.subject("organisation/" + Draft.gln(1)).integer("n")).isEqualTo(2);
  }
}

package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.Field.Device;
import jp.sanchi.kernel.Field.Member;
import jp.sanchi.kernel.Field.Organisation;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.proof.Issuer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the ledger refuses, each refusal for its own reason and none without one. */
class RefusalsTest {
  private static final String OTHER_LOT = Draft.lot(Draft.gtin(11001), "AY260815B");

  private record Refusing(Reason reason, String sentence, Story story) {}

  private interface Story {
    Refused tell(Field field);
  }

  private final List<Refusing> refusals = new ArrayList<>();

  @TestFactory
  Stream<DynamicTest> refuses() {
    tellAll();
    return refusals.stream()
        .map(
            refusing ->
                dynamicTest(
                    refusing.sentence() + ": " + refusing.reason().code(),
                    () ->
                        assertThat(refusing.story().tell(new Field()))
                            .extracting(Refused::reason)
                            .isEqualTo(refusing.reason())));
  }

  @Test
  void knows_a_story_for_every_reason_of_the_ledger() {
    tellAll();
    Set<Reason> told = EnumSet.noneOf(Reason.class);
    refusals.forEach(refusing -> told.add(refusing.reason()));
    // Those about values that stand outside of events
    Set<Reason> elsewhere =
        EnumSet.of(
            Reason.JSON_WRONG_MEMBER,
            Reason.BASE64_NOT_CANONICAL,
            Reason.TIME_MALFORMED,
            Reason.SERIAL_MALFORMED,
            Reason.GS1_BAD_LENGTH,
            Reason.GS1_BAD_CHARACTER,
            Reason.GS1_BAD_CHECK_DIGIT,
            Reason.LINK_MALFORMED,
            Reason.LINK_UNKNOWN_KEY,
            Reason.LINK_BAD_ORDER,
            Reason.LINK_NOT_CANONICAL,
            Reason.SUBJECT_MALFORMED,
            Reason.SUBJECT_UNSUPPORTED);
    assertThat(EnumSet.complementOf(EnumSet.copyOf(elsewhere))).isEqualTo(told);
  }

  private void tellAll() {
    refusals.clear();
    form();
    devices();
    members();
    rights();
    corrections();
    lots();
    labels();
    units();
    certificatesAndInspections();
    keys();
    organisations();
    consortium();
    windows();
    crowding();
  }

  private void refuses(Reason reason, String sentence, Story story) {
    refusals.add(new Refusing(reason, sentence, story));
  }

  private void form() {
    refuses(Reason.JWS_MALFORMED, "what is no JWS", field -> field.refuse("hello"));
    refuses(
        Reason.JWS_BAD_HEADER,
        "a header of another algorithm",
        field ->
            field.refuse(
                Field.signed(
                    Field.key("k"),
                    Json.object("alg", "none", "kid", Draft.HASH, "seq", 0, "typ", Jws.TRACE),
                    payload("{}"))));
    refusesPayload(Reason.JSON_TOO_LARGE, "a payload of 33 kB", "\"" + "x".repeat(33_000) + "\"");
    refusesPayload(Reason.JSON_MALFORMED, "a payload that ends early", "{");
    refusesPayload(Reason.JSON_TOO_DEEP, "a payload 17 deep", "[".repeat(17) + "]".repeat(17));
    refusesPayload(Reason.JSON_BAD_NUMBER, "a payload with an exponent", "{\"a\":1e3}");
    refusesPayload(
        Reason.JSON_BAD_TEXT, "a payload that turns its text around", "{\"a\":\"\u202e\"}");
    refusesPayload(Reason.JSON_DUPLICATE_NAME, "a payload with a name twice", "{\"a\":1,\"a\":2}");
    refusesPayload(Reason.JSON_NOT_CANONICAL, "a payload with a space", "{ }");
    refuses(
        Reason.EVENT_MALFORMED,
        "an event without its members",
        field -> field.refuse(phone(), Draft.of("sowing").without("quantityList")));
    refuses(
        Reason.UNKNOWN_KIND,
        "a kind that no table has",
        field -> field.refuse(phone(), Draft.of("sowing").with("sanchi:kind", "grafting")));
    refuses(
        Reason.NOT_FOUNDED,
        "anything before the founding",
        field -> {
          Field before = Field.unfounded();
          return before.refuse(before.member(0), Draft.of("organisation_admitted"));
        });
    refuses(
        Reason.WRONG_CONSORTIUM,
        "an event of another consortium",
        field ->
            field.refuse(
                field.grower().device(),
                Draft.of("lot_commissioned").with("sanchi:consortium", "elsewhere")));
    refuses(
        Reason.WRONG_CONSORTIUM,
        "the founding of a second consortium",
        field -> field.refuse(field.member(0), field.founding().with("sanchi:consortium", "evil")));
  }

  private void refusesPayload(Reason reason, String sentence, String payload) {
    refuses(
        reason,
        sentence,
        field ->
            field.refuse(
                Field.signed(
                    Field.key("k"),
                    Json.object("alg", "ES256", "kid", Draft.HASH, "seq", 0, "typ", Jws.TRACE),
                    payload(payload))));
  }

  private void devices() {
    refuses(
        Reason.UNKNOWN_KEY,
        "a device that nobody enrolled",
        field -> {
          field.grower();
          return field.refuse(phone(), Draft.of("lot_commissioned"));
        });
    refuses(
        Reason.BAD_SIGNATURE,
        "a signature that does not fit",
        field ->
            field.refuse(
                Field.spoiled(field.grower().device().sign(Draft.of("lot_commissioned")))));
    refuses(
        Reason.BAD_SIGNATURE,
        "an event that the ledger holds, under a signature that does not fit",
        field -> {
          String jws = field.grower().device().sign(Draft.of("lot_commissioned"));
          field.accept(jws);
          return field.refuse(Field.spoiled(jws));
        });
    refuses(
        Reason.KEY_REVOKED,
        "a device after its revocation",
        field -> {
          Organisation grower = field.grower();
          field.accept(grower.administrator(), revocation(grower.device()));
          return field.refuse(grower.device(), Draft.of("lot_commissioned"));
        });
    refuses(
        Reason.KEY_OF_ANOTHER_ORGANISATION,
        "one's device in the name of another organisation",
        field -> {
          field.grower();
          Device rival = rival(field).device();
          Device false_ = new Device("device of " + rival.gln, Draft.gln(1));
          return field.refuse(false_, Draft.of("lot_commissioned"));
        });
    refuses(
        Reason.WRONG_SIGNER,
        "a device that admits organisations",
        field -> field.refuse(field.grower().administrator(), Draft.of("organisation_admitted")));
    refuses(
        Reason.WRONG_SIGNER,
        "a device that approves",
        field -> field.refuse(field.grower().administrator(), Draft.of("range_granted")));
    refuses(
        Reason.NOT_AN_ADMINISTRATOR,
        "a phone that enrols another",
        field -> {
          Device phone = field.grower().device();
          return field.refuse(phone, new Device("new", phone.gln).enrolment(false));
        });
    refuses(
        Reason.NOT_AN_ADMINISTRATOR,
        "a phone that describes a product",
        field -> field.refuse(field.grower().device(), Draft.of("product_described")));
  }

  private void members() {
    Draft admitted = Draft.of("organisation_admitted");
    refuses(
        Reason.CERTIFICATE_MALFORMED,
        "what is no certificate",
        field -> {
          Member member = field.member(0);
          member.certificate = new byte[] {1, 2, 3};
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_TRUSTED,
        "a member that the ledger does not know",
        field -> field.refuse(new Member("EvilMSP", "Evil"), admitted));
    refuses(
        Reason.CERTIFICATE_NOT_TRUSTED,
        "an administrator of one member in the name of another",
        field -> {
          Member evil = new Member("TokyoMSP", "Tokyo");
          Member aya = field.member(0);
          evil.certificate = aya.root.leaf(evil.administrator, "admin", "admin", 7);
          return field.refuse(evil, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_TRUSTED,
        "a founding by who is not among its members",
        field -> {
          Field before = Field.unfounded();
          return before.refuse(new Member("EvilMSP", "Evil"), before.founding());
        });
    refuses(
        Reason.CERTIFICATE_EXPIRED,
        "a certificate that is over at the record time",
        field -> {
          Member member = field.member(0);
          member.certificate =
              member.root.leaf(member.administrator, "admin", "a", 3, 0, field.clock - 1);
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_BAD_SIGNATURE,
        "a root of the right name with another key",
        field -> {
          Member member = field.member(0);
          var forger = new Issuer("ayamsp", "forger");
          member.certificate = forger.leaf(member.administrator, "admin", "admin", 3);
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_CA,
        "an administrator under what is no authority",
        field -> {
          Member member = field.member(0);
          // A leaf of the name that its own issuer would have
          Issuer issuer = new Issuer("plain", "plain");
          byte[] leaf = issuer.leaf(issuer.key, null, "ca.plain", 5);
          field.approve(changed(member.json().with("roots", Json.array(base64(leaf)))));
          member.certificate = issuer.leaf(member.administrator, "admin", "admin", 3);
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_ADMIN,
        "a client of a member",
        field -> {
          Member member = field.member(0);
          member.certificate = member.root.leaf(member.administrator, "client", "admin", 3);
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_ADMIN,
        "a member's root itself",
        field -> {
          Member member = field.member(0);
          member.certificate = member.root.certificate;
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_REVOKED,
        "an administrator whose certificate its member distrusts",
        field -> {
          Member member = field.member(0);
          Draft distrust = Draft.of("certificates_distrusted");
          field.accept(member, distrust.with("sanchi:serials", Json.array("02")));
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.CERTIFICATE_NOT_TRUSTED,
        "an administrator under an intermediate that its member distrusts",
        field -> {
          Member member = field.member(0);
          var intermediate = member.root.intermediate("intermediate", 0x8877);
          String text = base64(intermediate.certificate);
          field.approve(changed(member.json().with("intermediates", Json.array(text))));
          member.certificate = intermediate.leaf(member.administrator, "admin", "admin", 9);
          field.accept(member, admitted);
          Draft distrust = Draft.of("certificates_distrusted");
          field.accept(member, distrust.with("sanchi:serials", Json.array("8877")));
          return field.refuse(
              member, field.draft("organisation_admitted").with("sanchi:gln", Draft.gln(9)));
        });
    refuses(
        Reason.KID_MISMATCH,
        "a certificate of another key than the header's",
        field -> {
          Member member = field.member(0);
          member.certificate = member.root.leaf(Field.key("other"), "admin", "admin", 3);
          return field.refuse(member, admitted);
        });
    refuses(
        Reason.BAD_SIGNATURE,
        "a member's signature that does not fit",
        field -> field.refuse(Field.spoiled(field.member(0).sign(admitted))));
    refuses(
        Reason.WRONG_SIGNER,
        "a member that describes an organisation",
        field -> {
          field.grower();
          Member member = field.member(0);
          return field.refuse(member, Draft.of("organisation_described"));
        });
    refuses(
        Reason.CERTIFICATE_NOT_TRUSTED,
        "a member that was removed",
        field -> {
          field.approve(Draft.of("member_removed").with("sanchi:mspId", "TokyoMSP"));
          return field.refuse(field.member(2), admitted);
        });
  }

  private void rights() {
    refuses(
        Reason.ORGANISATION_UNKNOWN,
        "a role for an organisation that nobody admitted",
        field -> field.refuse(field.member(0), Draft.of("role_granted")));
    refuses(
        Reason.ORGANISATION_UNKNOWN,
        "an event for an organisation that nobody admitted",
        field ->
            field.refuse(
                field.grower().device(),
                Draft.of("lot_commissioned").with("sanchi:onBehalfOf", Draft.gln(77))));
    refuses(
        Reason.ORGANISATION_UNKNOWN,
        "an agent that nobody admitted",
        field ->
            field.refuse(
                field.grower().administrator(),
                Draft.of("agent_appointed").with("sanchi:agent", Draft.gln(77))));
    refuses(
        Reason.NOT_AN_AGENT,
        "an event for an organisation that has not appointed its signer",
        field -> {
          Organisation grower = field.grower();
          return field.refuse(
              rival(field).device(),
              Draft.of("lot_commissioned").with("sanchi:onBehalfOf", grower.gln()));
        });
    refuses(
        Reason.NOT_AN_AGENT,
        "an agent that was dismissed",
        field -> {
          Organisation grower = field.grower();
          Organisation agent = rival(field);
          Draft appointed = Draft.of("agent_appointed").with("sanchi:agent", agent.gln());
          field.accept(grower.administrator(), appointed);
          Draft event = Draft.of("lot_commissioned").with("sanchi:onBehalfOf", grower.gln());
          field.accept(agent.device(), event);
          Draft dismissed = Draft.of("agent_dismissed").with("sanchi:agent", agent.gln());
          field.accept(grower.administrator(), dismissed);
          return field.refuse(
              agent.device(), Draft.of("harvested").with("sanchi:onBehalfOf", grower.gln()));
        });
    refuses(
        Reason.NO_ROLE,
        "a carrier that commissions a lot",
        field ->
            field.refuse(
                field.organisation("456995100009", "carrier").device(),
                Draft.of("lot_commissioned")));
    refuses(
        Reason.NO_ROLE,
        "a grower whose role was withdrawn",
        field -> {
          Organisation grower = field.organisation("456995100009", "grower");
          Draft sowing = Draft.of("sowing");
          field.accept(grower.device(), sowing);
          field.accept(
              field.member(0), Draft.of("role_withdrawn").with("sanchi:gln", grower.gln()));
          return field.refuse(grower.device(), Draft.of("weeding"));
        });
    refuses(
        Reason.NO_ROLE,
        "an inspector of whom one member alone is convinced",
        field -> {
          Organisation body = field.organisation("456995100009");
          field.accept(
              field.member(0),
              Draft.of("role_granted")
                  .with("sanchi:gln", body.gln())
                  .with("sanchi:role", "inspector"));
          return field.refuse(body.device(), Draft.of("lot_inspected"));
        });
    refuses(
        Reason.NOT_ACCREDITED,
        "an inspection by a scheme without accreditation",
        field ->
            field.refuse(
                field.inspector().device(),
                Draft.of("lot_inspected").with("sanchi:scheme", "global_gap")));
    refuses(
        Reason.NOT_ACCREDITED,
        "an inspection after the accreditation was withdrawn",
        field -> {
          Organisation inspector = field.inspector();
          Draft inspected = Draft.of("lot_inspected").with("sanchi:scheme", "organic_jas");
          field.accept(inspector.device(), inspected);
          field.approve(Draft.of("accreditation_withdrawn").with("sanchi:gln", inspector.gln()));
          return field.refuse(inspector.device(), inspected.with("sanchi:note", "again"));
        });
    refuses(
        Reason.NOT_YOUR_ORGANISATION,
        "a member that gives a role to another member's organisation",
        field -> {
          field.grower();
          return field.refuse(
              field.member(1), Draft.of("role_granted").with("sanchi:role", "retailer"));
        });
    refuses(
        Reason.NOT_YOUR_ORGANISATION,
        "a member that enrols a device of another member's organisation",
        field ->
            field.refuse(
                field.member(1), new Device("new", field.grower().gln()).enrolment(false)));
    refuses(
        Reason.NOT_YOUR_ORGANISATION,
        "an administrator that revokes another organisation's device",
        field -> {
          Organisation grower = field.grower();
          return field.refuse(rival(field).administrator(), revocation(grower.device()));
        });
    refuses(
        Reason.OUT_OF_RANGE,
        "a lot in another's number range",
        field -> field.refuse(rival(field).device(), Draft.of("lot_commissioned")));
    refuses(
        Reason.OUT_OF_RANGE,
        "a lot in a range that was withdrawn",
        field -> {
          Organisation grower = field.grower();
          field.approve(Draft.of("range_withdrawn").with("sanchi:gln", grower.gln()));
          return field.refuse(grower.device(), Draft.of("lot_commissioned"));
        });
    refuses(
        Reason.OUT_OF_RANGE,
        "a crate in another's number range",
        field -> {
          Draft packed = Draft.of("packed_lot").with("sanchi:day", "2026-08-15");
          return field.refuse(rival(field).device(), packed.with("parentID", Draft.crate("C7")));
        });
    refuses(
        Reason.OUT_OF_RANGE,
        "a lot in a loan that was returned",
        field -> {
          Organisation lender = field.grower();
          Organisation borrower = rival(field);
          Draft loan =
              Draft.of("range_lent")
                  .with("sanchi:gln", borrower.gln())
                  .with("sanchi:prefix", "456995111");
          field.accept(lender.administrator(), loan);
          field.accept(borrower.device(), Draft.of("lot_commissioned"));
          field.accept(
              borrower.administrator(),
              Draft.of("range_returned")
                  .with("sanchi:gln", borrower.gln())
                  .with("sanchi:prefix", "456995111"));
          return field.refuse(
              borrower.device(),
              field.draft("lot_commissioned").with("quantityList", Draft.lots(OTHER_LOT)));
        });
    refuses(
        Reason.FUTURE_EVENT,
        "an event of the day after tomorrow",
        field -> {
          Device phone = field.grower().device();
          Draft sowing = Draft.of("sowing").at("2026-08-16T01:01:00.000Z");
          return field.refuse(phone, sowing);
        });
  }

  private void corrections() {
    refuses(
        Reason.EVENT_UNKNOWN,
        "a correction of what nobody has seen",
        field ->
            field.refuse(field.grower().device(), Draft.of("sowing").declaredError(Draft.HASH)));
    refuses(
        Reason.NOT_YOUR_EVENT,
        "a correction of another's event",
        field -> {
          Draft sowing = Draft.of("sowing");
          String id = field.accept(field.grower().device(), sowing);
          return field.refuse(rival(field).device(), sowing.declaredError(id));
        });
    refuses(
        Reason.CANNOT_BE_CORRECTED,
        "an inspection taken back",
        field -> {
          Device inspector = field.inspector().device();
          Draft inspected = Draft.of("lot_inspected");
          String id = field.accept(inspector, inspected);
          return field.refuse(inspector, inspected.declaredError(id));
        });
    refuses(
        Reason.CANNOT_BE_CORRECTED,
        "a declaration taken back",
        field -> {
          Device phone = field.grower().device();
          Draft sowing = Draft.of("sowing");
          String id = field.accept(phone, sowing);
          String declaration = field.accept(phone, sowing.declaredError(id));
          return field.refuse(phone, sowing.declaredError(declaration));
        });
    refuses(
        Reason.ALREADY_CORRECTED,
        "a second correction",
        field -> {
          Device phone = field.grower().device();
          Draft sowing = Draft.of("sowing");
          String id = field.accept(phone, sowing);
          field.accept(phone, sowing.declaredError(id));
          return field.refuse(phone, sowing.declaredError(id));
        });
    refuses(
        Reason.CORRECTION_DIFFERS,
        "a correction that tells another story",
        field -> {
          Device phone = field.grower().device();
          Draft sowing = Draft.of("sowing");
          String id = field.accept(phone, sowing);
          return field.refuse(phone, sowing.declaredError(id).with("sanchi:variety", "other"));
        });
    refuses(
        Reason.EVENT_UNKNOWN,
        "a supplement to an inspection of another lot",
        field -> {
          Device inspector = field.inspector().device();
          String id = field.accept(inspector, Draft.of("lot_inspected"));
          return field.refuse(
              inspector,
              Draft.of("lot_inspected", "2")
                  .with("quantityList", Draft.lots(OTHER_LOT))
                  .with("sanchi:supplements", id));
        });
    refuses(
        Reason.EVENT_UNKNOWN,
        "a supplement to what is no inspection",
        field -> {
          String id = field.accept(field.grower().device(), Draft.of("lot_commissioned"));
          return field.refuse(
              field.inspector().device(), Draft.of("lot_inspected").with("sanchi:supplements", id));
        });
  }

  private void lots() {
    refuses(
        Reason.ALREADY_COMMISSIONED,
        "a lot commissioned twice",
        field -> {
          Device phone = field.grower().device();
          field.accept(phone, field.draft("lot_commissioned"));
          return field.refuse(phone, field.draft("lot_commissioned"));
        });
    refuses(
        Reason.ALREADY_COMMISSIONED,
        "a lot that comes out of a transformation though it exists",
        field -> {
          Device phone = field.grower().device();
          field.accept(phone, Draft.of("lot_commissioned"));
          return field.refuse(phone, Draft.of("transformed"));
        });
    refuses(
        Reason.ALREADY_COMMISSIONED,
        "a lot that its commissioner took back, by another",
        field -> {
          Device phone = field.grower().device();
          Organisation rival = rival(field);
          field.range(rival.gln(), "4569951");
          Draft commissioned = Draft.of("lot_commissioned");
          String id = field.accept(phone, commissioned);
          field.accept(phone, commissioned.declaredError(id));
          return field.refuse(rival.device(), Draft.of("lot_commissioned", "rival's"));
        });
    refuses(
        Reason.LOT_UNKNOWN,
        "the recall of a lot that nobody commissioned",
        field -> field.refuse(field.grower().device(), Draft.of("recalled")));
    refuses(
        Reason.LOT_UNKNOWN,
        "the end of a recall of a lot that nobody commissioned",
        field -> field.refuse(field.inspector().device(), Draft.of("recall_ended")));
    refuses(
        Reason.NOT_THE_COMMISSIONER,
        "a recall by a rival",
        field -> {
          field.accept(field.grower().device(), Draft.of("lot_commissioned"));
          return field.refuse(rival(field).device(), Draft.of("recalled"));
        });
    refuses(
        Reason.NEEDS_INSPECTOR_OR_AUTHORITY,
        "the end of a recall by an inspector without accreditation",
        field -> {
          Device phone = field.grower().device();
          field.accept(phone, Draft.of("lot_commissioned"));
          field.accept(phone, Draft.of("recalled"));
          Device inspector = field.organisation("456995100009", "inspector").device();
          return field.refuse(inspector, Draft.of("recall_ended"));
        });
  }

  private void labels() {
    refuses(
        Reason.RUN_EXISTS,
        "a run printed twice",
        field -> {
          Device phone = printed(field);
          return field.refuse(phone, Draft.of("labels_printed", "again"));
        });
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "a run of 501 labels",
        field ->
            field.refuse(
                field.grower().device(), Draft.of("labels_printed").with("sanchi:count", 501)));
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "a run of no labels",
        field ->
            field.refuse(
                field.grower().device(), Draft.of("labels_printed").with("sanchi:count", 0)));
    refuses(
        Reason.RUN_UNKNOWN,
        "labels bound that were never printed",
        field -> field.refuse(field.grower().device(), Draft.of("labels_bound")));
    refuses(
        Reason.RUN_UNKNOWN,
        "labels packed that were never printed",
        field -> field.refuse(field.grower().device(), Draft.of("packed")));
    refuses(
        Reason.NOT_YOUR_RUN,
        "another's labels bound",
        field -> {
          printed(field);
          Organisation rival = rival(field);
          field.range(rival.gln(), "4569951");
          return field.refuse(rival.device(), Draft.of("labels_bound"));
        });
    refuses(
        Reason.NOT_YOUR_RUN,
        "another's labels packed",
        field -> {
          field.accept(printed(field), Draft.of("labels_bound"));
          Organisation rival = rival(field);
          field.range(rival.gln(), "4569951");
          return field.refuse(rival.device(), Draft.of("packed"));
        });
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "a number that was not printed",
        field -> field.refuse(printed(field), bound(0, 60)));
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "numbers that go back",
        field -> field.refuse(printed(field), bound(9, 8)));
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "a number packed that was not printed",
        field ->
            field.refuse(
                printed(field),
                Draft.of("packed")
                    .with("sanchi:packages", Draft.numbers(Draft.gtin(11001), "0001", 60, 60))));
    refuses(
        Reason.LABEL_OVERLAP,
        "a number bound twice",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 9));
          return field.refuse(phone, bound(9, 12));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a bound number voided",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 9));
          return field.refuse(phone, Draft.of("labels_voided"));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a voided number bound",
        field -> {
          Device phone = printed(field);
          field.accept(phone, Draft.of("labels_voided"));
          return field.refuse(phone, bound(5, 20));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a number packed that is not bound",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 9));
          return field.refuse(phone, Draft.of("packed"));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a number packed twice",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 39));
          field.accept(phone, Draft.of("packed"));
          return field.refuse(phone, Draft.of("packed", "2").with("parentID", Draft.sscc(2)));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a number packed twice by one event",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 39));
          String gtin = Draft.gtin(11001);
          return field.refuse(
              phone,
              Draft.of("packed")
                  .with(
                      "sanchi:packages",
                      Json.array(
                          Draft.numbers(gtin, "0001", 0, 9).get(0),
                          Draft.numbers(gtin, "0001", 9, 19).get(0))));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a number packed that was relabelled",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 19));
          field.accept(phone, relabelled("0001", 30, 39));
          return field.refuse(phone, Draft.of("packed"));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a package relabelled to numbers in use",
        field -> {
          Device phone = printed(field);
          field.accept(phone, bound(0, 39));
          return field.refuse(phone, relabelled("0001", 30, 39));
        });
    refuses(
        Reason.LABEL_OVERLAP,
        "a package relabelled to its own number",
        field -> field.refuse(printed(field), relabelled("0001", 9, 18)));
    refuses(
        Reason.LABEL_OVERLAP,
        "a package relabelled twice",
        field -> {
          Device phone = printed(field);
          field.accept(phone, relabelled("0001", 30, 39));
          return field.refuse(phone, relabelled("0001", 40, 49));
        });
    refuses(
        Reason.LABEL_OUT_OF_RUN,
        "ten packages relabelled as twenty",
        field -> field.refuse(printed(field), relabelled("0001", 20, 39)));
    refuses(
        Reason.RUN_UNKNOWN,
        "a package relabelled to a run that was never printed",
        field -> field.refuse(printed(field), relabelled("0002", 0, 9)));
    refuses(
        Reason.NOT_YOUR_LOT,
        "labels bound to another's lot",
        field -> {
          Organisation rival = rival(field);
          field.range(rival.gln(), "4569951");
          field.accept(rival.device(), Draft.of("lot_commissioned"));
          return field.refuse(printed(field), Draft.of("labels_bound"));
        });
  }

  private void units() {
    refuses(
        Reason.UNIT_EXISTS,
        "a pallet that another has packed",
        field -> {
          field.accept(field.grower().device(), Draft.of("packed_lot"));
          Organisation rival = rival(field);
          field.range(rival.gln(), "4569951");
          return field.refuse(rival.device(), Draft.of("packed_unit"));
        });
  }

  private void certificatesAndInspections() {
    refuses(
        Reason.CERTIFICATE_UNKNOWN,
        "the revocation of what was not granted",
        field -> {
          field.accept(field.grower().device(), Draft.of("certificate_applied"));
          return field.refuse(field.inspector().device(), Draft.of("certificate_revoked"));
        });
    for (String kind :
        List.of("certificate_suspended", "certificate_revoked", "certificate_renewed")) {
      refuses(
          Reason.NOT_THE_CERTIFIER,
          kind + " by another certifier",
          field -> {
            field.accept(field.inspector().device(), granted());
            Organisation other = field.organisation("456995100009", "certifier");
            return field.refuse(other.device(), Draft.of(kind));
          });
    }
    refuses(
        Reason.NOT_THE_CERTIFIER,
        "a certificate that another has granted, granted again",
        field -> {
          field.accept(field.inspector().device(), granted());
          Organisation other = field.organisation("456995100009", "certifier");
          field.accredit(other.gln(), "organic_jas");
          return field.refuse(other.device(), Draft.of("certificate_granted", "again"));
        });
    refuses(
        Reason.SAME_INSPECTOR,
        "an inspector that supplements its own refusal",
        field -> {
          Device inspector = field.inspector().device();
          String id =
              field.accept(
                  inspector, Draft.of("lot_inspected").with("disposition", "non_conformant"));
          return field.refuse(
              inspector, Draft.of("lot_inspected", "2").with("sanchi:supplements", id));
        });
  }

  private void keys() {
    refuses(
        Reason.KEY_EXISTS,
        "a key enrolled twice",
        field -> {
          Organisation grower = field.grower();
          return field.refuse(grower.administrator(), grower.device().enrolment(true));
        });
    refuses(
        Reason.KEY_EXISTS,
        "a revoked key enrolled again",
        field -> {
          Organisation grower = field.grower();
          field.accept(grower.administrator(), revocation(grower.device()));
          return field.refuse(grower.administrator(), grower.device().enrolment(true));
        });
    refuses(
        Reason.BAD_PROOF,
        "a key enrolled without having it",
        field -> {
          Device administrator = field.grower().administrator();
          Draft enrolment = new Device("new", administrator.gln).enrolment(false);
          Json.Obj another = Field.key("another").jwk();
          return field.refuse(administrator, enrolment.with("sanchi:jwk", another));
        });
    refuses(
        Reason.BAD_PROOF,
        "a proof that is no signature",
        field -> {
          Device administrator = field.grower().administrator();
          Draft enrolment = new Device("new", administrator.gln).enrolment(false);
          return field.refuse(administrator, enrolment.with("sanchi:proof", "trust me"));
        });
    refuses(
        Reason.BAD_PROOF,
        "a proof for another organisation",
        field -> {
          Device administrator = field.grower().administrator();
          Draft enrolment = new Device("new", Draft.gln(8)).enrolment(false);
          return field.refuse(administrator, enrolment.with("sanchi:gln", administrator.gln));
        });
    refuses(
        Reason.KEY_UNKNOWN,
        "the revocation of a key that nobody enrolled",
        field -> {
          Device administrator = field.grower().administrator();
          return field.refuse(administrator, revocation(new Device("new", administrator.gln)));
        });
    refuses(
        Reason.KEY_UNKNOWN,
        "the revocation of another organisation's key as one's own",
        field -> {
          Organisation grower = field.grower();
          Organisation rival = rival(field);
          return field.refuse(
              rival.administrator(), revocation(grower.device()).with("sanchi:gln", rival.gln()));
        });
  }

  private void organisations() {
    refuses(
        Reason.ORGANISATION_EXISTS,
        "an organisation that another member has admitted",
        field -> {
          field.grower();
          return field.refuse(field.member(1), Draft.of("organisation_admitted"));
        });
    refuses(
        Reason.RANGE_NOT_YOURS,
        "a loan of another's range",
        field -> {
          Organisation grower = field.grower();
          return field.refuse(
              rival(field).administrator(),
              Draft.of("range_lent").with("sanchi:gln", grower.gln()));
        });
    refuses(
        Reason.RANGE_NOT_YOURS,
        "a loan of more than one has",
        field -> {
          Organisation grower = field.grower();
          Organisation rival = rival(field);
          return field.refuse(
              grower.administrator(),
              Draft.of("range_lent")
                  .with("sanchi:gln", rival.gln())
                  .with("sanchi:prefix", "456995"));
        });
    refuses(
        Reason.RANGE_NOT_YOURS,
        "a loan lent on",
        field -> {
          Organisation grower = field.grower();
          Organisation borrower = rival(field);
          Draft loan = field.draft("range_lent").with("sanchi:gln", borrower.gln());
          field.accept(grower.administrator(), loan);
          return field.refuse(
              borrower.administrator(), field.draft("range_lent").with("sanchi:gln", grower.gln()));
        });
    refuses(
        Reason.RANGE_NOT_YOURS,
        "another's loan ended",
        field -> {
          Organisation grower = field.grower();
          Organisation borrower = rival(field);
          Organisation third = field.organisation("456995100009");
          field.accept(
              grower.administrator(), field.draft("range_lent").with("sanchi:gln", borrower.gln()));
          return field.refuse(
              third.administrator(),
              field.draft("range_returned").with("sanchi:gln", borrower.gln()));
        });
  }

  private void consortium() {
    refuses(
        Reason.ALREADY_FOUNDED,
        "a second founding",
        field ->
            field.refuse(
                field.member(1),
                field
                    .founding()
                    .with("sanchi:threshold", Json.object("members", 1, "operators", 1))));
    refuses(
        Reason.ALREADY_APPROVED,
        "a member that approves twice",
        field -> {
          Draft removed = Draft.of("member_removed").with("sanchi:mspId", "TokyoMSP");
          field.accept(field.member(0), removed);
          return field.refuse(field.member(0), removed);
        });
    refuses(
        Reason.ALREADY_APPROVED,
        "a member that approves again what is in force",
        field -> {
          field.grower();
          Draft granted = Draft.of("range_granted").with("sanchi:prefix", "45699520");
          field.approve(granted);
          return field.refuse(field.member(1), granted);
        });
  }

  private void windows() {
    Draft window = Draft.of("window_recorded");
    refusesWindow(
        "that ends before it begins", window.with("sanchi:to", "2026-08-14T23:00:00.000Z"));
    refusesWindow("beyond midnight", window.with("sanchi:from", "2026-08-14T23:59:59.999Z"));
    refusesWindow("with a count that does not fit", window.with("sanchi:count", 59));
    refusesWindow("with gaps that nobody counts", window.with("sanchi:gaps", 1));
    refusesWindow("of nothing", window.with("sanchi:count", 0).with("sanchi:gaps", 60));
    refusesWindow(
        "with numbers that go back", window.with("sanchi:firstSeq", 160).with("sanchi:count", 0));
    refusesWindow(
        "that tells EPCIS readers another end",
        window.with("sanchi:to", "2026-08-15T00:58:00.000Z"));
  }

  private void refusesWindow(String sentence, Draft window) {
    refuses(
        Reason.WINDOW_MALFORMED,
        "a window " + sentence,
        field -> field.refuse(field.grower().device(), window));
  }

  private void crowding() {
    refuses(
        Reason.NOT_A_PARTY,
        "a rival's 33rd event on a lot",
        field -> {
          field.accept(field.grower().device(), Draft.of("lot_commissioned"));
          Device rival = rival(field).device();
          for (int i = 0; i < 32; i++) {
            field.accept(rival, field.draft("weeding"));
          }
          return field.refuse(rival, field.draft("weeding"));
        });
    refuses(
        Reason.NOT_A_PARTY,
        "a member's 33rd proposal that nobody approves",
        field -> {
          field.grower();
          for (int i = 0; i < 32; i++) {
            field.accept(
                field.member(0), field.draft("range_granted").with("sanchi:prefix", "1234"));
          }
          return field.refuse(
              field.member(0), field.draft("range_granted").with("sanchi:prefix", "1234"));
        });
    refuses(
        Reason.NOT_A_PARTY,
        "a member that distrusts certificates for the 65th time",
        field -> {
          for (int i = 0; i < 64; i++) {
            field.accept(field.member(1), field.draft("certificates_distrusted"));
          }
          field.accept(field.member(2), field.draft("certificates_distrusted"));
          return field.refuse(field.member(1), field.draft("certificates_distrusted"));
        });
    refuses(
        Reason.NOT_A_PARTY,
        "a loan lent and taken back again and again to bury an organisation",
        field -> {
          Organisation grower = field.grower();
          Organisation rival = rival(field);
          for (int i = 0; i < 16; i++) {
            for (String kind : List.of("range_lent", "range_returned")) {
              Draft draft = field.draft(kind).with("sanchi:gln", rival.gln());
              field.accept(grower.administrator(), draft);
            }
          }
          Draft draft = field.draft("range_lent").with("sanchi:gln", rival.gln());
          return field.refuse(grower.administrator(), draft);
        });
  }

  // What the stories are made of

  private static Device phone() {
    return new Device("phone", Draft.gln(1));
  }

  /** A grower with no number range. */
  private static Organisation rival(Field field) {
    return field.organisation("491234500001", "grower", "processor");
  }

  private static Device printed(Field field) {
    Device phone = field.grower().device();
    field.accept(phone, Draft.of("labels_printed"));
    return phone;
  }

  private static Draft bound(int first, int last) {
    return Draft.of("labels_bound", first + " to " + last)
        .with("sanchi:first", first)
        .with("sanchi:last", last);
  }

  private static Draft relabelled(String newRun, int newFirst, int newLast) {
    return Draft.of("packages_relabelled")
        .with("sanchi:newRun", newRun)
        .with("sanchi:newFirst", newFirst)
        .with("sanchi:newLast", newLast);
  }

  private static Draft granted() {
    return Draft.of("certificate_granted");
  }

  private static Draft revocation(Device device) {
    return Draft.of("device_revoked")
        .with("sanchi:gln", device.gln)
        .with("sanchi:kid", device.key.kid());
  }

  private static Draft changed(Json.Obj member) {
    return Draft.of("member_changed").with("sanchi:members", Json.array(member));
  }

  private static String base64(byte[] der) {
    return Base64.getEncoder().encodeToString(der);
  }

  private static byte[] payload(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

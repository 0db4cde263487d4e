package jp.sanchi.demonstration;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/**
 * A tenant as the stories need it: admitted by its member, with an administrator's browser and one
 * phone. What it describes (names, places, products) goes into salted documents beside the ledger.
 */
final class Organisation {
  private static final SecureRandom RANDOM = new SecureRandom();

  final String gln;
  final Device browser;
  final Device phone;
  private final Script script;

  private Organisation(String gln, String consortium, Clock clock, Script script) {
    this.gln = gln;
    this.browser = new Device(consortium, gln, clock);
    this.phone = new Device(consortium, gln, clock);
    this.script = script;
  }

  /**
   * @param member admits it
   * @param approver an administrator of another member, for what one member can't give alone
   */
  static Organisation admit(
      String gln,
      String consortium,
      Clock clock,
      Script script,
      Administrator member,
      Administrator approver,
      List<String> roles,
      List<String> ranges,
      List<String> schemes) {
    Organisation organisation = new Organisation(gln, consortium, clock, script);
    List<String> events = new ArrayList<>();
    events.add(member.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)));
    for (String role : roles) {
      approve(
          events,
          member,
          List.of("inspector", "certifier", "authority").contains(role) ? approver : null,
          Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", role));
    }
    for (String range : ranges) {
      approve(
          events,
          member,
          approver,
          Draft.of("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", range));
    }
    for (String scheme : schemes) {
      approve(
          events,
          member,
          approver,
          Draft.of("accreditation_granted").with("sanchi:gln", gln).with("sanchi:scheme", scheme));
    }
    events.add(member.sign(organisation.browser.enrolment(true)));
    events.add(organisation.browser.sign(organisation.phone.enrolment(false)));
    script.events(events);
    return organisation;
  }

  private static void approve(
      List<String> events, Administrator member, Administrator approver, Draft draft) {
    // More than half of three members: two sign the same.
    Json.Obj payload = member.payload(draft);
    events.add(member.sign(payload));
    if (approver != null) {
      events.add(approver.approve(payload));
    }
  }

  /** Describes, and returns the document. */
  Json.Obj describe(String kind, String member, String key, Json.Obj content) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    Json.Obj document = content.with("salt", Json.of(Base64Url.encode(salt)));
    Draft draft =
        Draft.of(kind)
            .with("sanchi:document", Base64Url.encode(LabelRun.sha256(document.canonical())));
    if (member != null) {
      draft.with(member, key);
    }
    script.events(List.of(browser.sign(draft)));
    script.document(document);
    return document;
  }

  /** Enrols one more key of the organisation. */
  void enrol(Device device, boolean administrator) {
    script.events(List.of(browser.sign(device.enrolment(administrator))));
  }

  void log(Draft... drafts) {
    List<String> events = new ArrayList<>();
    for (Draft draft : drafts) {
      events.add(phone.sign(draft));
    }
    script.events(events);
  }

  static Json.Obj names(String japanese, String english) {
    return Json.object("name", Json.object("en", english, "ja", japanese));
  }

  /** A 13-digit key (GLN, or the fixed part of a GDTI) from its first 12 digits. */
  static String thirteen(String twelve) {
    return twelve + Gs1.checkDigit(twelve);
  }
}

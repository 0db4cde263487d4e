package jp.sanchi.kernel.verify;

import java.util.Map;

/** What checks, reasons and findings mean, in a few English words each. */
final class Sentences {
  private static final Map<String, String> CHECKS =
      Map.ofEntries(
          Map.entry("bundle", "the file is a bundle, in its only form"),
          Map.entry("trust", "the trust file has not expired"),
          Map.entry("statement", "the statement is of this consortium's ledger"),
          Map.entry("endorsements", "enough members have signed the statement"),
          Map.entry("freshness", "the statement is fresh"),
          Map.entry("events", "every event is well formed"),
          Map.entry("histories", "every history is whole and as stated"),
          Map.entry("signatures", "every event is signed by a key that was good"),
          Map.entry("authority", "whoever signed was allowed to"),
          Map.entry("required", "no history is missing, none is too many"),
          Map.entry("label", "the label is the one that was printed"),
          Map.entry("documents", "names and pictures are those that were described"),
          Map.entry("readings", "the readings are those of the windows"));

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("earlier_failure", "an earlier check failed"),
          Map.entry(
              "bundle_malformed", "the file is no bundle, or not in the form that servers write"),
          Map.entry("trust_expired", "the trust file has expired; get a newer one"),
          Map.entry("statement_malformed", "the endorsed answer is no statement"),
          Map.entry("statement_status", "the ledger answered with an error"),
          Map.entry("statement_chaincode", "another chaincode answered"),
          Map.entry("statement_channel", "the statement is of another channel"),
          Map.entry("statement_consortium", "the statement is of another consortium"),
          Map.entry("endorsement_malformed", "an endorsement is not in the form that peers write"),
          Map.entry("endorser_unknown", "somebody who is no member endorsed"),
          Map.entry("certificate_malformed", "a certificate cannot be read"),
          Map.entry(
              "certificate_not_trusted", "a certificate does not come from its member's roots"),
          Map.entry("certificate_expired", "a certificate was not valid at the time"),
          Map.entry("certificate_bad_signature", "a certificate is not signed by its authority"),
          Map.entry("certificate_not_ca", "a certificate is signed by what is no authority"),
          Map.entry("certificate_not_peer", "an endorser's certificate is not a peer's"),
          Map.entry("certificate_not_admin", "a certificate is not an administrator's"),
          Map.entry("certificate_revoked", "a certificate has been revoked"),
          Map.entry("endorsement_bad_signature", "an endorsement is not over this statement"),
          Map.entry("threshold_members", "too few members have signed the statement"),
          Map.entry("threshold_operators", "too few operators have signed the statement"),
          Map.entry("challenge_mismatch", "the statement answers somebody else's challenge"),
          Map.entry("statement_too_old", "the statement is too old"),
          Map.entry("statement_from_future", "the statement is from the future"),
          Map.entry(
              "no_challenge",
              "without --challenge or --max-age an old statement looks like a new one"),
          Map.entry("tick_old", "the peers had not heard from the ledger for minutes"),
          Map.entry("jws_malformed", "an event is no signed object"),
          Map.entry("jws_bad_header", "an event's header is wrong"),
          Map.entry("event_malformed", "an event is not as its kind demands"),
          Map.entry("wrong_consortium", "an event is of another consortium"),
          Map.entry("unknown_kind", "an event is of a kind that only a newer verifier knows"),
          Map.entry("history_not_stated", "the statement says nothing of a history"),
          Map.entry(
              "event_not_of_subject", "an event stands in a history that it does not belong to"),
          Map.entry("record_time_back", "record times go back"),
          Map.entry("history_incomplete", "events have been left out of a history"),
          Map.entry("history_longer", "a history has more events than the ledger"),
          Map.entry("history_changed", "a history is not the one that the ledger holds"),
          Map.entry("event_unused", "an event stands in no history"),
          Map.entry("kid_mismatch", "an event names another key than its certificate"),
          Map.entry("key_not_enrolled", "an event's key was not enrolled"),
          Map.entry(
              "key_of_another_organisation", "an event's key belongs to another organisation"),
          Map.entry("key_revoked", "an event was recorded after its key was revoked"),
          Map.entry("bad_signature", "an event's signature is wrong"),
          Map.entry("wrong_signer", "an event is not signed by whom its kind demands"),
          Map.entry("not_an_administrator", "an event needs an administrator's key"),
          Map.entry("organisation_not_admitted", "an organisation had not been admitted"),
          Map.entry("no_role", "an organisation did not have the role"),
          Map.entry("not_accredited", "an organisation was not accredited for the scheme"),
          Map.entry("not_an_agent", "an organisation recorded for another without being its agent"),
          Map.entry("missing_history", "a history that the answer needs is missing"),
          Map.entry("surplus_history", "there is a history that the answer does not need"),
          Map.entry("not_followed", "there is more of it than a bundle can hold"),
          Map.entry("label_missing", "what was printed at the label's number is missing"),
          Map.entry("label_surplus", "there is a label where none was printed"),
          Map.entry("label_bad_path", "the label is not the one of the printed run"),
          Map.entry("document_malformed", "a description cannot be read"),
          Map.entry("document_surplus", "a description is not the one that was signed"),
          Map.entry("readings_malformed", "a reading cannot be read"),
          Map.entry("readings_surplus", "there are readings of no window"),
          Map.entry("readings_wrong", "readings are not those of their window"),
          Map.entry("readings_not_included", "the temperature readings are not in the file"));

  private static final Map<String, String> FINDINGS =
      Map.ofEntries(
          Map.entry("label_unknown", "this code was never printed"),
          Map.entry("label_not_activated", "this code was printed, but never put on a package"),
          Map.entry("label_voided", "this code was withdrawn"),
          Map.entry("lot_mismatch", "the code names another lot than the one packed"),
          Map.entry("never_commissioned", "nobody has said where this lot began"),
          Map.entry("explained_late", "the lot's beginning was recorded late"),
          Map.entry("recalled", "this lot is recalled"),
          Map.entry("input_recalled", "something that it was made from is recalled"),
          Map.entry("recall_ended", "a recall was ended"),
          Map.entry("moved_under_recall", "it was moved on although recalled"),
          Map.entry(
              "certificate_not_granted", "a claim names a certificate that was never granted"),
          Map.entry("certificate_revoked", "a claim names a certificate that is revoked"),
          Map.entry("certificate_suspended", "a claim names a certificate that is suspended"),
          Map.entry(
              "certificate_not_valid_then",
              "a claim names a certificate that was not valid on that day"),
          Map.entry("certificate_of_another", "a claim names somebody else's certificate"),
          Map.entry(
              "input_certificate", "a claim about something that it was made from does not hold"),
          Map.entry("inspection_refused", "an inspector has refused this lot"),
          Map.entry("own_lot_inspected", "the producer has inspected the own lot"),
          Map.entry(
              "withdrawal_not_kept",
              "it was harvested before the medicine's withdrawal period ended"),
          Map.entry("key_suspect", "an event's key may have been in wrong hands"),
          Map.entry("shipped_by_non_holder", "somebody shipped it who did not hold it"),
          Map.entry("unconfirmed", "somebody has recorded something whom nothing leads to"),
          Map.entry("record_awaited", "a receiver has not recorded the arrival yet"),
          Map.entry("two_places_at_once", "it was recorded in two places at once"),
          Map.entry("sold_twice", "it was sold twice: the code may be a copy"),
          Map.entry("late_entry", "an event was recorded days after it happened"),
          Map.entry("clock_difference", "a device's clock was fast"),
          Map.entry("corrected", "an event was corrected"),
          Map.entry(
              "corrected_after_shipping", "what was first said was changed after it was shipped"),
          Map.entry("carriage_not_known", "how it was carried was not recorded"),
          Map.entry("readings_awaited", "the temperature of a day is not recorded"));

  private Sentences() {}

  static String check(String name) {
    return CHECKS.get(name);
  }

  static String reason(String code) {
    return REASONS.getOrDefault(code, code);
  }

  static String finding(String code) {
    return FINDINGS.getOrDefault(code, code);
  }
}

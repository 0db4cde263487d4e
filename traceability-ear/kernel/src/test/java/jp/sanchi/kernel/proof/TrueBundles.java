package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.BadBundles.Case;
import jp.sanchi.kernel.proof.World.Device;
import jp.sanchi.kernel.proof.World.Organisation;

/** Honest bundles, also of what went wrong on the way: they pass, and say so. */
final class TrueBundles {
  /** What happened, and the codes of all findings that it must have. */
  record True(String name, List<String> findings, Supplier<Case> made) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String RUN = Stories.RUN;
  private static final String GTIN = Stories.KOMATSUNA;

  private final List<True> all = new ArrayList<>();

  static List<True> all() {
    TrueBundles stories = new TrueBundles();
    stories.whole();
    stories.trust();
    stories.labels();
    stories.lots();
    stories.certificates();
    stories.custody();
    stories.coldChain();
    stories.correctedTwice();
    return stories.all;
  }

  private void add(String name, Supplier<Case> made, String... findings) {
    all.add(new True(name, List.of(findings), made));
  }

  private static Case of(World world, String url) {
    return BadBundles.of(world.serve(url));
  }

  /** Komatsuna with something that happens at the end. */
  private void late(String name, Consumer<Stories.Komatsuna> then, String... findings) {
    add(
        name,
        () -> {
          Stories.Komatsuna story = Stories.Komatsuna.whole();
          then.accept(story);
          return of(story.world, story.url);
        },
        findings);
  }

  /** Komatsuna with something that happens before it is packed. */
  private void early(String name, Consumer<Stories.Komatsuna> then, String... findings) {
    add(
        name,
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field();
          then.accept(story);
          story.packing().journey();
          return of(story.world, story.url);
        },
        findings);
  }

  private void small(String name, Consumer<Stories.Smallest> then, String... findings) {
    add(
        name,
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          then.accept(story);
          return of(story.world, story.url);
        },
        findings);
  }

  private void whole() {
    small("the_smallest_package", story -> {}, "carriage_not_known");
    late("komatsuna_from_field_to_shelf", story -> {});
    add(
        "salmon_from_hatchery_and_feed_to_fillet",
        () -> {
          Stories.Salmon story = new Stories.Salmon();
          return of(story.world, story.url);
        });
    add(
        "twelve_growers_in_one_bag",
        () -> {
          Stories.TwelveGrowers story = new Stories.TwelveGrowers();
          return of(story.world, story.url);
        },
        "carriage_not_known");
    add(
        "a_code_that_names_its_lot",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          String serial = World.serial(RUN, 0);
          return of(story.world, "/01/" + GTIN + "/10/" + Stories.LOT + "/21/" + serial);
        },
        "carriage_not_known");
    add(
        "a_pallets_own_code",
        () -> {
          Stories.Salmon story = new Stories.Salmon();
          return of(story.world, "/00/" + World.sscc("07000003000000001"));
        });
    add(
        "a_pallet_that_nobody_knows",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, "/00/" + World.sscc("04569951000000009"));
        });
    late("descriptions_that_were_erased", story -> story.world.documents.clear());
    add(
        "a_statement_for_four_challenges",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Served served = story.world.serve(story.url);
          BadBundles.shared(served, 2, 2);
          return BadBundles.of(served);
        },
        "carriage_not_known");
    add(
        "a_statement_that_is_young_enough",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Served served = story.world.serve(story.url);
          return BadBundles.of(served)
              .freshness(new Freshness.MaxAge(600_000, served.time + 600_000));
        },
        "carriage_not_known");
    add(
        "a_statement_about_more_than_was_asked",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Served served = story.world.serve(story.url);
          served.heads.put("lot/" + GTIN + "/OTHER", Statement.Head.NONE);
          return BadBundles.of(served);
        },
        "carriage_not_known");
    add(
        "a_signature_with_a_large_s",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Served served = story.world.serve(story.url);
          served.raw(
              story.commissioned,
              compact -> {
                int dot = compact.lastIndexOf('.') + 1;
                byte[] raw = Base64Url.decode(compact.substring(dot));
                return compact.substring(0, dot) + Base64Url.encode(SeededKey.otherS(raw));
              });
          return BadBundles.of(served);
        },
        "carriage_not_known");
    add(
        "an_office_records_for_a_grower",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Organisation office = story.world.organisation("456995100033");
          story.world.log(
              story.phone,
              "agent_appointed",
              IsoTime.print(story.world.clock),
              "sanchi:agent",
              office.gln());
          BadBundles.onBehalf(story, office);
          return of(story.world, story.url);
        },
        "carriage_not_known");
  }

  private void trust() {
    World.Member fourth = World.stranger("UwajimaMSP", "Uwajima");
    add(
        "a_member_that_came_after_the_trust_file",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.approve("member_changed", "sanchi:members", Json.array(fourth.json()));
          Served served = story.world.serve(story.url);
          served.peers.add(fourth.peers.get(0));
          return BadBundles.of(served);
        },
        "carriage_not_known");
    add(
        "a_member_that_changed_its_root_after_the_trust_file",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          World.Member member = story.world.members.get(0);
          Issuer newer = new Issuer(member.root.organisation, "newer root");
          story.world.approve(
              "member_changed", "sanchi:members", Json.array(member.json(newer.certificate)));
          SeededKey key = World.key("peer of the newer root");
          Served served = story.world.serve(story.url);
          served.peers.set(
              0, new World.Peer(member.mspId, key, newer.leaf(key, "peer", "peer0", 3)));
          return BadBundles.of(served);
        },
        "carriage_not_known");
    small(
        "a_member_that_was_removed_later",
        story -> {
          story.world.append(
              story.world.administrator(
                  2, "role_granted", "sanchi:gln", story.farm.gln(), "sanchi:role", "processor"));
          story.world.approve("member_removed", "sanchi:mspId", "TokyoMSP");
        },
        "carriage_not_known");
    small(
        "an_administrator_who_was_distrusted_later",
        story ->
            story.world.append(
                story.world.administrator(
                    0, "certificates_distrusted", "sanchi:serials", List.of("02"))),
        "carriage_not_known");
  }

  private void labels() {
    add(
        "a_code_that_was_never_printed",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, World.packageUrl(GTIN, "0ZZZ", 0));
        },
        "carriage_not_known",
        "label_unknown");
    add(
        "a_code_beyond_its_run",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, World.packageUrl(GTIN, RUN, 3));
        },
        "carriage_not_known",
        "label_unknown");
    add(
        "a_code_of_a_guessed_serial",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, "/01/" + GTIN + "/21/" + RUN + "0000" + "ZZZZZZZZZZZZ");
        },
        "carriage_not_known",
        "label_unknown");
    add(
        "a_code_of_another_makers_form",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, "/01/" + GTIN + "/21/12%2F34");
        },
        "carriage_not_known",
        "label_unknown");
    add(
        "a_label_still_on_its_roll",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, World.packageUrl(GTIN, RUN, 2));
        },
        "carriage_not_known",
        "label_not_activated");
    add(
        "a_code_that_names_another_lot",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          return of(story.world, "/01/" + GTIN + "/10/OTHER/21/" + World.serial(RUN, 0));
        },
        "carriage_not_known",
        "lot_mismatch");
    small(
        "a_label_that_was_voided",
        story ->
            story.world.log(
                story.phone,
                "labels_voided",
                "2026-08-16T00:00:00.000Z",
                "quantityList",
                World.quantity(World.uri(Gs1.Key.GTIN, GTIN), 1),
                "sanchi:run",
                RUN,
                "sanchi:first",
                0,
                "sanchi:last",
                0),
        "carriage_not_known",
        "label_voided");
    add(
        "a_package_that_was_relabelled",
        () -> {
          Stories.Smallest story = relabelled();
          return of(story.world, World.packageUrl(GTIN, "0002", 1));
        },
        "carriage_not_known");
    add(
        "the_old_label_of_a_relabelled_package",
        () -> {
          Stories.Smallest story = relabelled();
          return of(story.world, story.url);
        },
        "carriage_not_known",
        "label_voided");
    small(
        "a_binding_that_was_taken_back",
        story ->
            story.world.append(
                story.world.correction(story.phone, story.bound, "2026-08-16T00:00:00.000Z")),
        "carriage_not_known",
        "corrected",
        "label_not_activated");
  }

  private static Stories.Smallest relabelled() {
    Stories.Smallest story = new Stories.Smallest();
    story.world.print(story.phone, "2026-08-16T00:00:00.000Z", GTIN, "0002", 2);
    story.world.log(
        story.phone,
        "packages_relabelled",
        "2026-08-16T01:00:00.000Z",
        "quantityList",
        World.quantity(World.lotUri(GTIN, Stories.LOT)),
        "sanchi:run",
        RUN,
        "sanchi:first",
        0,
        "sanchi:last",
        0,
        "sanchi:newRun",
        "0002",
        "sanchi:newFirst",
        1,
        "sanchi:newLast",
        1);
    return story;
  }

  private static TraceEvent lot(
      World world, Device by, String kind, String time, String lotUri, Object... fields) {
    List<Object> all = new ArrayList<>(Arrays.asList(fields));
    if (!all.contains("quantityList")) {
      all.addAll(List.of("quantityList", World.quantity(lotUri)));
    }
    return world.log(by, kind, time, all.toArray());
  }

  private void lots() {
    late("a_recalled_lot", story -> story.recall("2026-08-20T00:00:00.000Z"), "recalled");
    late(
        "a_recall_that_was_ended",
        story -> {
          story.recall("2026-08-20T00:00:00.000Z");
          lot(
              story.world,
              story.inspector.administrator(),
              "recall_ended",
              "2026-08-22T00:00:00.000Z",
              story.lotUri,
              "sanchi:reason",
              "検査済み");
        },
        "recall_ended");
    early(
        "a_lot_moved_under_recall",
        story -> story.recall("2026-08-14T21:00:00.000Z"),
        "moved_under_recall",
        "recalled");
    add(
        "a_fillet_of_recalled_feed",
        () -> {
          Stories.Salmon story = new Stories.Salmon();
          lot(
              story.world,
              story.feed.administrator(),
              "recalled",
              "2026-08-20T00:00:00.000Z",
              story.feedLot,
              "sanchi:reason",
              "salmonella",
              "sanchi:advice",
              "stop feeding");
          return of(story.world, story.url);
        },
        "input_recalled");
    add(
        "a_lot_that_nobody_commissioned",
        () -> {
          World world = new World("nowhere");
          Organisation farm = world.organisation("456995100001", "grower");
          lot(
              world,
              farm.administrator(),
              "weeding",
              "2026-08-15T00:00:00.000Z",
              World.lotUri(GTIN, "X"));
          return of(world, "/01/" + GTIN + "/10/X");
        },
        "carriage_not_known",
        "never_commissioned",
        "unconfirmed");
    add(
        "a_lot_of_which_nobody_ever_spoke",
        () -> of(new World("silence"), "/01/" + GTIN + "/10/X"),
        "carriage_not_known",
        "never_commissioned");
    add(
        "a_lot_made_of_what_nobody_commissioned",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          lot(
              story.world,
              story.phone,
              "planting",
              "2026-08-16T00:00:00.000Z",
              World.lotUri(GTIN, Stories.LOT),
              "sanchi:inputs",
              List.of(World.lotUri(GTIN, "SEED")));
          return of(story.world, story.url);
        },
        "carriage_not_known",
        "never_commissioned");
    add(
        "a_lot_commissioned_after_it_was_worked_on",
        () -> {
          World world = new World("late");
          Organisation farm = world.organisation("456995100001", "grower");
          String uri = World.lotUri(GTIN, "X");
          lot(world, farm.administrator(), "weeding", "2026-08-15T00:00:00.000Z", uri);
          lot(
              world,
              farm.administrator(),
              "lot_commissioned",
              "2026-08-16T00:00:00.000Z",
              uri,
              "readPoint",
              World.place(World.gln("456995100002")));
          return of(world, "/01/" + GTIN + "/10/X");
        },
        "carriage_not_known",
        "explained_late");
    late(
        "a_lot_that_an_inspector_refused",
        story ->
            lot(
                story.world,
                story.inspector.administrator(),
                "lot_inspected",
                "2026-08-17T00:00:00.000Z",
                story.lotUri,
                "disposition",
                "non_conformant"),
        "inspection_refused");
    late(
        "a_refusal_that_a_second_inspector_replaced",
        story -> {
          TraceEvent refusal =
              lot(
                  story.world,
                  story.inspector.administrator(),
                  "lot_inspected",
                  "2026-08-17T00:00:00.000Z",
                  story.lotUri,
                  "disposition",
                  "non_conformant");
          lot(
              story.world,
              story.world.device(story.inspector, "second"),
              "lot_inspected",
              "2026-08-18T00:00:00.000Z",
              story.lotUri,
              "sanchi:supplements",
              refusal.id());
        });
    small(
        "a_grower_that_inspects_itself",
        story -> {
          story.world.approve(
              "role_granted", "sanchi:gln", story.farm.gln(), "sanchi:role", "inspector");
          BadBundles.inspect(story.world, story.farm, null);
        },
        "carriage_not_known",
        "own_lot_inspected");
    early(
        "a_harvest_within_the_withdrawal_period",
        story -> {
          lot(
              story.world,
              story.field,
              "treatment",
              "2026-08-14T21:30:00.000Z",
              story.lotUri,
              "sanchi:product",
              "薬",
              "sanchi:dose",
              "1",
              "sanchi:withdrawalEnd",
              "2026-09-01");
          lot(
              story.world,
              story.field,
              "harvested",
              "2026-08-14T21:35:00.000Z",
              story.lotUri,
              "quantityList",
              World.quantity(story.lotUri, 3, "KGM"));
        },
        "withdrawal_not_kept");
    early(
        "a_rivals_treatment_changes_nothing",
        story -> {
          Organisation rival = story.world.organisation("456995100098", "grower");
          lot(
              story.world,
              rival.administrator(),
              "treatment",
              "2026-08-14T20:50:00.000Z",
              story.lotUri,
              "sanchi:product",
              "薬",
              "sanchi:dose",
              "1",
              "sanchi:inputs",
              List.of(World.lotUri(GTIN, "BAD")),
              "sanchi:withdrawalEnd",
              "2026-09-01");
        },
        "unconfirmed");
    small(
        "an_entry_four_days_late",
        story -> {
          TraceEvent event =
              TraceEvent.read(
                  Jws.parse(
                      story.world.sign(
                          story.phone,
                          "weeding",
                          "2026-08-15T03:00:00.000Z",
                          "quantityList",
                          World.quantity(World.lotUri(GTIN, Stories.LOT)))));
          story.world.append(event, story.world.clock + 4 * 86_400_000L);
        },
        "carriage_not_known",
        "late_entry");
    small(
        "a_clock_that_runs_fast",
        story -> {
          TraceEvent event =
              TraceEvent.read(
                  Jws.parse(
                      story.world.sign(
                          story.phone,
                          "weeding",
                          "2026-08-15T03:00:00.000Z",
                          "quantityList",
                          World.quantity(World.lotUri(GTIN, Stories.LOT)))));
          story.world.append(event, event.loggedAt() - 11 * World.MINUTE);
        },
        "carriage_not_known",
        "clock_difference");
    early(
        "a_harvest_corrected_before_shipping",
        story -> correct(story, "2026-08-14T21:00:00.000Z"),
        "corrected");
    late(
        "a_harvest_corrected_after_shipping",
        story -> correct(story, "2026-08-18T00:00:00.000Z"),
        "corrected_after_shipping",
        "late_entry");
    late(
        "a_key_that_was_stolen_before",
        story ->
            BadBundles.revokeKey(story.world, story.farm, story.field, "2026-08-14T22:30:00.000Z"),
        "key_suspect");
  }

  private static void correct(Stories.Komatsuna story, String time) {
    story.world.append(story.world.correction(story.field, story.harvested, time));
    lot(
        story.world,
        story.field,
        "harvested",
        "2026-08-14T20:40:00.000Z",
        story.lotUri,
        "quantityList",
        World.quantity(story.lotUri, 47, "KGM"),
        "sanchi:loggedAt",
        time);
  }

  private void certified(String name, String kind, Object[] fields, String... findings) {
    late(
        name,
        story -> {
          List<Object> all =
              new ArrayList<>(
                  List.of("epcList", List.of(World.uri(Gs1.Key.GDTI, story.certificate))));
          all.addAll(Arrays.asList(fields));
          story.world.log(
              story.certifier.administrator(), kind, "2026-09-01T00:00:00.000Z", all.toArray());
        },
        findings);
  }

  private void certificates() {
    Object[] reason = {"sanchi:reason", "禁止資材"};
    certified("a_revoked_certificate", "certificate_revoked", reason, "certificate_revoked");
    certified("a_suspended_certificate", "certificate_suspended", reason, "certificate_suspended");
    certified(
        "a_renewed_certificate",
        "certificate_renewed",
        new Object[] {"sanchi:validTo", "2028-05-31"});
    certified(
        "a_certificate_cut_short",
        "certificate_renewed",
        new Object[] {"sanchi:validTo", "2026-07-09"},
        "certificate_not_valid_then");
    late(
        "a_certificate_that_was_never_granted",
        story ->
            lot(
                story.world,
                story.field,
                "graded",
                "2026-08-17T00:00:00.000Z",
                story.lotUri,
                "sanchi:grade",
                "A",
                "sanchi:claims",
                World.claim("organic", World.gdti("456995190001", "NONE"))),
        "certificate_not_granted");
    late(
        "somebody_elses_certificate",
        story -> {
          String other = World.gdti("456995190001", "OTHER");
          grant(story, other, story.market.gln());
          lot(
              story.world,
              story.field,
              "graded",
              "2026-08-17T00:00:00.000Z",
              story.lotUri,
              "sanchi:grade",
              "A",
              "sanchi:claims",
              World.claim("organic", other));
        },
        "certificate_of_another");
    add(
        "a_certificate_of_feed_that_was_never_granted",
        () -> {
          Stories.Salmon story = new Stories.Salmon();
          lot(
              story.world,
              story.feed.administrator(),
              "graded",
              "2026-08-17T00:00:00.000Z",
              story.feedLot,
              "sanchi:grade",
              "A",
              "sanchi:claims",
              World.claim("sustainable", story.certificate));
          return of(story.world, story.url);
        },
        "input_certificate");
  }

  private static void grant(Stories.Komatsuna story, String certificate, String holder) {
    story.world.log(
        story.certifier.administrator(),
        "certificate_granted",
        "2026-08-16T23:00:00.000Z",
        "epcList",
        List.of(World.uri(Gs1.Key.GDTI, certificate)),
        "sanchi:scheme",
        "organic-jas",
        "sanchi:holder",
        holder,
        "sanchi:validFrom",
        "2026-06-01",
        "sanchi:validTo",
        "2027-05-31");
  }

  private void custody() {
    add(
        "a_crate_of_which_nobody_recorded_the_arrival",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
          ship(story, story.field, story.ja.gln());
          return of(story.world, story.url);
        },
        "record_awaited");
    late(
        "a_stranger_ships_the_crate",
        story ->
            ship(
                story,
                story.world.organisation("456995100097", "retailer").administrator(),
                story.ja.gln()),
        "shipped_by_non_holder");
    late(
        "a_stranger_sells_the_package",
        story ->
            story.world.log(
                story.world.organisation("456995100097", "retailer").administrator(),
                "sold",
                "2026-08-17T00:00:00.000Z",
                "epcList",
                List.of(World.packageUri(GTIN, RUN, 0))),
        "unconfirmed");
    late(
        "a_package_that_was_sold_twice",
        story -> sell(story, "2026-08-17T00:00:00.000Z"),
        "sold_twice");
    late(
        "a_package_that_was_returned_and_sold_again",
        story -> {
          story.world.log(
              story.shop.administrator(),
              "package_returned",
              "2026-08-16T08:00:00.000Z",
              "epcList",
              List.of(World.packageUri(GTIN, RUN, 0)));
          sell(story, "2026-08-17T00:00:00.000Z");
        });
    late(
        "a_crate_in_two_places",
        story -> {
          receive(story, "2026-08-15T01:30:00.000Z", World.gln("456995100011"));
          receive(story, "2026-08-15T01:40:00.000Z", World.gln("456995100012"));
        },
        "two_places_at_once");
    add(
        "a_box_that_nobody_measured",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
          story.world.log(
              story.field,
              "loaded",
              "2026-08-15T00:30:00.000Z",
              "parentID",
              World.uri(Gs1.Key.GIAI, story.box),
              "childEPCs",
              List.of(World.uri(Gs1.Key.GRAI, story.crate)),
              "sanchi:day",
              "2026-08-14");
          return of(story.world, story.url);
        },
        "not_measured",
        "readings_awaited");
    add(
        "a_journey_over_four_days_with_two_windows",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
          story.world.log(
              story.field,
              "loaded",
              "2026-08-15T00:30:00.000Z",
              "parentID",
              World.uri(Gs1.Key.GIAI, story.box),
              "childEPCs",
              List.of(World.uri(Gs1.Key.GRAI, story.crate)),
              "sanchi:day",
              "2026-08-14");
          story.world.window(story.office, story.box, "2026-08-15T01:00:00.000Z", 3, 400);
          story.world.window(story.office, story.box, "2026-08-15T02:00:00.000Z", 3, 410);
          return of(story.world, story.url);
        },
        "not_measured",
        "readings_awaited");
  }

  private void coldChain() {
    boxed("a_night_at_the_upper_limit", IntStream.generate(() -> 1000).limit(68));
    boxed(
        "a_warm_quarter_of_an_hour_that_is_allowed",
        IntStream.range(0, 68).map(i -> i == 20 ? 1001 : 400));
    boxed(
        "a_warm_night",
        IntStream.range(0, 68).map(i -> i == 20 || i == 40 ? 1001 : 400),
        "temperature_exceeded");
    boxed(
        "a_night_of_frost",
        IntStream.range(0, 68).map(i -> i > 60 ? -1 : 400),
        "temperature_exceeded");
    journey(
        "a_dry_night",
        story ->
            story.world.window(
                story.office,
                story.box,
                readings("logger-1", 0, 68, 400).stream()
                    .map(
                        one ->
                            new Reading(
                                one.device(),
                                one.seq(),
                                one.timeMs(),
                                new TreeMap<>(Map.of(1, 400L, 2, one.seq() < 105 ? 7999L : 8000L))))
                    .toList(),
                null),
        "humidity_exceeded");
    journey(
        "a_gap_in_the_night",
        story -> {
          story.world.window(story.office, story.box, readings("logger-1", 0, 20, 400), null);
          story.world.window(story.office, story.box, readings("logger-1", 22, 46, 400), null);
        },
        "not_measured");
    journey(
        "a_second_logger_that_was_warm",
        story -> {
          story.world.window(story.office, story.box, readings("logger-1", 0, 68, 400), null);
          story.world.window(story.office, story.box, readings("logger-2", 10, 4, 1200), null);
        },
        "temperature_exceeded");
    journey(
        "a_supplement_that_brings_warm_readings",
        story -> {
          TraceEvent first =
              story.world.window(
                  story.office,
                  story.box,
                  Stream.concat(
                          readings("logger-1", 0, 30, 400).stream(),
                          readings("logger-1", 34, 34, 400).stream())
                      .toList(),
                  null);
          story.world.window(story.office, story.box, readings("logger-1", 30, 4, 1200), first);
        },
        "temperature_exceeded");
    journey(
        "warm_before_it_was_loaded_and_after_it_was_unloaded",
        story ->
            story.world.window(
                story.office,
                story.box,
                Stream.of(
                        readings("logger-1", -4, 4, 2000),
                        readings("logger-1", 0, 68, 400),
                        readings("logger-1", 68, 4, 2000))
                    .flatMap(List::stream)
                    .toList(),
                null));
    add(
        "limits_that_a_correction_widened",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field();
          story.world.append(
              story.world.correction(story.field, story.commissioned, "2026-08-14T21:00:00.000Z"));
          story.world.log(
              story.field,
              "lot_commissioned",
              "2026-07-10T00:00:00.000Z",
              "quantityList",
              World.quantity(story.lotUri),
              "readPoint",
              World.place(story.place),
              "sanchi:limits",
              World.limits("0", "25", 600));
          story
              .packing()
              .journey(
                  () ->
                      story.world.window(
                          story.office, story.box, readings("logger-1", 0, 68, 1200), null));
          return of(story.world, story.url);
        },
        "corrected",
        "late_entry",
        "temperature_exceeded");
  }

  /** The ledger refuses the second; a consortium that lets it pass changes nothing by it. */
  private void correctedTwice() {
    add(
        "a_harvest_corrected_before_shipping_and_once_more_after",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field();
          story.world.append(
              story.world.correction(story.field, story.harvested, "2026-08-14T21:00:00.000Z"));
          story.packing().journey();
          story.world.append(
              story.world.correction(story.field, story.harvested, "2026-08-16T06:00:00.000Z"));
          return of(story.world, story.url);
        },
        "corrected");
  }

  /** One reading each quarter of an hour from the loading on. */
  private static List<Reading> readings(String logger, int first, int count, int hundredths) {
    long loaded = IsoTime.parse("2026-08-15T03:00:00.000Z");
    return IntStream.range(first, first + count)
        .mapToObj(i -> World.reading(logger, 100 + i, loaded + i * 15 * World.MINUTE, hundredths))
        .toList();
  }

  private void boxed(String name, IntStream hundredths, String... findings) {
    int[] values = hundredths.toArray();
    journey(
        name,
        story ->
            story.world.window(
                story.office, story.box, "2026-08-15T03:00:00.000Z", 15, IntStream.of(values)),
        findings);
  }

  private void journey(String name, Consumer<Stories.Komatsuna> measured, String... findings) {
    add(
        name,
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
          story.journey(() -> measured.accept(story));
          return of(story.world, story.url);
        },
        findings);
  }

  private static void ship(Stories.Komatsuna story, Device by, String to) {
    story.world.log(
        by,
        "shipped",
        IsoTime.print(story.world.clock),
        "epcList",
        List.of(World.uri(Gs1.Key.GRAI, story.crate)),
        "destinationList",
        World.to(to),
        "sanchi:day",
        "2026-08-14");
  }

  private static void receive(Stories.Komatsuna story, String time, String place) {
    story.world.log(
        story.office,
        "received",
        time,
        "epcList",
        List.of(World.uri(Gs1.Key.GRAI, story.crate)),
        "readPoint",
        World.place(place),
        "sanchi:day",
        "2026-08-14");
  }

  private static void sell(Stories.Komatsuna story, String time) {
    story.world.log(
        story.shop.administrator(),
        "sold",
        time,
        "epcList",
        List.of(World.packageUri(GTIN, RUN, 0)));
  }
}

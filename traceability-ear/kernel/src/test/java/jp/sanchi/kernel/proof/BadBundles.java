package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.proof.World.Device;
import jp.sanchi.kernel.proof.World.Organisation;

/** Lies, each with the one reason for which its bundle is refused or not believed in full. */
final class BadBundles {
  /** What a verifier is given. */
  record Case(byte[] bundle, Json.Obj trust, String url, Freshness freshness) {
    BundleVerifier.Result verify() {
      return BundleVerifier.verify(
          bundle, TrustRoots.read(trust.canonical()), DigitalLink.parse(url), freshness);
    }

    Case url(String other) {
      return new Case(bundle, trust, other, freshness);
    }

    Case trust(UnaryOperator<Json.Obj> change) {
      return new Case(bundle, change.apply(trust), url, freshness);
    }

    Case freshness(Freshness other) {
      return new Case(bundle, trust, url, other);
    }
  }

  /** A lie, the check that finds it and the reason given. */
  record Bad(String name, Verdict.Result result, String check, String reason, Supplier<Case> made) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Freshness OWN = new Freshness.Challenge(Served.CHALLENGE);
  private static final String LOT_URI = World.lotUri(Stories.KOMATSUNA, Stories.LOT);
  private static final String LOT = "lot/" + Stories.KOMATSUNA + "/" + Stories.LOT;

  private final List<Bad> all = new ArrayList<>();
  private final Stories.Smallest small = new Stories.Smallest();
  private final Stories.Komatsuna komatsuna = Stories.Komatsuna.whole();
  private final Stories.Salmon salmon = new Stories.Salmon();

  static List<Bad> all() {
    BadBundles lies = new BadBundles();
    lies.aboutTheFile();
    lies.aboutTheStatement();
    lies.aboutEndorsements();
    lies.aboutMembers();
    lies.aboutFreshness();
    lies.aboutEvents();
    lies.aboutHistories();
    lies.aboutSignatures();
    lies.aboutCertificatesOfAdministrators();
    lies.aboutAuthority();
    lies.aboutWhatIsRequired();
    lies.aboutLabelsDocumentsAndReadings();
    return lies.all;
  }

  static Case of(Served served) {
    return new Case(served.bytes(), served.world.trust(), served.url, OWN);
  }

  private void bad(String name, String check, String reason, Supplier<Case> made) {
    all.add(new Bad(name, Verdict.Result.FAILED, check, reason, made));
  }

  private void unsure(String name, String check, String reason, Supplier<Case> made) {
    all.add(new Bad(name, Verdict.Result.NOT_CHECKED, check, reason, made));
  }

  /** A lie in the smallest package's bundle. */
  private void bad(String name, String check, String reason, Consumer<Served> lie) {
    bad(name, check, reason, () -> of(served(small.world, small.url, lie)));
  }

  /** A lie in komatsuna's bundle. */
  private void whole(String name, String check, String reason, Consumer<Served> lie) {
    bad(name, check, reason, () -> of(served(komatsuna.world, komatsuna.url, lie)));
  }

  private static Served served(World world, String url, Consumer<Served> lie) {
    Served served = world.serve(url);
    lie.accept(served);
    return served;
  }

  private void file(String name, UnaryOperator<Json.Obj> lie) {
    bad(name, "bundle", "bundle_malformed", s -> s.json = lie);
  }

  private void bytes(String name, UnaryOperator<byte[]> lie) {
    bad(
        name,
        "bundle",
        "bundle_malformed",
        () ->
            new Case(
                lie.apply(small.world.serve(small.url).bytes()),
                small.world.trust(),
                small.url,
                OWN));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void aboutTheFile() {
    bytes("an_empty_file", any -> new byte[0]);
    bytes("a_page_of_html", any -> text("<html><body>Service Unavailable</body></html>"));
    bytes("half_a_bundle", all -> Arrays.copyOf(all, all.length / 2));
    bytes("a_line_feed_at_the_end", all -> text(string(all) + "\n"));
    bytes("a_space_after_a_comma", all -> text(string(all).replaceFirst(",", ", ")));
    bytes("a_byte_order_mark", all -> text("\ufeff" + string(all)));
    bytes("a_name_twice", all -> text(string(all).replaceFirst("\\{", "{\"documents\":[],")));
    bytes("a_list_instead_of_an_object", all -> text("[" + string(all) + "]"));
    bytes("too_many_brackets", any -> text("[".repeat(64) + "]".repeat(64)));
    bytes(
        "names_in_another_order",
        all ->
            text(
                string(all)
                    .replaceFirst("\"documents\":\\[\\],", "")
                    .replaceFirst("}$", ",\"documents\":[]}")));
    file("a_member_is_missing", b -> b.without("readings"));
    file("a_member_that_nobody_knows", b -> b.with("verified", Json.of(true)));
    file("another_version_of_the_format", b -> Edit.set(b, "sanchi-bundle-v9", "format"));
    file("events_in_another_order", b -> Edit.items(b, Edit::swapFirstTwo, "events"));
    file("an_event_twice", b -> Edit.items(b, Edit::twice, "events"));
    file("histories_in_another_order", b -> Edit.items(b, Edit::swapFirstTwo, "histories"));
    file("a_history_twice", b -> Edit.items(b, Edit::twice, "histories"));
    file("an_index_of_no_event", b -> Edit.set(b, 999, "histories", 0, 1, 0, 0));
    file("an_index_below_zero", b -> Edit.set(b, -1, "histories", 0, 1, 0, 0));
    file("a_record_time_below_zero", b -> Edit.set(b, -1, "histories", 0, 1, 0, 1));
    file(
        "a_record_time_with_a_fraction",
        b -> Edit.set(b, new java.math.BigDecimal("1.5"), "histories", 0, 1, 0, 1));
    file("a_record_time_as_text", b -> Edit.set(b, "1", "histories", 0, 1, 0, 1));
    file("a_history_of_three_parts", b -> Edit.items(b, Edit::twice, "histories", 0));
    file("an_event_that_is_a_number", b -> Edit.set(b, 1, "events", 0));
    file(
        "endorsements_in_another_order",
        b -> Edit.items(b, Edit::swapFirstTwo, "statement", "endorsements"));
    file("an_endorsement_twice", b -> Edit.items(b, Edit::twice, "statement", "endorsements"));
    file("base64_with_padding", b -> Edit.set(b, "AA==", "statement", "response"));
    file("base64_with_spare_bits", b -> Edit.set(b, "AB", "statement", "response"));
    file("an_empty_response", b -> Edit.set(b, "", "statement", "response"));
    file(
        "a_statement_without_path",
        b -> Edit.at(b, s -> ((Json.Obj) s).without("path"), "statement"));
    file("a_path_index_beyond_its_size", b -> path(b, 4, 4));
    file("a_path_among_too_many_challenges", b -> path(b, 0, 1025));
    file("a_path_index_below_zero", b -> path(b, -1, 4));
    file("readings_that_are_an_empty_list", b -> b.with("readings", Json.array()));
    file("a_label_hash_of_31_bytes", b -> Edit.set(b, Base64Url.encode(new byte[31]), "label", 0));
    file("a_label_path_of_text", b -> Edit.set(b, "none", "label", 1));
    file("a_document_that_is_empty", b -> b.with("documents", Json.array("")));
    bad(
        "documents_in_another_order",
        "bundle",
        "bundle_malformed",
        () ->
            of(
                served(
                    komatsuna.world,
                    komatsuna.url,
                    s -> s.json = b -> Edit.items(b, Edit::swapFirstTwo, "documents"))));
    bad(
        "readings_of_a_window_twice",
        "bundle",
        "bundle_malformed",
        () ->
            of(
                served(
                    komatsuna.world,
                    komatsuna.url,
                    s -> s.json = b -> Edit.items(b, Edit::twice, "readings"))));
  }

  private static Json.Obj path(Json.Obj bundle, long index, long size) {
    return Edit.set(bundle, Json.array(index, size, Json.array()), "statement", "path");
  }

  private void statement(String name, String reason, Consumer<Served> lie) {
    bad(name, "statement", reason, lie);
  }

  private void aboutTheStatement() {
    String malformed = "statement_malformed";
    statement(
        "a_response_that_is_no_protobuf", malformed, s -> s.response = r -> new byte[] {1, 2, 3});
    statement(
        "a_response_with_an_unknown_field",
        malformed,
        s -> s.response = r -> concat(r, new Wire().number(9, 1).toBytes()));
    statement(
        "a_response_with_a_field_twice",
        malformed,
        s -> s.response = r -> concat(r, new Wire().bytes(2, new byte[] {1}).toBytes()));
    statement(
        "the_answer_of_another_function",
        malformed,
        s -> s.payload = p -> text("sanchi.receipt.v1\n" + string(p).substring(20)));
    statement(
        "a_statement_that_is_not_canonical",
        malformed,
        s -> s.payload = p -> text(string(p).replaceFirst(",", ", ")));
    statement(
        "a_statement_with_a_member_more",
        malformed,
        s -> s.payload = p -> text(string(p).replaceFirst("}$", ",\"zone\":1}")));
    statement(
        "a_statement_of_an_older_version",
        malformed,
        s -> s.payload = p -> text(string(p).replaceFirst("v1", "v0")));
    statement("a_challenge_of_eight_bytes", malformed, s -> s.challenge = new byte[8]);
    statement("a_time_before_time", malformed, s -> s.time = -1);
    statement(
        "an_alias_in_the_statement",
        malformed,
        s -> {
          Statement.Head head = s.heads.remove(LOT);
          s.heads.put("lot/" + Stories.KOMATSUNA + "/%41Y260815A", head);
        });
    statement(
        "heads_in_another_order",
        malformed,
        s ->
            s.payload =
                p ->
                    concat(
                        text(Statement.PREFIX),
                        Edit.items(
                                (Json.Obj)
                                    Json.parse(
                                        Arrays.copyOfRange(p, Statement.PREFIX.length(), p.length),
                                        new Json.Limits(1 << 20, 16)),
                                Edit::swapFirstTwo,
                                "subjects")
                            .canonical()));
    statement(
        "a_head_of_no_events_that_is_not_zero",
        malformed,
        s -> s.heads.put("product/" + Stories.KOMATSUNA, new Statement.Head(0, filled(1))));
    statement("an_answer_that_says_error", "statement_status", s -> s.status = 500);
    statement("a_statement_of_another_chaincode", "statement_chaincode", s -> s.chaincode = "toy");
    statement("a_statement_of_another_channel", "statement_channel", s -> s.channel = "test");
    statement(
        "a_statement_of_another_consortium",
        "statement_consortium",
        s -> s.consortium = "other-demo");
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private void endorsed(String name, String reason, Consumer<Served> lie) {
    bad(name, "endorsements", reason, lie);
  }

  private static void by(Served served, World.Peer... peers) {
    served.peers.clear();
    served.peers.addAll(List.of(peers));
  }

  private World.Peer peer(int member, int index) {
    return small.world.members.get(member).peers.get(index);
  }

  private World.Peer peer(String unit, int serial, long from, long to) {
    World.Member member = small.world.members.get(0);
    SeededKey key = World.key(unit + serial + " AyaMSP");
    return new World.Peer(
        "AyaMSP", key, member.root.leaf(key, unit, unit + serial, serial, from, to));
  }

  private World.Peer peer(String unit, int serial) {
    return peer(unit, serial, Issuer.FROM, Issuer.TO);
  }

  private void aboutEndorsements() {
    String malformed = "endorsement_malformed";
    endorsed(
        "high_s_endorsement",
        malformed,
        s -> s.signature = der -> Der.signature(SeededKey.otherS(P256.rawOf(der))));
    endorsed(
        "an_endorsement_with_a_byte_more",
        malformed,
        s -> s.signature = der -> concat(der, new byte[1]));
    endorsed(
        "an_endorsement_of_64_plain_bytes", malformed, s -> s.signature = der -> P256.rawOf(der));
    endorsed(
        "a_certificate_with_windows_line_ends",
        malformed,
        s -> s.endorser = id -> identity(id, pem -> pem.replace("\n", "\r\n")));
    endorsed(
        "a_certificate_on_one_line",
        malformed,
        s ->
            s.endorser =
                id ->
                    identity(
                        id, pem -> pem.replaceAll("(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/])", "")));
    endorsed(
        "two_certificates_for_one",
        malformed,
        s -> s.endorser = id -> identity(id, pem -> pem + pem));
    endorsed(
        "an_identity_with_a_field_more",
        malformed,
        s -> s.endorser = id -> concat(id, new Wire().number(3, 1).toBytes()));
    endorsed(
        "a_certificate_with_a_byte_more",
        malformed,
        s ->
            by(
                s,
                new World.Peer(
                    "AyaMSP", peer(0, 0).key(), concat(peer(0, 0).certificate(), new byte[1])),
                peer(1, 0)));
    World.Member stranger = World.stranger("StrangerMSP", "Stranger");
    endorsed(
        "a_stranger_endorses", "endorser_unknown", s -> by(s, stranger.peers.get(0), peer(1, 0)));
    endorsed(
        "a_stranger_calls_himself_a_member",
        "certificate_not_trusted",
        s -> {
          by(s, stranger.peers.get(0), peer(1, 0));
          s.claimedMsp.put(stranger.peers.get(0), "AyaMSP");
        });
    endorsed(
        "a_members_peer_calls_itself_another_members",
        "certificate_not_trusted",
        s -> {
          by(s, peer(0, 0), peer(0, 1));
          s.claimedMsp.put(peer(0, 1), "TokyoMSP");
        });
    endorsed(
        "a_root_of_the_same_name",
        "certificate_bad_signature",
        s -> {
          Issuer forger = new Issuer("ayamsp", "forger");
          SeededKey key = World.key("forged peer");
          by(s, new World.Peer("AyaMSP", key, forger.leaf(key, "peer", "peer0", 10)), peer(1, 0));
        });
    endorsed(
        "a_certificate_that_has_expired",
        "certificate_expired",
        s ->
            by(
                s,
                peer("peer", 31, Issuer.FROM, IsoTime.parse("2026-07-01T00:00:00.000Z")),
                peer(1, 0)));
    endorsed(
        "a_certificate_that_is_not_valid_yet",
        "certificate_expired",
        s ->
            by(
                s,
                peer("peer", 32, IsoTime.parse("2027-07-01T00:00:00.000Z"), Issuer.TO),
                peer(1, 0)));
    endorsed(
        "a_client_certificate_endorses",
        "certificate_not_peer",
        s -> by(s, peer("client", 33), peer(1, 0)));
    endorsed(
        "an_administrators_certificate_endorses",
        "certificate_not_peer",
        s -> by(s, peer("admin", 34), peer(1, 0)));
    endorsed(
        "an_authority_endorses",
        "certificate_not_peer",
        s -> {
          World.Member member = small.world.members.get(0);
          by(s, new World.Peer("AyaMSP", member.root.key, member.root.certificate), peer(1, 0));
        });
    bad(
        "a_certificate_signed_by_a_peer",
        "endorsements",
        "certificate_not_ca",
        () -> {
          World.Member member = small.world.members.get(0);
          Issuer peer =
              member.root.pretending(peer(0, 0).key(), peer(0, 0).certificate(), "peer", "peer0");
          SeededKey key = World.key("peer of a peer");
          Served served = small.world.serve(small.url);
          by(served, new World.Peer("AyaMSP", key, peer.leaf(key, "peer", "peer9", 9)), peer(1, 0));
          String listed = Base64.getEncoder().encodeToString(peer(0, 0).certificate());
          return of(served)
              .trust(t -> Edit.set(t, Json.array(listed), "members", 0, "intermediates"));
        });
    bad(
        "a_revoked_peer_endorses",
        "endorsements",
        "certificate_revoked",
        () ->
            of(small.world.serve(small.url))
                .trust(t -> Edit.set(t, Json.array("0a"), "members", 0, "revoked")));
    bad(
        "a_peer_under_a_revoked_intermediate_endorses",
        "endorsements",
        "certificate_not_trusted",
        () -> {
          World.Member member = small.world.members.get(0);
          Issuer under = member.root.intermediate("intermediate AyaMSP", 77);
          SeededKey key = World.key("peer under intermediate");
          Served served = small.world.serve(small.url);
          by(
              served,
              new World.Peer("AyaMSP", key, under.leaf(key, "peer", "peer8", 8)),
              peer(1, 0));
          String listed = Base64.getEncoder().encodeToString(under.certificate);
          return of(served)
              .trust(t -> Edit.set(t, Json.array(listed), "members", 0, "intermediates"))
              .trust(t -> Edit.set(t, Json.array("4d"), "members", 0, "revoked"));
        });
    endorsed(
        "an_endorsement_of_another_answer",
        "endorsement_bad_signature",
        s -> s.signature = der -> peer(0, 0).key().signDer(text("another answer")));
    endorsed(
        "one_members_two_peers_count_as_two",
        "threshold_members",
        s -> by(s, peer(0, 0), peer(0, 1)));
    endorsed("one_member_alone_endorses", "threshold_members", s -> by(s, peer(2, 0)));
    endorsed("nobody_endorses", "threshold_members", s -> by(s));
    bad(
        "one_operators_two_members_count_as_two",
        "endorsements",
        "threshold_operators",
        () ->
            of(small.world.serve(small.url))
                .trust(t -> Edit.set(t, "Aya-JA", "members", 1, "operator")));
  }

  private static byte[] identity(byte[] identity, UnaryOperator<String> lie) {
    Protobuf.Message message = Protobuf.read(identity, Protobuf.text(1), Protobuf.bytes(2));
    return new Wire()
        .text(1, message.text(1))
        .text(2, lie.apply(string(message.bytes(2))))
        .toBytes();
  }

  private static Object[] members(World.Member... members) {
    return new Object[] {
      "sanchi:members",
      new Json.Arr(
          Arrays.stream(members)
              .sorted(Comparator.comparing((World.Member member) -> member.mspId))
              .<Json>map(World.Member::json)
              .toList())
    };
  }

  private void aboutMembers() {
    World.Member fourth = World.stranger("UwajimaMSP", "Uwajima");
    World.Member fifth = World.stranger("YaizuMSP", "Yaizu");
    bad(
        "two_of_five_endorse",
        "endorsements",
        "threshold_members",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.approve("member_changed", members(fourth, fifth));
          return of(story.world.serve(story.url));
        });
    bad(
        "a_member_that_was_removed_endorses",
        "endorsements",
        "endorser_unknown",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.approve(new int[] {0, 2}, "member_removed", "sanchi:mspId", "NagashimaMSP");
          return of(story.world.serve(story.url));
        });
    bad(
        "a_new_member_that_one_member_approved_endorses",
        "endorsements",
        "endorser_unknown",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.approve(new int[] {0}, "member_changed", members(fourth));
          Served served = story.world.serve(story.url);
          by(served, fourth.peers.get(0), peer(0, 0));
          return of(served);
        });
    bad(
        "a_new_member_that_one_member_approved_twice_endorses",
        "endorsements",
        "endorser_unknown",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.approve(new int[] {0, 0}, "member_changed", members(fourth));
          Served served = story.world.serve(story.url);
          by(served, fourth.peers.get(0), peer(0, 0));
          return of(served);
        });
    bad(
        "members_roots_are_exchanged_and_approved_by_the_new_ones",
        "endorsements",
        "certificate_bad_signature",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          World world = story.world;
          Issuer[] forged = new Issuer[2];
          List<Json> objects = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            World.Member member = world.members.get(i);
            forged[i] = new Issuer(member.root.organisation, "forged " + member.mspId);
            objects.add(member.json(forged[i].certificate));
          }
          Json.Obj payload =
              world.administration("member_changed", "sanchi:members", new Json.Arr(objects));
          Served served = world.serve(story.url);
          served.peers.clear();
          for (int i = 0; i < 2; i++) {
            World.Member member = world.members.get(i);
            SeededKey key = World.key("forged administrator " + i);
            byte[] certificate = forged[i].leaf(key, "admin", "admin", 2);
            TraceEvent event =
                TraceEvent.read(Jws.parse(world.signed(member.mspId, key, certificate, payload)));
            served
                .histories
                .get("consortium/" + World.CONSORTIUM)
                .add(new Recorded(event, world.clock + 1));
            SeededKey peer = World.key("forged peer " + i);
            served.peers.add(
                new World.Peer(member.mspId, peer, forged[i].leaf(peer, "peer", "peer0", 10)));
          }
          return of(served.restate());
        });
    bad(
        "a_peer_distrusted_on_the_ledger_endorses",
        "endorsements",
        "certificate_revoked",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.append(
              story.world.administrator(
                  0, "certificates_distrusted", "sanchi:serials", List.of("0a")));
          return of(story.world.serve(story.url));
        });
  }

  private void aboutFreshness() {
    bad(
        "somebody_elses_challenge",
        "freshness",
        "challenge_mismatch",
        s -> s.challenge = filled(7));
    bad(
        "a_stale_statement_is_replayed",
        "freshness",
        "statement_too_old",
        () -> {
          Served served = small.world.serve(small.url);
          return of(served).freshness(new Freshness.MaxAge(600_000, served.time + 600_001));
        });
    bad(
        "a_statement_from_tomorrow",
        "freshness",
        "statement_from_future",
        () -> {
          Served served = small.world.serve(small.url);
          return of(served).freshness(new Freshness.MaxAge(600_000, served.time - 120_001));
        });
    bad(
        "a_path_that_leads_from_another_challenge",
        "freshness",
        "challenge_mismatch",
        s -> shared(s, 2, 1));
    bad(
        "a_path_that_is_a_step_too_short",
        "freshness",
        "challenge_mismatch",
        s -> {
          shared(s, 1, 1);
          s.path = new Bundle.ChallengePath(1, 4, s.path.hashes().subList(0, 1));
        });
    unsure(
        "nobody_asked_for_it",
        "freshness",
        "no_challenge",
        () -> of(small.world.serve(small.url)).freshness(new Freshness.Unknown()));
    unsure(
        "peers_that_were_cut_off",
        "freshness",
        "tick_old",
        () -> of(served(small.world, small.url, s -> s.tick = s.time - 300_001)));
    unsure(
        "a_tick_after_the_statement",
        "freshness",
        "tick_old",
        () -> of(served(small.world, small.url, s -> s.tick = s.time + 1)));
    unsure(
        "a_trust_file_that_has_expired",
        "trust",
        "trust_expired",
        () ->
            of(small.world.serve(small.url)).trust(t -> Edit.set(t, small.world.clock, "expires")));
  }

  /**
   * A statement for four challenges, the verifier's at {@code own}, with the path of {@code of}.
   */
  static void shared(Served served, int own, int of) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      leaves.add(Merkle.leaf(i == own ? Served.CHALLENGE : filled(i)));
    }
    served.challenge = Merkle.root(leaves);
    served.path = new Bundle.ChallengePath(of, 4, Merkle.path(leaves, of));
  }

  private void event(String name, String reason, UnaryOperator<String> lie) {
    bad(name, "events", reason, s -> s.raw(small.commissioned, lie));
  }

  private static String header(String compact, UnaryOperator<String> lie) {
    String[] parts = compact.split("\\.");
    String header = lie.apply(string(Base64Url.decode(parts[0])));
    return Base64Url.encode(text(header)) + "." + parts[1] + "." + parts[2];
  }

  private static String payload(String compact, UnaryOperator<String> lie) {
    String[] parts = compact.split("\\.");
    String payload = lie.apply(string(Base64Url.decode(parts[1])));
    return parts[0] + "." + Base64Url.encode(text(payload)) + "." + parts[2];
  }

  private void aboutEvents() {
    event(
        "an_event_without_signature", "jws_malformed", c -> c.substring(0, c.lastIndexOf('.') + 1));
    event("an_event_that_is_plain_text", "jws_malformed", c -> "it was picked by hand");
    event("an_event_with_a_part_more", "jws_malformed", c -> c + ".AAAA");
    event("a_signature_of_63_bytes", "jws_malformed", c -> c.substring(0, c.length() - 2));
    event(
        "an_algorithm_of_none", "jws_bad_header", c -> header(c, h -> h.replace("ES256", "none")));
    event(
        "a_key_in_the_header",
        "jws_bad_header",
        c -> header(c, h -> h.replaceFirst("\\{", "{\"ajwk\":{},")));
    event(
        "a_header_with_a_space", "jws_bad_header", c -> header(c, h -> h.replaceFirst(",", ", ")));
    event(
        "a_payload_with_a_space",
        "event_malformed",
        c -> payload(c, p -> p.replaceFirst(",", ", ")));
    event(
        "a_member_that_the_table_does_not_name",
        "event_malformed",
        c -> payload(c, p -> p.replaceFirst("\\}$", ",\"zone\":1}")));
    event(
        "a_gtin_with_a_wrong_check_digit",
        "event_malformed",
        c -> payload(c, p -> p.replace(Stories.KOMATSUNA, "04569951110017")));
    event(
        "a_lot_under_another_name",
        "event_malformed",
        c -> payload(c, p -> p.replace("/10/" + Stories.LOT, "/10/%41Y260815A")));
    event(
        "a_step_that_is_not_the_kinds",
        "event_malformed",
        c ->
            payload(
                c, p -> p.replace("\"bizStep\":\"commissioning\"", "\"bizStep\":\"shipping\"")));
    event(
        "an_event_of_another_consortium",
        "wrong_consortium",
        c -> payload(c, p -> p.replace(World.CONSORTIUM, "bya-demo")));
    unsure(
        "an_event_of_a_kind_of_tomorrow",
        "events",
        "unknown_kind",
        () -> {
          Served served = small.world.serve(small.url);
          Json.Obj payload =
              small
                  .world
                  .payload("sowing", small.farm.gln(), "2026-08-15T00:30:00.000Z")
                  .with("sanchi:kind", Json.of("teleported"));
          TraceEvent unknown =
              TraceEvent.readAny(Jws.parse(small.world.signed(small.phone.key(), payload)));
          served.histories.get(LOT).add(new Recorded(unknown, small.world.clock));
          return of(served.restate());
        });
  }

  private void history(String name, String reason, Consumer<Served> lie) {
    bad(name, "histories", reason, lie);
  }

  private void aboutHistories() {
    history("a_history_that_nobody_stated", "history_not_stated", s -> s.heads.remove(LOT));
    history(
        "an_alias_of_a_subject_is_served",
        "history_not_stated",
        s -> {
          List<Recorded> history = s.histories.remove(LOT);
          s.histories.put("lot/" + Stories.KOMATSUNA + "/%41Y260815A", history);
        });
    history(
        "an_event_in_a_history_that_is_not_its_own",
        "event_not_of_subject",
        s -> {
          s.histories.get(LOT).add(new Recorded(small.printed, small.world.clock));
          s.restate();
        });
    history(
        "another_packages_history_is_served",
        "event_not_of_subject",
        s -> s.histories.get(s.start.subject().text()).add(new Recorded(small.bound, 1)));
    history(
        "record_times_go_back",
        "record_time_back",
        s -> {
          List<Recorded> run = s.histories.get(s.start.run());
          run.set(1, new Recorded(run.get(1).event(), run.get(0).recordTime() - 1));
          s.restate();
        });
    bad(
        "the_recall_is_left_out",
        "histories",
        "history_incomplete",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.log(
              story.phone,
              "recalled",
              "2026-08-20T00:00:00.000Z",
              "quantityList",
              World.quantity(LOT_URI),
              "sanchi:reason",
              "異物",
              "sanchi:advice",
              "食べないでください");
          return of(story.world.serve(story.url).drop("recalled"));
        });
    bad(
        "the_certificates_revocation_is_left_out",
        "histories",
        "history_incomplete",
        () -> {
          Stories.Komatsuna story = Stories.Komatsuna.whole();
          revokeCertificate(story);
          return of(story.world.serve(story.url).drop("certificate_revoked"));
        });
    bad(
        "the_keys_revocation_is_left_out",
        "histories",
        "history_incomplete",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          revokeKey(story.world, story.farm, story.phone, null);
          return of(story.world.serve(story.url).drop("device_revoked"));
        });
    bad(
        "a_corrections_declaration_is_left_out",
        "histories",
        "history_incomplete",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          story.world.append(
              story.world.correction(story.phone, story.commissioned, "2026-08-16T00:00:00.000Z"));
          return of(story.world.serve(story.url).drop(TraceEvent::declaresError));
        });
    whole(
        "a_warm_window_is_left_out",
        "histories",
        "history_incomplete",
        s -> {
          s.drop("window_recorded");
          s.readings.clear();
        });
    history(
        "an_event_is_added",
        "history_longer",
        s -> {
          TraceEvent harvested =
              TraceEvent.read(
                  Jws.parse(
                      small.world.sign(
                          small.phone,
                          "harvested",
                          "2026-08-15T03:00:00.000Z",
                          "quantityList",
                          World.quantity(LOT_URI, 48, "KGM"))));
          s.histories.get(LOT).add(new Recorded(harvested, small.world.clock));
        });
    history(
        "an_event_is_exchanged_for_another",
        "history_changed",
        s ->
            s.replace(
                small.commissioned,
                small.world.signed(
                    small.phone.key(),
                    small.commissioned.payload().with("sanchi:origin", Json.of("宮崎県綾町")))));
    history(
        "record_times_are_changed",
        "history_changed",
        s -> {
          List<Recorded> lot = s.histories.get(LOT);
          lot.set(0, new Recorded(lot.get(0).event(), lot.get(0).recordTime() - 1));
        });
    history(
        "a_history_told_in_another_order",
        "history_changed",
        s -> {
          List<Recorded> run = s.histories.get(s.start.run());
          Recorded first = run.get(0);
          run.set(0, new Recorded(run.get(1).event(), first.recordTime()));
          run.set(1, new Recorded(first.event(), run.get(1).recordTime()));
        });
    history(
        "an_event_in_no_history",
        "event_unused",
        s -> {
          TraceEvent harvested =
              TraceEvent.read(
                  Jws.parse(
                      small.world.sign(
                          small.phone,
                          "harvested",
                          "2026-08-15T03:00:00.000Z",
                          "quantityList",
                          World.quantity(LOT_URI, 48, "KGM"))));
          s.surplus.add(harvested.jws().compact());
        });
  }

  private static TraceEvent revokeCertificate(Stories.Komatsuna story) {
    return story.world.log(
        story.certifier.administrator(),
        "certificate_revoked",
        "2026-09-01T00:00:00.000Z",
        "epcList",
        List.of(World.uri(Gs1.Key.GDTI, story.certificate)),
        "sanchi:reason",
        "禁止資材");
  }

  static TraceEvent revokeKey(World world, Organisation by, Device device, String suspectSince) {
    List<Object> fields =
        new ArrayList<>(List.of("sanchi:gln", device.gln(), "sanchi:kid", device.key().kid()));
    if (suspectSince != null) {
      fields.addAll(List.of("sanchi:suspectSince", suspectSince));
    }
    return world.log(
        by.administrator(), "device_revoked", IsoTime.print(world.clock), fields.toArray());
  }

  private void signed(String name, String reason, Consumer<Stories.Smallest> lie) {
    bad(
        name,
        "signatures",
        reason,
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          lie.accept(story);
          return of(story.world.serve(story.url));
        });
  }

  /** A harvest of the smallest package's lot, by whoever. */
  private static TraceEvent harvest(World world, Device device) {
    return world.log(
        device,
        "harvested",
        IsoTime.print(world.clock),
        "quantityList",
        World.quantity(LOT_URI, 48, "KGM"));
  }

  private void aboutSignatures() {
    bad(
        "a_signature_is_swapped",
        "signatures",
        "bad_signature",
        s ->
            s.raw(
                small.commissioned,
                c -> c.substring(0, c.lastIndexOf('.')) + bySignature(small.printed)));
    bad(
        "a_members_signature_is_swapped",
        "signatures",
        "bad_signature",
        s -> {
          TraceEvent admitted = s.find("organisation_admitted");
          s.raw(
              admitted,
              c -> c.substring(0, c.lastIndexOf('.')) + bySignature(s.find("role_granted")));
        });
    bad(
        "a_signature_by_another_key",
        "signatures",
        "bad_signature",
        s ->
            s.raw(
                small.commissioned,
                c -> {
                  String input = c.substring(0, c.lastIndexOf('.'));
                  byte[] other = World.key("a thief").sign(text(input));
                  return input + "." + Base64Url.encode(other);
                }));
    signed(
        "a_key_that_nobody_enrolled",
        "key_not_enrolled",
        story -> harvest(story.world, new Device(World.key("nobody's"), story.farm.gln())));
    signed(
        "a_key_that_enrolled_itself",
        "key_not_enrolled",
        story -> {
          Device device = new Device(World.key("its own"), story.farm.gln());
          enrol(story.world, device, device);
          harvest(story.world, device);
        });
    signed(
        "two_keys_that_enrolled_each_other",
        "key_not_enrolled",
        story -> {
          Device one = new Device(World.key("the one"), story.farm.gln());
          Device other = new Device(World.key("the other"), story.farm.gln());
          TraceEvent first = enrol(story.world, one, other);
          enrol(story.world, other, one);
          story.world.ledger.get("key/" + other.key().kid()).clear();
          story.world.append(first, story.world.clock, List.of("key/" + other.key().kid()));
          harvest(story.world, one);
        });
    signed(
        "an_event_by_a_key_before_its_enrolment",
        "key_not_enrolled",
        story -> {
          Device late = new Device(World.key("late"), story.farm.gln());
          harvest(story.world, late);
          enrol(story.world, story.phone, late);
        });
    signed(
        "an_event_by_a_key_after_its_revocation",
        "key_revoked",
        story -> {
          Device lost = story.world.device(story.farm, "lost");
          revokeKey(story.world, story.farm, lost, null);
          harvest(story.world, lost);
        });
    signed(
        "an_event_by_a_key_of_another_organisation",
        "key_of_another_organisation",
        story -> {
          Organisation other = story.world.organisation("456995100099", "grower");
          harvest(story.world, new Device(other.administrator().key(), story.farm.gln()));
        });
  }

  private static String bySignature(TraceEvent event) {
    String compact = event.jws().compact();
    return compact.substring(compact.lastIndexOf('.'));
  }

  private static TraceEvent enrol(World world, Device by, Device device) {
    return world.log(
        by, "device_enrolled", IsoTime.print(world.clock), world.enrolment(device, true));
  }

  /** A role that a member's administrator grants, with whatever certificate. */
  private void granted(
      String name, String reason, String mspId, SeededKey key, Supplier<byte[]> certificate) {
    signed(
        name,
        reason,
        story ->
            story.world.append(
                story.world.signed(
                    mspId,
                    key,
                    certificate.get(),
                    story.world.administration(
                        "role_granted",
                        "sanchi:gln",
                        story.farm.gln(),
                        "sanchi:role",
                        "processor"))));
  }

  private void aboutCertificatesOfAdministrators() {
    World.Member member = small.world.members.get(0);
    World.Member stranger = World.stranger("StrangerMSP", "Stranger");
    SeededKey key = World.key("odd administrator");
    granted(
        "an_administrators_certificate_that_is_no_certificate",
        "certificate_malformed",
        member.mspId,
        key,
        () -> text("certificate"));
    granted(
        "an_administrator_of_a_stranger",
        "certificate_not_trusted",
        stranger.mspId,
        stranger.administrator,
        () -> stranger.administratorCertificate);
    granted(
        "a_stranger_as_a_members_administrator",
        "certificate_not_trusted",
        member.mspId,
        stranger.administrator,
        () -> stranger.administratorCertificate);
    granted(
        "an_administrator_whose_certificate_has_expired",
        "certificate_expired",
        member.mspId,
        key,
        () ->
            member.root.leaf(
                key, "admin", "old", 41, Issuer.FROM, IsoTime.parse("2026-02-01T00:00:00.000Z")));
    granted(
        "an_administrator_of_a_root_of_the_same_name",
        "certificate_bad_signature",
        member.mspId,
        key,
        () -> new Issuer("ayamsp", "forger").leaf(key, "admin", "forged", 42));
    granted(
        "a_peer_as_administrator",
        "certificate_not_admin",
        member.mspId,
        member.peers.get(0).key(),
        () -> member.peers.get(0).certificate());
    granted(
        "an_authority_as_administrator",
        "certificate_not_admin",
        member.mspId,
        member.root.key,
        () -> member.root.certificate);
    granted(
        "a_certificate_beside_another_key",
        "kid_mismatch",
        member.mspId,
        key,
        () -> member.administratorCertificate);
    bad(
        "an_administrator_who_is_revoked",
        "signatures",
        "certificate_revoked",
        () ->
            of(small.world.serve(small.url))
                .trust(t -> Edit.set(t, Json.array("02"), "members", 0, "revoked")));
    signed(
        "an_administrator_who_was_distrusted_before",
        "certificate_revoked",
        story -> {
          World world = story.world;
          SeededKey other = World.key("second administrator");
          byte[] certificate = member.root.leaf(other, "admin", "second", 43);
          world.append(
              world.administrator(0, "certificates_distrusted", "sanchi:serials", List.of("2b")));
          world.append(
              world.signed(
                  member.mspId,
                  other,
                  certificate,
                  world.administration(
                      "role_granted", "sanchi:gln", story.farm.gln(), "sanchi:role", "processor")));
        });
    bad(
        "an_administrator_signed_by_a_peer",
        "signatures",
        "certificate_not_ca",
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          Issuer peer =
              member.root.pretending(peer(0, 0).key(), peer(0, 0).certificate(), "peer", "peer0");
          story.world.append(
              story.world.signed(
                  member.mspId,
                  key,
                  peer.leaf(key, "admin", "odd", 44),
                  story.world.administration(
                      "role_granted", "sanchi:gln", story.farm.gln(), "sanchi:role", "processor")));
          String listed = Base64.getEncoder().encodeToString(peer(0, 0).certificate());
          return of(story.world.serve(story.url))
              .trust(t -> Edit.set(t, Json.array(listed), "members", 0, "intermediates"));
        });
    signed(
        "an_administrator_of_a_member_after_its_removal",
        "certificate_not_trusted",
        story -> {
          story.world.approve(new int[] {0, 1}, "member_removed", "sanchi:mspId", "TokyoMSP");
          story.world.append(
              story.world.administrator(
                  2, "role_granted", "sanchi:gln", story.farm.gln(), "sanchi:role", "processor"));
        });
  }

  private void authorised(String name, String reason, Consumer<Stories.Smallest> lie) {
    bad(
        name,
        "authority",
        reason,
        () -> {
          Stories.Smallest story = new Stories.Smallest();
          lie.accept(story);
          return of(story.world.serve(story.url));
        });
  }

  private void aboutAuthority() {
    authorised(
        "a_grower_grants_itself_a_role",
        "wrong_signer",
        story ->
            story.world.log(
                story.phone,
                "role_granted",
                IsoTime.print(story.world.clock),
                "sanchi:gln",
                story.farm.gln(),
                "sanchi:role",
                "processor"));
    authorised(
        "a_member_appoints_a_growers_agent",
        "wrong_signer",
        story -> {
          TraceEvent event =
              TraceEvent.read(
                  Jws.parse(
                      story.world.administrator(
                          0,
                          "range_lent",
                          "sanchi:gln",
                          story.farm.gln(),
                          "sanchi:prefix",
                          "4569951")));
          story.world.append(event, story.world.clock + 1);
        });
    authorised(
        "a_picker_enrols_a_key",
        "not_an_administrator",
        story -> {
          Device picker = story.world.device(story.farm, "picker");
          Device friend = new Device(World.key("friend"), story.farm.gln());
          enrol(story.world, picker, friend);
          harvest(story.world, friend);
        });
    authorised(
        "a_picker_appoints_an_agent",
        "not_an_administrator",
        story ->
            story.world.log(
                story.world.device(story.farm, "picker"),
                "agent_appointed",
                IsoTime.print(story.world.clock),
                "sanchi:agent",
                World.gln("456995100077")));
    authorised(
        "an_organisation_that_nobody_admitted",
        "organisation_not_admitted",
        story -> {
          Device device = new Device(World.key("unadmitted"), World.gln("456995100088"));
          story.world.append(
              story.world.administrator(0, "device_enrolled", story.world.enrolment(device, true)));
          harvest(story.world, device);
        });
    authorised(
        "an_organisation_admitted_too_late",
        "organisation_not_admitted",
        story -> {
          Device device = new Device(World.key("unadmitted"), World.gln("456995100088"));
          story.world.append(
              story.world.administrator(0, "device_enrolled", story.world.enrolment(device, true)));
          harvest(story.world, device);
          story.world.append(
              story.world.administrator(0, "organisation_admitted", "sanchi:gln", device.gln()));
        });
    authorised(
        "a_carrier_harvests",
        "no_role",
        story ->
            harvest(
                story.world, story.world.organisation("456995100066", "carrier").administrator()));
    authorised(
        "a_grower_whose_role_was_withdrawn",
        "no_role",
        story -> {
          story.world.append(
              story.world.administrator(
                  0, "role_withdrawn", "sanchi:gln", story.farm.gln(), "sanchi:role", "grower"));
          harvest(story.world, story.phone);
        });
    authorised(
        "a_grower_whose_role_came_later",
        "no_role",
        story -> {
          Organisation other = story.world.organisation("456995100055");
          harvest(story.world, other.administrator());
          story.world.append(
              story.world.administrator(
                  0, "role_granted", "sanchi:gln", other.gln(), "sanchi:role", "grower"));
        });
    authorised(
        "an_inspector_whom_one_member_approved",
        "no_role",
        story -> {
          Organisation inspector = story.world.organisation("456995100044");
          story.world.approve(
              new int[] {0},
              "role_granted",
              "sanchi:gln",
              inspector.gln(),
              "sanchi:role",
              "inspector");
          inspect(story.world, inspector, null);
        });
    authorised(
        "an_inspector_whom_one_member_approved_twice",
        "no_role",
        story -> {
          Organisation inspector = story.world.organisation("456995100044");
          story.world.approve(
              new int[] {0, 0},
              "role_granted",
              "sanchi:gln",
              inspector.gln(),
              "sanchi:role",
              "inspector");
          inspect(story.world, inspector, null);
        });
    authorised(
        "an_inspector_of_another_scheme",
        "not_accredited",
        story -> {
          Organisation inspector = story.world.organisation("456995100044", "inspector");
          story.world.approve(
              "accreditation_granted",
              "sanchi:gln",
              inspector.gln(),
              "sanchi:scheme",
              "organic-jas");
          inspect(story.world, inspector, "aya-rank");
        });
    authorised(
        "an_inspector_whose_accreditation_was_withdrawn",
        "not_accredited",
        story -> {
          Organisation inspector = story.world.organisation("456995100044", "inspector");
          for (String kind : List.of("accreditation_granted", "accreditation_withdrawn")) {
            story.world.approve(kind, "sanchi:gln", inspector.gln(), "sanchi:scheme", "aya-rank");
          }
          inspect(story.world, inspector, "aya-rank");
        });
    authorised(
        "an_office_that_nobody_appointed",
        "not_an_agent",
        story -> onBehalf(story, story.world.organisation("456995100033")));
    authorised(
        "an_office_that_was_dismissed",
        "not_an_agent",
        story -> {
          Organisation office = story.world.organisation("456995100033");
          for (String kind : List.of("agent_appointed", "agent_dismissed")) {
            story.world.log(
                story.phone, kind, IsoTime.print(story.world.clock), "sanchi:agent", office.gln());
          }
          onBehalf(story, office);
        });
  }

  static TraceEvent onBehalf(Stories.Smallest story, Organisation office) {
    return story.world.log(
        office.administrator(),
        "harvested",
        IsoTime.print(story.world.clock),
        "quantityList",
        World.quantity(LOT_URI, 48, "KGM"),
        "sanchi:onBehalfOf",
        story.farm.gln());
  }

  static TraceEvent inspect(World world, Organisation inspector, String scheme) {
    List<Object> fields = new ArrayList<>(List.of("quantityList", World.quantity(LOT_URI)));
    if (scheme != null) {
      fields.addAll(List.of("sanchi:scheme", scheme));
    }
    return world.log(
        inspector.administrator(), "lot_inspected", IsoTime.print(world.clock), fields.toArray());
  }

  /** One history less than an honest server sends, and the statement too says nothing of it. */
  private void without(String name, Stories.Komatsuna story, String subject) {
    bad(
        name,
        "required",
        "missing_history",
        () -> of(served(story.world, story.url, s -> leaveOut(s, subject))));
  }

  private static void leaveOut(Served served, String subject) {
    if (served.histories.remove(subject) == null) {
      throw new IllegalArgumentException("no history of " + subject);
    }
    served.restate();
    served.readings.removeIf(one -> one.subject().equals(subject));
    served.documents.remove(subject);
  }

  private void aboutWhatIsRequired() {
    without("the_lot_is_left_out", komatsuna, LOT);
    without("the_certificate_is_left_out", komatsuna, "certificate/" + komatsuna.certificate);
    without("a_crate_is_left_out", komatsuna, "crate/" + komatsuna.crate + "/2026-08-14");
    without("a_box_day_is_left_out", komatsuna, "box/" + komatsuna.box + "/2026-08-15");
    without("the_products_history_is_left_out", komatsuna, "product/" + Stories.KOMATSUNA);
    without("a_places_history_is_left_out", komatsuna, "place/" + komatsuna.place);
    without("the_markets_place_is_left_out", komatsuna, "place/" + komatsuna.marketPlace);
    without("a_place_that_nobody_described_is_left_out", komatsuna, "place/" + komatsuna.shopPlace);
    without(
        "the_package_itself_is_left_out",
        komatsuna,
        komatsuna.world.serve(komatsuna.url).start.subject().text());
    bad(
        "a_pallet_is_left_out",
        "required",
        "missing_history",
        () ->
            of(
                served(
                    komatsuna.world,
                    komatsuna.url,
                    s -> {
                      leaveOut(s, "sscc/" + komatsuna.pallet);
                      leaveOut(s, "box/" + komatsuna.box + "/2026-08-15");
                    })));
    bad(
        "an_input_lot_is_left_out",
        "required",
        "missing_history",
        () ->
            of(
                served(
                    salmon.world,
                    salmon.url,
                    s -> leaveOut(s, "lot/" + World.gtin("0700000100001") + "/SM-2505"))));
    bad(
        "the_feed_lot_is_left_out",
        "required",
        "missing_history",
        () ->
            of(
                served(
                    salmon.world,
                    salmon.url,
                    s -> leaveOut(s, "lot/" + World.gtin("0700000200001") + "/FD-771"))));
    bad(
        "one_of_twelve_growers_is_left_out",
        "required",
        "missing_history",
        () -> {
          Stories.TwelveGrowers story = new Stories.TwelveGrowers();
          return of(
              served(
                  story.world,
                  story.url,
                  s -> leaveOut(s, "lot/" + World.gtin("0456995111006") + "/G7")));
        });
    bad(
        "an_organisations_history_is_left_out",
        "authority",
        "organisation_not_admitted",
        () ->
            of(
                served(
                    komatsuna.world,
                    komatsuna.url,
                    s -> leaveOut(s, "organisation/" + komatsuna.market.gln()))));
    bad(
        "a_keys_history_is_left_out",
        "signatures",
        "key_not_enrolled",
        () ->
            of(
                served(
                    komatsuna.world,
                    komatsuna.url,
                    s -> leaveOut(s, "key/" + komatsuna.field.key().kid()))));
    bad(
        "another_packages_bundle_is_served",
        "required",
        "missing_history",
        () ->
            of(komatsuna.world.serve(komatsuna.url))
                .url(World.packageUrl(Stories.KOMATSUNA, Stories.RUN, 1)));
    bad(
        "the_lots_bundle_is_served_for_the_package",
        "required",
        "missing_history",
        () ->
            of(small.world.serve("/01/" + Stories.KOMATSUNA + "/10/" + Stories.LOT))
                .url(small.url));
    bad(
        "another_lots_history_as_well",
        "required",
        "surplus_history",
        s -> {
          s.histories.put("lot/" + Stories.KOMATSUNA + "/OTHER", List.of());
          s.restate();
        });
    bad(
        "a_sold_neighbour_as_well",
        "required",
        "surplus_history",
        s -> {
          s.histories.put(
              "package/" + World.packageUri(Stories.KOMATSUNA, Stories.RUN, 1).substring(19),
              List.of());
          s.restate();
        });
    unsure(
        "more_than_a_bundle_can_hold",
        "required",
        "not_followed",
        () ->
            of(
                served(
                    small.world,
                    small.url,
                    s -> {
                      for (int i = s.histories.size(); i < Required.MOST_SUBJECTS; i++) {
                        s.histories.put("lot/" + Stories.KOMATSUNA + "/N" + i, List.of());
                      }
                      s.restate();
                    })));
  }

  private void aboutLabelsDocumentsAndReadings() {
    bad("the_label_is_left_out", "label", "label_missing", s -> s.label = null);
    bad(
        "a_label_of_a_run_that_was_never_printed",
        "label",
        "label_surplus",
        () -> {
          Served served = small.world.serve(World.packageUrl(Stories.KOMATSUNA, "0ZZZ", 0));
          served.label = new Bundle.Label(served.start.label(), List.of());
          return of(served);
        });
    bad(
        "a_label_for_a_lot",
        "label",
        "label_surplus",
        () -> {
          Served served = small.world.serve("/01/" + Stories.KOMATSUNA + "/10/" + Stories.LOT);
          served.label = new Bundle.Label(filled(1), List.of());
          return of(served);
        });
    bad(
        "label_path_of_another_number",
        "label",
        "label_bad_path",
        s ->
            s.label = small.world.serve(World.packageUrl(Stories.KOMATSUNA, Stories.RUN, 1)).label);
    bad(
        "a_label_hash_that_was_not_printed",
        "label",
        "label_bad_path",
        s -> s.label = new Bundle.Label(filled(1), s.label.path()));
    bad(
        "a_label_path_with_a_step_more",
        "label",
        "label_bad_path",
        s -> {
          List<byte[]> longer = new ArrayList<>(s.label.path());
          longer.add(filled(1));
          s.label = new Bundle.Label(s.label.hash(), longer);
        });
    String product = "product/" + Stories.KOMATSUNA;
    whole(
        "a_description_that_nobody_signed",
        "documents",
        "document_surplus",
        s ->
            s.documents.put(
                product,
                Json.object("name", "最高級小松菜", "salt", Base64Url.encode(new byte[16])).canonical()));
    bad(
        "an_older_description",
        "documents",
        "document_surplus",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna("described twice").field();
          byte[] older = story.world.documents.get(product);
          story.world.describe(
              story.farm.administrator(), "product_described", product, "name", "小松菜 150g");
          return of(
              served(
                  story.world,
                  "/01/" + Stories.KOMATSUNA + "/10/" + Stories.LOT,
                  s -> s.documents.put(product, older)));
        });
    whole(
        "a_description_that_is_not_canonical",
        "documents",
        "document_malformed",
        s -> s.documents.computeIfPresent(product, (k, d) -> text(string(d) + " ")));
    whole(
        "a_description_without_salt",
        "documents",
        "document_malformed",
        s -> s.documents.put(product, Json.object("name", "小松菜").canonical()));
    whole(
        "a_description_with_too_little_salt",
        "documents",
        "document_malformed",
        s -> s.documents.put(product, Json.object("salt", "AAAA").canonical()));
    whole(
        "a_description_that_is_a_picture",
        "documents",
        "document_malformed",
        s -> s.documents.put(product, filled(0x89)));
    readings("readings_that_are_noise", "readings_malformed", leaves -> List.of(filled(3)));
    readings(
        "a_reading_of_another_version",
        "readings_malformed",
        leaves -> {
          leaves.get(0)[0] = 2;
          return leaves;
        });
    readings(
        "a_reading_made_cooler",
        "readings_wrong",
        leaves -> {
          leaves.get(1)[leaves.get(1).length - 1] -= 1;
          return leaves;
        });
    readings(
        "a_reading_is_left_out", "readings_wrong", leaves -> leaves.subList(0, leaves.size() - 1));
    readings(
        "readings_in_another_order",
        "readings_wrong",
        leaves -> {
          byte[] first = leaves.set(0, leaves.get(1));
          leaves.set(1, first);
          return leaves;
        });
    readings(
        "a_reading_of_another_day",
        "readings_wrong",
        leaves -> {
          Reading last = Reading.read(leaves.get(leaves.size() - 1));
          leaves.set(
              leaves.size() - 1,
              new Reading(last.device(), last.seq(), last.timeMs() + 86_400_000L, last.values())
                  .leaf());
          return leaves;
        });
    whole(
        "readings_of_a_window_that_is_none",
        "readings",
        "readings_surplus",
        s -> {
          Bundle.Readings one = s.readings.remove(0);
          s.readings.add(
              new Bundle.Readings(one.subject(), komatsuna.harvested.id(), one.leaves()));
        });
    whole(
        "readings_of_another_box",
        "readings",
        "readings_surplus",
        s -> {
          Bundle.Readings one = s.readings.remove(0);
          s.readings.add(new Bundle.Readings("box/OTHER1/2026-08-15", one.event(), one.leaves()));
        });
    whole(
        "readings_of_another_window",
        "readings",
        "readings_wrong",
        s -> {
          Bundle.Readings one = s.readings.remove(0);
          s.readings.add(
              new Bundle.Readings(
                  one.subject(),
                  one.event(),
                  one.leaves().stream()
                      .map(Reading::read)
                      .map(r -> World.reading(r.device(), r.seq(), r.timeMs(), 300).leaf())
                      .toList()));
        });
    bad(
        "a_warm_supplement_is_hidden",
        "histories",
        "history_incomplete",
        () -> {
          Stories.Komatsuna story = supplemented();
          return of(
              served(
                  story.world,
                  story.url,
                  s -> {
                    s.drop("window_supplemented");
                    s.readings.remove(s.readings.size() - 1);
                  }));
        });
    unsure(
        "the_readings_of_a_supplement_are_left_out",
        "readings",
        "readings_not_included",
        () -> {
          Stories.Komatsuna story = supplemented();
          return of(served(story.world, story.url, s -> s.readings.remove(s.readings.size() - 1)));
        });
    bad(
        "two_loggers_in_one_window",
        "readings",
        "readings_wrong",
        () -> {
          Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
          long loaded = IsoTime.parse("2026-08-15T03:00:00.000Z");
          story.journey(
              () ->
                  story.world.window(
                      story.office,
                      story.box,
                      List.of(
                          World.reading("logger-1", 1, loaded, 400),
                          World.reading("logger-2", 2, loaded, 400)),
                      null));
          return of(story.world.serve(story.url));
        });
    unsure(
        "the_readings_of_a_cool_hour_are_left_out_of_a_warm_night",
        "readings",
        "readings_not_included",
        () -> withoutReadings(20, 1, 400, 400, 1200));
    unsure(
        "the_readings_of_a_warm_hour_are_left_out",
        "readings",
        "readings_not_included",
        () -> withoutReadings(20, 1, 400, 1200, 400));
    unsure(
        "the_readings_of_a_warm_hour_that_is_allowed_are_left_out",
        "readings",
        "readings_not_included",
        () -> withoutReadings(60, 1, 400, 1200, 400));
    unsure(
        "the_readings_of_a_warm_hour_are_left_out_where_none_is_allowed",
        "readings",
        "readings_not_included",
        () -> withoutReadings(0, 1, 400, 1200, 400));
    unsure(
        "readings_are_left_for_later",
        "readings",
        "readings_not_included",
        () -> of(served(komatsuna.world, komatsuna.url, s -> s.readings.clear())));
  }

  /**
   * An hour's window for each of these values, a reading a quarter, and the bundle without the
   * readings of one of them.
   *
   * @param out its place
   */
  static Case withoutReadings(int allowedMinutes, int out, int... hundredths) {
    Stories.Komatsuna story = new Stories.Komatsuna().allowing(allowedMinutes).field().packing();
    long loaded = IsoTime.parse("2026-08-15T03:00:00.000Z");
    List<TraceEvent> windows = new ArrayList<>();
    story.journey(
        () -> {
          for (int i = 0; i < hundredths.length; i++) {
            int quarter = 4 * i;
            int value = hundredths[i];
            windows.add(
                story.world.window(
                    story.office,
                    story.box,
                    IntStream.range(quarter, quarter + 4)
                        .mapToObj(
                            at ->
                                World.reading(
                                    "logger-1", at, loaded + at * 15 * World.MINUTE, value))
                        .toList(),
                    null));
          }
        });
    String id = windows.get(out).id();
    return of(
        served(story.world, story.url, s -> s.readings.removeIf(one -> one.event().equals(id))));
  }

  private static Stories.Komatsuna supplemented() {
    Stories.Komatsuna story = new Stories.Komatsuna().field().packing();
    long loaded = IsoTime.parse("2026-08-15T03:00:00.000Z");
    return story.journey(
        () -> {
          TraceEvent first =
              story.world.window(
                  story.office,
                  story.box,
                  List.of(World.reading("logger-1", 1, loaded, 400)),
                  null);
          story.world.window(
              story.office,
              story.box,
              List.of(World.reading("logger-1", 2, loaded + World.MINUTE, 2000)),
              first);
        });
  }

  private void readings(String name, String reason, UnaryOperator<List<byte[]>> lie) {
    whole(
        name,
        "readings",
        reason,
        s -> {
          Bundle.Readings one = s.readings.remove(0);
          List<byte[]> copies = new ArrayList<>();
          one.leaves().forEach(leaf -> copies.add(leaf.clone()));
          s.readings.add(new Bundle.Readings(one.subject(), one.event(), lie.apply(copies)));
        });
  }
}

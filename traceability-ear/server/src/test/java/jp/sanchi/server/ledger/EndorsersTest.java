package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.TrustRoots;
import org.junit.jupiter.api.Test;

class EndorsersTest {
  private static final String ROOT =
      Base64.getEncoder()
          .encodeToString(CertificateAuthority.found("AnyMSP", Instant.now()).certificate());

  @Test
  void two_members_of_one_operator_are_one_operator() {
    Endorsers endorsers = endorsers(2, 2, Map.of("A", "x", "B", "x", "C", "y"));

    assertThat(endorsers.suffice(List.of("A", "B"))).isFalse();
    assertThat(endorsers.suffice(List.of("A", "C"))).isTrue();
    assertThat(endorsers.suffice(List.of("A", "A", "C"))).isTrue();
    assertThat(endorsers.suffice(List.of("C", "C"))).isFalse();
    assertThat(endorsers.suffice(List.of("C", "Stranger"))).isFalse();
  }

  @Test
  void asks_as_few_as_can_be_and_its_own_member_first() {
    Endorsers endorsers = endorsers(2, 2, Map.of("A", "x", "B", "x", "C", "y"));

    assertThat(endorsers.sets("B").get(0)).isEqualTo(Set.of("B", "C"));
    assertThat(endorsers.sets("B"))
        .containsExactlyInAnyOrder(Set.of("B", "C"), Set.of("A", "C"), Set.of("A", "B", "C"));
  }

  @Test
  void more_than_half_of_the_members_whatever_the_file_says() {
    Endorsers endorsers = endorsers(2, 1, Map.of("A", "x", "B", "x", "C", "x", "D", "x"));

    assertThat(endorsers.suffice(List.of("A", "B"))).isFalse();
    assertThat(endorsers.sets("A").get(0)).hasSize(3);
  }

  private static Endorsers endorsers(int members, int operators, Map<String, String> operatorOf) {
    List<Json> all =
        new TreeMap<>(operatorOf)
            .entrySet().stream()
                .<Json>map(
                    member ->
                        Json.object(
                            "intermediates",
                            Json.array(),
                            "mspId",
                            member.getKey(),
                            "operator",
                            member.getValue(),
                            "revoked",
                            Json.array(),
                            "roots",
                            Json.array(ROOT)))
                .toList();
    return new Endorsers(
        TrustRoots.read(
            Json.object(
                    "channel",
                    "trace",
                    "chaincode",
                    "trace",
                    "consortium",
                    "test-2026",
                    "expires",
                    4102444800000L,
                    "format",
                    "sanchi-trust-v0",
                    "members",
                    new Json.Arr(all),
                    "mode",
                    "fabric",
                    "threshold",
                    Json.object("members", members, "operators", operators),
                    "version",
                    1)
                .canonical()));
  }
}

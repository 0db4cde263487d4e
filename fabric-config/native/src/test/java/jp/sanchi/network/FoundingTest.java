package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.WorldState;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.TrustRoots;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The founding and the trust file, judged by the kernel that will judge them. */
class FoundingTest {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 16);

  @TempDir Path folder;
  private DataFolder data;
  private NetworkState state;
  private final Map<String, byte[]> world = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void make() {
    data = new DataFolder(folder);
    state = MadeNetwork.in(folder, 7050);
  }

  @Test
  void the_kernel_accepts_the_founding() {
    assertThat(append(founding())).isEqualTo("[0]");
    assertThat(append(founding())).startsWith("[[\"already_founded\"");
  }

  @Test
  void more_operators_raise_the_threshold() {
    assertThat(Founding.payload(data, state, Instant.now()).object("sanchi:threshold"))
        .isEqualTo(Json.object("members", 2, "operators", 1));

    var members = new ArrayList<>(state.members());
    members.set(1, Member.of("inspectors", "JAS", 1, true));
    NetworkState two = state.with(members);

    assertThat(Founding.payload(data, two, Instant.now()).object("sanchi:threshold"))
        .isEqualTo(Json.object("members", 2, "operators", 2));
  }

  @Test
  void verifiers_read_the_trust_file() {
    append(founding());

    TrustRoots trust = TrustRoots.read(trust(msps()));

    assertThat(trust.consortium()).isEqualTo("sanchi-test");
    assertThat(trust.mode()).isEqualTo("fabric");
    assertThat(trust.version()).isEqualTo(1);
    assertThat(trust.thresholdMembers()).isEqualTo(2);
    assertThat(trust.oneOperator()).isTrue();
    assertThat(trust.members().keySet())
        .containsExactly("GrowersMSP", "InspectorsMSP", "LogisticsMSP");
    assertThat(trust.expires())
        .isBetween(
            Instant.now().plus(Duration.ofDays(3600)).toEpochMilli(),
            Instant.now().plus(Duration.ofDays(3660)).toEpochMilli());
    assertThat(warnings).isEmpty();
  }

  @Test
  void who_is_on_a_members_revocation_list_is_revoked() throws Exception {
    append(founding());
    var msps = msps();
    KeyedCertificate ca =
        KeyedCertificate.read(
            data.authority("GrowersMSP", "ca.pem"), data.authority("GrowersMSP", "ca.key"));
    var crl =
        new X509v2CRLBuilder(
            X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded()),
            new Date());
    BigInteger serial = new BigInteger("80ab00cd", 16);
    crl.addCRLEntry(serial, new Date(), 1);
    byte[] der =
        crl.build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.key())).getEncoded();
    msps.put(
        "GrowersMSP",
        msps.get("GrowersMSP").toBuilder()
            .addRevocationList(ByteString.copyFromUtf8(KeyedCertificate.pem("X509 CRL", der)))
            .build());

    TrustRoots trust = TrustRoots.read(trust(msps));

    assertThat(trust.members().get("GrowersMSP").revoked()).containsExactly(serial);
    assertThat(trust.members().get("LogisticsMSP").revoked()).isEmpty();
  }

  @Test
  void says_where_channel_and_ledger_disagree() {
    append(founding());
    var msps = msps();
    msps.put("FishersMSP", msps.remove("LogisticsMSP"));

    TrustRoots trust = TrustRoots.read(trust(msps));

    assertThat(trust.members()).containsKey("LogisticsMSP").doesNotContainKey("FishersMSP");
    assertThat(warnings)
        .containsExactlyInAnyOrder(
            "LogisticsMSP is a member on the ledger, but not of the channel.",
            "FishersMSP is a member of the channel, but not yet on the ledger.");
  }

  private String founding() {
    return Ledger.signed(
        Founding.payload(data, state, Instant.now()),
        Peers.administrator(data, state.peers().get(0)),
        0);
  }

  private String append(String jws) {
    byte[] answer =
        TraceFunctions.call(
            state(), "trace", List.of(bytes("append"), bytes(jws)), Instant.now().toEpochMilli());
    return new String(answer, StandardCharsets.UTF_8);
  }

  private byte[] trust(SortedMap<String, FabricMSPConfig> msps) {
    byte[] value = world.get("subject/consortium/sanchi-test");
    return Trust.json("sanchi-test", msps, (Json.Obj) Json.parse(value, LIMITS), warnings);
  }

  private SortedMap<String, FabricMSPConfig> msps() {
    var msps = new TreeMap<String, FabricMSPConfig>();
    for (Member member : state.peers()) {
      msps.put(
          member.mspId(),
          FabricMSPConfig.newBuilder()
              .setName(member.mspId())
              .addRootCerts(
                  ByteString.copyFrom(Folders.read(data.authority(member.mspId(), "ca.pem"))))
              .build());
    }
    return msps;
  }

  private WorldState state() {
    return new WorldState() {
      @Override
      public Map<String, byte[]> load(Collection<String> keys) {
        var found = new HashMap<String, byte[]>();
        keys.stream().filter(world::containsKey).forEach(key -> found.put(key, world.get(key)));
        return found;
      }

      @Override
      public void put(Map<String, byte[]> changed) {
        world.putAll(changed);
      }
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

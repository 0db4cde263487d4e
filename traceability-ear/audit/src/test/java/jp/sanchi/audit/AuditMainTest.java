package jp.sanchi.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.P256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(FastProvider.class)
class AuditMainTest {
  private static final Json.Limits REPORT = new Json.Limits(1 << 20, 8);
  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

  @TempDir private Path folder;
  private Path blocks;
  private Path trust;
  private String out;
  private String err;

  @BeforeEach
  void write_a_chain() throws IOException {
    Fixture fabric = Fixture.fabric();
    blocks = Files.createDirectory(folder.resolve("blocks"));
    for (int i = 0; i < fabric.blocks().size(); i++) {
      Files.write(blocks.resolve("trace_" + i + ".block"), fabric.blocks().get(i));
    }
    Files.writeString(blocks.resolve("README.txt"), "no block");
    trust = Files.write(folder.resolve("trust.json"), fabric.trustJson());
  }

  private int run(Object... args) {
    var printed = new ByteArrayOutputStream();
    var complained = new ByteArrayOutputStream();
    int code =
        AuditMain.run(
            Arrays.stream(args).map(Object::toString).toArray(String[]::new),
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8),
            InstantSource.fixed(NOW));
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    return code;
  }

  @Test
  void ends_with_0_for_a_folder_of_good_blocks_and_says_what_it_trusts_and_does_not_cover() {
    assertThat(run("--blocks", blocks, "--trust", trust)).isZero();

    assertThat(out)
        .startsWith("Trusted: the members' roots in trust.json.")
        .contains("aya-2026, GrowersMSP, InspectorsMSP, LogisticsMSP")
        .contains("One operator holds the keys of all members.")
        .contains("block 13 of 13 (100%), 13 events")
        .contains("Not covered: where block 0 comes from")
        .contains("GOOD: 13 blocks, 13 events and 7 histories recomputed; everything agrees.");
    assertThat(err).isEmpty();
  }

  @Test
  void takes_files_by_their_numbers_in_whatever_order_they_are_given() {
    assertThat(
            run(
                "--trust",
                trust,
                "--blocks",
                blocks.resolve("trace_1.block"),
                blocks.resolve("trace_0.block"),
                blocks.resolve("trace_2.block"),
                blocks.resolve("trace_3.block"),
                blocks.resolve("trace_4.block")))
        .isZero();

    assertThat(out).contains("GOOD: 5 blocks, 1 events");
  }

  @Test
  void ends_with_1_and_names_block_part_and_bytes_of_a_flipped_bit() throws IOException {
    Path file = blocks.resolve("trace_8.block");
    byte[] bytes = Files.readAllBytes(file);
    bytes[3000] ^= 4;
    Files.write(file, bytes);

    assertThat(run("--blocks", blocks, "--trust", trust, "--report", folder.resolve("r.json")))
        .isEqualTo(1);

    assertThat(out)
        .containsPattern("FOUND {2}block 8, data, bytes [0-9]+-[0-9]+: the data are not")
        .contains("later blocks were not looked at");
    Json.Obj report = (Json.Obj) Json.parse(Files.readAllBytes(folder.resolve("r.json")), REPORT);
    assertThat(report.text("result")).isEqualTo("found");
    assertThat(report.bool("incomplete")).isTrue();
    Json.Obj finding = (Json.Obj) report.array("findings").get(0);
    assertThat(finding.integer("block")).isEqualTo(8);
    assertThat(finding.text("code")).isEqualTo("data_hash");
  }

  @Test
  void speaks_japanese() {
    assertThat(run("--blocks", blocks, "--trust", trust, "--lang", "ja")).isZero();
    assertThat(out).contains("良好：13ブロック、13件の記録、7個の履歴");
  }

  @Test
  void signs_the_report_with_the_given_key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Path key =
        Files.writeString(
            folder.resolve("key.pem"),
            pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    Path report = folder.resolve("report.json");

    assertThat(run("--blocks", blocks, "--trust", trust, "--report", report, "--key", key))
        .isZero();

    byte[] encoded = pair.getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
    String[] jws = Files.readString(folder.resolve("report.json.jws")).split("\\.");
    assertThat(
            P256.verifyRaw(
                point,
                (jws[0] + "." + jws[1]).getBytes(StandardCharsets.US_ASCII),
                Base64Url.decode(jws[2])))
        .isTrue();
    assertThat(Base64Url.decode(jws[1])).isEqualTo(Files.readAllBytes(report));
    Json.Obj header = (Json.Obj) Json.parse(Base64Url.decode(jws[0]), REPORT);
    assertThat(header.text("kid")).isEqualTo(Base64Url.encode(P256.thumbprint(point)));
    assertThat(out).contains(header.text("kid")).doesNotContain("fresh key");
    Json.Obj read = (Json.Obj) Json.parseCanonical(Files.readAllBytes(report), REPORT);
    assertThat(read.integer("time")).isEqualTo(NOW.toEpochMilli());
    assertThat(read.object("figures").integer("blocks")).isEqualTo(13);
  }

  @Test
  void signs_with_a_fresh_key_where_none_is_given_and_prints_its_thumbprint() {
    Path report = folder.resolve("report.json");
    assertThat(run("--blocks", blocks, "--trust", trust, "--report", report)).isZero();
    assertThat(out).containsPattern("\\([A-Za-z0-9_-]{43}, a fresh key for this audit\\)");
  }

  @Test
  void ends_with_2_where_it_can_not_begin() throws IOException {
    assertThat(run()).isEqualTo(2);
    assertThat(err).startsWith("Blocks or a connection, and a trust file, are needed.");
    assertThat(run("--blocks", blocks)).isEqualTo(2);
    assertThat(run("--blocks", blocks, "--trust")).isEqualTo(2);
    assertThat(err).startsWith("The option --trust needs a value.");
    assertThat(run("--what")).isEqualTo(2);
    assertThat(err).startsWith("There is no option --what.");
    assertThat(run("--blocks", blocks, "--trust", trust, "--live")).isEqualTo(2);
    assertThat(run("--blocks", blocks, "--trust", trust, "--genesis", "abc")).isEqualTo(2);
    assertThat(run("--blocks", blocks, "--trust", trust, "--lang", "fr")).isEqualTo(2);
    assertThat(run("--blocks", folder.resolve("none"), "--trust", trust)).isEqualTo(2);
    assertThat(err).startsWith("Can't be read:");
    assertThat(run("--blocks", Files.createDirectory(folder.resolve("e")), "--trust", trust))
        .isEqualTo(2);
    assertThat(err).startsWith("There are no blocks in");
    assertThat(run("--blocks", blocks, "--trust", blocks.resolve("README.txt"))).isEqualTo(2);
    assertThat(err).startsWith("This is no trust file:");
    assertThat(run("--blocks", blocks, "--trust", trust, "--key", trust)).isEqualTo(2);
    assertThat(err).startsWith("A report key is a PEM file");
    assertThat(run("--connection", trust, "--trust", trust)).isEqualTo(2);
    assertThat(err).contains("this is no connection file");
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }
}

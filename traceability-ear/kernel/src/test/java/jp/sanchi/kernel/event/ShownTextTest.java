package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShownTextTest {
  @Test
  void takes_only_code_points_that_every_supported_java_knows() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean laterIdeograph = (c >= 0x20000 && c < 0x2F800) || (c >= 0x30000 && c < 0x3FFFE);
      if (!laterIdeograph && Character.getType(c) == Character.UNASSIGNED) {
        assertThat(ShownText.allowed(Character.toString(c))).as("U+%X", c).isFalse();
      }
    }
  }

  @Test
  void takes_every_single_character_that_is_nfc_assigned_and_harmless() {
    int allowed = 0;
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (ShownText.allowed(Character.toString(c))) {
        allowed++;
      }
    }
    // A changed number is a changed wire format.
    assertThat(allowed).isEqualTo(344017);
  }

  @Test
  void agrees_with_the_platform_on_what_is_composed() {
    int[] characters =
        "aeか\u3099\u309Aがは\u0301\u0323\u030Aé각\u1100\u1161\u11A8산産\uF900Å\u302Aｶﾞ一"
            .codePoints()
            .toArray();
    var random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(5); j >= 0; j--) {
        text.appendCodePoint(characters[random.nextInt(characters.length)]);
      }
      String candidate = text.toString();
      assertThat(ShownText.allowed(candidate))
          .isEqualTo(Normalizer.normalize(candidate, Normalizer.Form.NFC).equals(candidate));
    }
  }

  @Test
  void keeps_the_table_of_code_points_byte_for_byte() throws Exception {
    try (var in = ShownText.class.getResourceAsStream("text-code-points.txt")) {
      byte[] table = in.readAllBytes();
      assertThat(new String(table, StandardCharsets.US_ASCII)).doesNotContain("\r");
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(table);
      assertThat(HexFormat.of().formatHex(hash))
          .isEqualTo("080b30708e6f799aeac6a40f13a134dc7477f502e87af652e214cf7eeeb39481");
    }
  }
}

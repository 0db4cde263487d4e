package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QrCodeTest {
  private static final Pattern RUN = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-\\3z");

  @Test
  void draws_a_code_that_reads_as_the_address() throws Exception {
    String address = "https://sanchi.example/01/04569951110016/21/Y04B000345A5G4K46VY3";
    QrCode code = QrCode.of(address);

    int size = code.size() - 8;
    BitMatrix modules = new BitMatrix(size);
    Matcher run = RUN.matcher(code.path());
    int read = 0;
    for (; run.find(); read = run.end()) {
      assertThat(run.start()).isEqualTo(read);
      int x = Integer.parseInt(run.group(1)) - 4;
      int y = Integer.parseInt(run.group(2)) - 4;
      modules.setRegion(x, y, Integer.parseInt(run.group(3)), 1);
    }
    assertThat(read).isEqualTo(code.path().length());
    assertThat(new Decoder().decode(modules).getText()).isEqualTo(address);
  }
}

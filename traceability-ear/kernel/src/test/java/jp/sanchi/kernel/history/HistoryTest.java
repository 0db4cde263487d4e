package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HistoryTest {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "histories.json",
        vector -> {
          Json.Obj input = vector.object("input");
          List<History.Entry> entries = new ArrayList<>();
          for (Json item : input.array("entries").items()) {
            Json.Arr pair = (Json.Arr) item;
            entries.add(
                new History.Entry(
                    ((Json.Text) pair.get(0)).value(), ((Json.Num) pair.get(1)).longValue()));
          }
          try {
            History history = new History(input.text("subject"), entries);
            List<String> heads = new ArrayList<>();
            for (int n = 0; n <= history.size(); n++) {
              heads.add(Base64Url.encode(history.head(n)));
            }
            assertThat(history.head()).isEqualTo(history.head(history.size()));
            return Json.object("heads", heads);
          } catch (IllegalArgumentException e) {
            return Json.object("refused", "record_time_back");
          }
        });
  }

  @Test
  void chains_nothing_but_hashes_of_32_bytes() {
    byte[] hash = new byte[32];
    byte[] shorter = new byte[31];
    assertThatThrownBy(() -> History.head("key/x", 1, shorter, hash, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> History.head("key/x", 1, hash, shorter, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keeps_its_heads_to_itself() {
    History history = new History("key/x", List.of(new History.Entry(Draft.HASH, 1)));
    history.head(1)[0] ^= 1;
    assertThat(history.head(1)).isEqualTo(new History("key/x", history.entries()).head());
    assertThat(history.subject()).isEqualTo("key/x");
  }
}

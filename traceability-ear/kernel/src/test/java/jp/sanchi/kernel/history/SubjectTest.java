package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.event.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SubjectTest {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "subjects.json",
        vector -> {
          Subject subject = Subject.parse(vector.text("input"));
          assertThat(Subject.of(subject.kind(), subject.values().toArray(String[]::new)))
              .isEqualTo(subject);
          return Json.object(
              "kind", subject.kind().name().toLowerCase(Locale.ROOT), "values", subject.values());
        });
  }

  @Test
  void reads_whatever_the_events_of_all_kinds_are_appended_to() {
    for (Kinds.Row row : Kinds.rows().values()) {
      Field.Signer signer =
          row.signer() == Kinds.Signer.MEMBER || row.signer() == Kinds.Signer.APPROVED
              ? new Field.Member("AyaMSP", "Aya-JA")
              : new Field.Device("phone", Draft.gln(1));
      TraceEvent event = TraceEvent.read(Jws.parse(signer.sign(Draft.of(row.kind()).full())));
      assertThat(event.subjects())
          .as(row.kind())
          .isNotEmpty()
          .allSatisfy(subject -> assertThat(Subject.parse(subject).text()).isEqualTo(subject));
    }
  }

  @Test
  void cannot_be_made_of_a_text_and_values_that_differ() {
    Subject lot = Subject.of(Subject.Kind.LOT, Draft.gtin(11001), "A");
    assertThatThrownBy(() -> new Subject(lot.kind(), lot.text() + "B", lot.values()))
        .hasMessage("subject_malformed");
    assertThatThrownBy(() -> Subject.of(Subject.Kind.LOT, Draft.gtin(11001)))
        .hasMessage("subject_malformed");
    assertThat(lot).hasToString("lot/04569951110016/A");
    assertThat(lot.value()).isEqualTo("04569951110016");
    assertThat(Subject.Kind.CRATE.isUnit()).isTrue();
    assertThat(Subject.Kind.BOX.isUnit()).isFalse();
    assertThat(Subject.Kind.BOX.word()).isEqualTo("box");
  }
}

package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kind that is an EPCIS event is one by GS1's own schema, which knows nothing of Sanchi. */
class EpcisSchemaTest {
  private static final JsonSchema SCHEMA = schema();

  @TestFactory
  Stream<DynamicTest> takes_every_kind_with_the_members_it_must_have() {
    return kinds()
        .map(kind -> dynamicTest(kind, () -> assertThat(faults(Draft.of(kind))).isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> takes_every_kind_with_all_members_it_may_have() {
    return kinds()
        .map(
            kind ->
                dynamicTest(
                    kind,
                    () -> {
                      Draft full =
                          Draft.of(kind)
                              .full()
                              .with("sanchi:organisation", Draft.gln(1))
                              .with("sanchi:onBehalfOf", Draft.gln(3))
                              .with("sanchi:note", "朝採れ")
                              .with("sanchi:_sd", Json.array(Draft.HASH))
                              .declaredError(Draft.HASH);
                      assertThat(faults(full)).isEmpty();
                    }));
  }

  @Test
  void takes_a_crate_with_its_day() {
    Draft packed =
        Draft.of("packed").with("parentID", Draft.crate("C7")).with("sanchi:day", "2026-08-15");
    assertThat(faults(packed)).isEmpty();
  }

  @Test
  void would_refuse_what_is_no_epcis() {
    Draft sown = Draft.of("sowing");
    assertThat(faults(sown.with("bizStep", "sowing"))).isNotEmpty();
    assertThat(faults(sown.with("variety", "いなむら"))).isNotEmpty();
    assertThat(faults(sown.with("eventTime", "2026-08-15"))).isNotEmpty();
    assertThat(faults(sown.with("readPoint", Json.object("id", "north field")))).isNotEmpty();
    assertThat(faults(sown.without("action"))).isNotEmpty();
  }

  private static Stream<String> kinds() {
    return Kinds.rows().values().stream().filter(row -> !row.administration()).map(Kinds.Row::kind);
  }

  private static Set<?> faults(Draft draft) {
    return SCHEMA.validate(
        draft.payload().canonicalText(),
        InputFormat.JSON,
        context -> context.getExecutionConfig().setFormatAssertionsEnabled(true));
  }

  private static JsonSchema schema() {
    try (InputStream in =
        EpcisSchemaTest.class.getResourceAsStream("/epcis/EPCIS-JSON-Schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

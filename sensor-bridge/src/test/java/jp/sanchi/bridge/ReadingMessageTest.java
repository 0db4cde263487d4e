package jp.sanchi.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingMessageTest {
  private static final String TOPIC = "sanchi/4569953000018/k7/readings";
  private static final String GOOD =
      "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,"
          + "\"values\":{\"humidity\":8800,\"temperature\":-50}}";

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(Path.of("../traceability-ear/docs/reading.schema.json")));
  }

  private static ReadingMessage read(String topic, String json) throws RefusedReading {
    return ReadingMessage.read(topic, json.getBytes(StandardCharsets.UTF_8));
  }

  private static Refusal refusal(String topic, String json) {
    return catchThrowableOfType(RefusedReading.class, () -> read(topic, json)).refusal();
  }

  @Test
  void reads_what_the_schema_shows() throws Exception {
    ReadingMessage message = read(TOPIC, GOOD);
    assertThat(message.organisation()).isEqualTo("4569953000018");
    assertThat(message.values()).containsEntry(Measure.TEMPERATURE, -50L).hasSize(2);
    assertThat(schema().validate(new ObjectMapper().readTree(GOOD))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":3.42}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":\"342\"}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":null}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":20001}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"pressure\":1}}",
        "{\"device\":\"k7\",\"seq\":-1,\"time\":1790000000000,\"values\":{\"temperature\":1}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":17900000000,\"values\":{\"temperature\":1}}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":[1]}",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":1},\"x\":1}"
      })
  void refuses_what_the_schema_refuses(String json) throws Exception {
    assertThat(refusal(TOPIC, json)).isEqualTo(Refusal.MALFORMED);
    assertThat(schema().validate(new ObjectMapper().readTree(json))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{\"device\":\"k7\",\"seq\":1,\"time\":1790000000000,\"values\":{\"temperature\":NaN}}",
        "{\"device\":\"k7\",\"seq\":1e3,\"time\":1790000000000,\"values\":{\"temperature\":1}}",
        "{\"device\":\"k7\",\"seq\":1,\"seq\":2,\"time\":1790000000000,\"values\":{\"temperature\":1}}"
      })
  void refuses_what_is_no_json_of_ours(String json) {
    assertThat(refusal(TOPIC, json)).isEqualTo(Refusal.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sanchi/4569953000018/k8/readings",
        "sanchi/4569953000018/k7/readings/",
        "sanchi/4569953000018/k7/settings",
        "k7"
      })
  void refuses_a_topic_that_is_not_the_devices_own(String topic) {
    assertThat(refusal(topic, GOOD)).isEqualTo(Refusal.WRONG_TOPIC);
  }
}

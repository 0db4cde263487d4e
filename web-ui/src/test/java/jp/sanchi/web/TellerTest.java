package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Verdict;
import org.junit.jupiter.api.Test;

class TellerTest {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 24, 16);

  @Test
  void tells_what_the_browser_tells_of_every_bundle_and_nothing_of_those_that_fail()
      throws Exception {
    Map<String, Json> browser = toldByTheBrowser();
    assertThat(browser).hasSizeGreaterThan(100);
    int told = 0;
    for (Json.Obj vector : Vectors.all()) {
      BundleVerifier.Result result = Vectors.verify(vector);
      var byLanguage = new TreeMap<String, Json>();
      for (Words words : List.of(Words.JAPANESE, Words.ENGLISH)) {
        boolean failed = result.verdict().result() == Verdict.Result.FAILED;
        assertThat(result.story() == null).as(vector.text("name")).isEqualTo(failed);
        Telling telling = failed ? null : Teller.tell(result, words);
        byLanguage.put(words.language(), json(telling));
        told += failed ? 0 : 1;
      }
      assertThat(new Json.Obj(byLanguage).canonicalText())
          .as(vector.text("name"))
          .isEqualTo(browser.get(vector.text("name")).canonicalText());
    }
    assertThat(told).isGreaterThan(60);
  }

  @Test
  void tells_komatsuna_from_field_to_shelf() {
    Telling telling = Vectors.tell(Vectors.named("komatsuna_from_field_to_shelf"), Words.JAPANESE);

    assertThat(telling.title()).isEqualTo("有機小松菜 200g");
    assertThat(telling.steps())
        .extracting(Telling.Step::what)
        .containsSubsequence("ロットを登録しました", "収穫しました", "出荷しました", "販売しました");
    assertThat(telling.certificates()).singleElement().matches(Telling.Certificate::thirdParty);
    assertThat(telling.alerts()).isEmpty();
  }

  @Test
  void marks_what_an_inspector_has_recorded_and_nothing_else() {
    Telling telling = Vectors.tell(Vectors.named("komatsuna_from_field_to_shelf"), Words.ENGLISH);

    assertThat(telling.steps())
        .filteredOn(Telling.Step::thirdParty)
        .extracting(Telling.Step::what)
        .containsExactly("Inspected");
  }

  /** What {@code telling.ts} says of the same bundles. */
  private static Map<String, Json> toldByTheBrowser() throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder("node", "build/tell.mjs", Vectors.FOLDER.toAbsolutePath().toString())
            .directory(Path.of("").toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    node.getOutputStream().close();
    String lines = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).isZero();
    Map<String, Json> told = new LinkedHashMap<>();
    for (String line : lines.split("\n", -1)) {
      if (line.startsWith("{")) {
        Json.Obj one = (Json.Obj) Json.parse(line.getBytes(StandardCharsets.UTF_8), LIMITS);
        told.put(one.text("name"), one.get("told"));
      }
    }
    return told;
  }

  private static Json json(Object value) throws ReflectiveOperationException {
    if (value == null) {
      return Json.Null.VALUE;
    }
    if (value instanceof Boolean flag) {
      return Json.of(flag);
    }
    if (value instanceof String text) {
      return Json.of(text);
    }
    if (value instanceof List<?> list) {
      var items = new ArrayList<Json>();
      for (Object item : list) {
        items.add(json(item));
      }
      return new Json.Arr(items);
    }
    var members = new TreeMap<String, Json>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      members.put(component.getName(), json(component.getAccessor().invoke(value)));
    }
    return new Json.Obj(members);
  }
}

package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import org.junit.jupiter.api.Test;

class LinksetTest {
  private static final String VOC = "https://ref.gs1.org/voc/";
  private static final String PATH = "/01/04569951110016/10/K%2F1";
  private static final Linkset LOT =
      Linkset.of(DigitalLink.parse("http://shop.example" + PATH), "https://sanchi.example", false);

  private static Json.Obj context(Linkset linkset) {
    Json.Arr contexts = linkset.json().array("linkset");
    assertThat(contexts.size()).isEqualTo(1);
    return (Json.Obj) contexts.get(0);
  }

  @Test
  void is_anchored_at_the_canonical_uri() {
    assertThat(context(LOT).text("anchor")).isEqualTo("https://id.gs1.org" + PATH);
  }

  @Test
  void names_the_page_in_both_languages_and_the_proof() {
    Json.Obj context = context(LOT);

    assertThat(context.members().keySet())
        .containsExactlyInAnyOrder(
            "anchor",
            VOC + "defaultLink",
            VOC + "pip",
            VOC + "traceability",
            VOC + "verificationService");
    assertThat(context.array(VOC + "pip").items())
        .extracting(link -> ((Json.Obj) link).text("href"))
        .containsExactly(
            "https://sanchi.example" + PATH + "?lang=ja",
            "https://sanchi.example" + PATH + "?lang=en");
    assertThat(context.array(VOC + "pip").get(0).canonicalText())
        .contains("\"hreflang\":[\"ja\"]", "\"title\":\"産地の履歴\"", "\"type\":\"text/html\"");
    assertThat(context.array(VOC + "traceability").items())
        .extracting(link -> ((Json.Obj) link).text("type"))
        .containsExactly("text/html", "text/html", "application/json");
  }

  @Test
  void leads_to_the_link_that_is_asked_for_by_any_of_its_names() {
    for (String name :
        List.of("gs1:pip", VOC + "pip", "https://gs1.org/voc/pip", "https://www.gs1.org/voc/pip")) {
      assertThat(LOT.best(name, "text/html", "en").href())
          .isEqualTo("https://sanchi.example" + PATH + "?lang=en");
    }
    assertThat(LOT.best("gs1:traceability", "application/json", "en").href())
        .isEqualTo(
            "https://sanchi.example/api/bundles?subject=%2F01%2F04569951110016%2F10%2FK%252F1");
    assertThat(LOT.best("gs1:verificationService", "text/html", "ja").href())
        .isEqualTo("https://sanchi.example/verify/#https://sanchi.example" + PATH);
  }

  @Test
  void knows_no_link_of_another_type() {
    for (String name : List.of("gs1:recipeInfo", "pip", "", "https://evil.example/pip")) {
      assertThat(LOT.best(name, "text/html", "ja")).as(name).isNull();
    }
  }

  @Test
  void promises_no_history_of_what_is_not_public() {
    for (String path : List.of("/8003/04569951110016A", "/414/4569951001017")) {
      Linkset box = Linkset.of(DigitalLink.parse(path), "https://sanchi.example", false);

      assertThat(context(box).members().keySet())
          .containsExactlyInAnyOrder("anchor", VOC + "defaultLink", VOC + "pip");
    }
  }

  @Test
  void leads_to_a_recall_where_there_is_one() {
    Linkset recalled = Linkset.of(DigitalLink.parse(PATH), "https://sanchi.example", true);
    assertThat(recalled.best("gs1:recallStatus", null, "ja").href())
        .isEqualTo("https://sanchi.example" + PATH + "?lang=ja");
    assertThat(LOT.best("gs1:recallStatus", null, "ja")).isNull();
  }
}

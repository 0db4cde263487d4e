package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final String EVIL = "<script>alert(\"1\")</script>'&";
  private static final Assets ASSETS =
      Assets.read(
          """
          {"_ask.js": {"file": "a.js"},
           "src/page.css": {"file": "s.css"},
           "src/page/easy.ts": {"file": "e.js"},
           "src/page/tongue.ts": {"file": "t.js"},
           "src/shared/words/en.json": {"file": "en.js"},
           "src/shared/words/ja.json": {"file": "ja.js"},
           "src/shared/words/easy.json": {"file": "w.js"},
           "src/page/page.ts": {"file": "p.js", "imports": ["_ask.js"]}}"""
              .getBytes(StandardCharsets.UTF_8));

  private static String render(String template, Words words, Map<String, Object> values) {
    var all = new HashMap<>(values);
    all.put("page", new Page(words, null, EVIL, ASSETS, new Page.Preview(EVIL, EVIL, EVIL, true)));
    StringOutput html = new StringOutput();
    TemplateEngine.createPrecompiled(null, ContentType.Html, null, "jp.sanchi.web.jte")
        .render(template, all, html);
    return html.toString();
  }

  private static String thing(Telling telling, Words words) {
    var values = new HashMap<String, Object>();
    values.put("telling", telling);
    values.put("address", "/01/04569951110016/10/A");
    values.put("origin", "https://sanchi.example");
    return render("thing.jte", words, values);
  }

  private static Telling evil() {
    var field = new Telling.Field(EVIL, EVIL);
    var correction = new Telling.Correction(EVIL, new Telling.Right(EVIL, EVIL));
    var step =
        new Telling.Step(
            EVIL,
            EVIL,
            EVIL,
            true,
            EVIL,
            EVIL,
            EVIL,
            EVIL,
            true,
            "corrected",
            EVIL,
            List.of(field),
            correction);
    return new Telling(
        EVIL,
        EVIL,
        EVIL,
        true,
        new Telling.Photo(EVIL, EVIL),
        List.of(
            new Telling.Alert(
                "recalled",
                "red",
                EVIL,
                List.of(EVIL),
                List.of(field),
                List.of(EVIL),
                new Telling.Call(EVIL, EVIL, EVIL),
                List.of(field))),
        List.of(field),
        List.of(field),
        List.of(new Telling.Notice("recalled", "red", EVIL, List.of(EVIL))),
        List.of(step),
        List.of(new Telling.Temperature(EVIL, "red", List.of(EVIL), true)),
        List.of(new Telling.Input(EVIL, List.of(EVIL), true, List.of(step))),
        List.of(
            new Telling.Certificate(EVIL, true, "neutral", null, EVIL, List.of(field), null),
            new Telling.Certificate(
                EVIL, false, "neutral", null, EVIL, List.of(field), new Telling.Photo(EVIL, EVIL)),
            new Telling.Certificate(EVIL, true, "red", EVIL, EVIL, List.of(field), null)));
  }

  @Test
  void whatever_a_signed_text_holds_comes_out_as_text() {
    String html = thing(evil(), Words.JAPANESE);

    assertThat(html.split("&lt;script&gt;alert", -1)).hasSizeGreaterThan(20);
    assertThat(html).doesNotContain("<script>alert").doesNotContain("alert(\"1\")\"");
    assertThat(html.split("<script", -1)).hasSize(3);
  }

  @Test
  void the_address_is_escaped_where_it_stands_in_a_link() {
    var values = new HashMap<String, Object>();
    values.put("telling", null);
    values.put("address", "/01/04569951110016/10/\"><script>");

    assertThat(render("thing.jte", Words.ENGLISH, values))
        .contains("subject=%2F01%2F04569951110016%2F10%2F%22%3E%3Cscript%3E\"");
  }

  @Test
  void never_says_by_itself_that_something_was_verified() {
    for (Words words : List.of(Words.JAPANESE, Words.EASY, Words.ENGLISH)) {
      Telling telling = Vectors.tell(Vectors.named("komatsuna_from_field_to_shelf"), words);
      String html = thing(telling, words);

      assertThat(html)
          .contains(words.ui("noscript"))
          .contains(
              "<html lang=\"%s\" data-words=\"%s\">".formatted(words.language(), words.code()))
          .doesNotContain(words.ui("passed"))
          .doesNotContain(words.ui("verdictAlso"))
          .doesNotContain(words.ui("verifiedTick"))
          .doesNotContain("class=\"tick\"")
          .doesNotContain(words.ui("howText"));
    }
  }

  @Test
  void has_no_script_or_style_of_its_own() {
    String html = thing(evil(), Words.ENGLISH);

    assertThat(html)
        .contains("<script type=\"module\" async fetchpriority=\"high\" src=\"/a.js\"></script>")
        .contains("<script type=\"module\" src=\"/p.js\"></script>")
        .contains("<link rel=\"modulepreload\" href=\"/en.js\">")
        .doesNotContainPattern("(?i)<style|style=|<[^>]* on[a-z]+=");
  }

  @Test
  void says_only_that_nothing_can_be_shown_where_nothing_was_verified() {
    String html = thing(null, Words.ENGLISH);

    assertThat(html)
        .contains(Words.ENGLISH.ui("notServed"), Words.ENGLISH.ui("notServedJs"))
        .doesNotContain("timeline");
  }
}

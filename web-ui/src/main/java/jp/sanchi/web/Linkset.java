package jp.sanchi.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Start;

/**
 * Where a code leads: RFC 9264 in the form of the GS1-Conformant resolver standard 1.2. Each link
 * but that of a recall is made from the code alone, so it says nothing about whether there is such
 * a thing.
 *
 * @param link what was scanned
 * @param links the first of a type is the one for those who don't say which they want
 */
record Linkset(DigitalLink link, List<Link> links) {
  static final String MEDIA_TYPE = "application/linkset+json";

  private static final String VOCABULARY = "https://ref.gs1.org/voc/";

  /** Older names of the same vocabulary, and the prefix of the short ones. */
  private static final List<String> PREFIXES =
      List.of(VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/", "gs1:");

  private static final List<Words> LANGUAGES = List.of(Words.JAPANESE, Words.ENGLISH);

  /**
   * One link.
   *
   * @param type the name in GS1's vocabulary, such as {@code pip}
   * @param language {@code ja} or {@code en}, or null where it speaks none or both
   * @param titles by language
   */
  record Link(
      String type, String href, String media, String language, Map<String, String> titles) {}

  /**
   * The links of a code.
   *
   * @param origin of this server, without a slash at the end
   * @param recalled whether its page tells of a recall, of a product that of a lot
   */
  static Linkset of(DigitalLink link, String origin, boolean recalled) {
    String page = origin + link.path();
    List<Link> links = new ArrayList<>();
    links.add(new Link("defaultLink", page, "text/html", null, titles("title")));
    pages(links, "pip", page);
    if (recalled) {
      pages(links, "recallStatus", page);
    }
    if (hasStory(link)) {
      pages(links, "traceability", page);
      String bundle =
          origin + "/api/bundles?subject=" + URLEncoder.encode(link.path(), StandardCharsets.UTF_8);
      links.add(new Link("traceability", bundle, "application/json", null, titles("verifyBundle")));
      links.add(
          new Link(
              "verificationService",
              origin + "/verify/#" + page,
              "text/html",
              null,
              titles("verifyTitle")));
    }
    return new Linkset(link, List.copyOf(links));
  }

  /** Whether it is a package, a lot or a unit: of anything else nothing is told in public. */
  static boolean hasStory(DigitalLink link) {
    try {
      Start.of(link, "any");
      return true;
    } catch (MalformedEvent | Malformed e) {
      return false;
    }
  }

  private static void pages(List<Link> links, String type, String page) {
    for (Words words : LANGUAGES) {
      String language = words.language();
      links.add(
          new Link(
              type,
              page + "?lang=" + language,
              "text/html",
              language,
              Map.of(language, words.ui("title"))));
    }
  }

  private static Map<String, String> titles(String key) {
    Map<String, String> titles = new LinkedHashMap<>();
    LANGUAGES.forEach(words -> titles.put(words.language(), words.ui(key)));
    return titles;
  }

  /**
   * The link that somebody asks for, or null where there is none of this type.
   *
   * @param type a {@code linkType} such as {@code gs1:pip}, or the whole address of the type
   * @param media wanted, where a type has links to several; null for any
   * @param language of the reader
   */
  Link best(String type, String media, String language) {
    String name = PREFIXES.stream().filter(type::startsWith).findFirst().orElse(null);
    if (name == null) {
      return null;
    }
    Comparator<Link> wanted =
        Comparator.comparing((Link one) -> one.media().equals(media))
            .thenComparing(one -> language.equals(one.language()));
    return links.stream()
        .filter(one -> one.type().equals(type.substring(name.length())))
        .sorted(wanted.reversed())
        .findFirst()
        .orElse(null);
  }

  /** Relations by their full names, each with its links. */
  Json.Obj json() {
    Map<String, List<Json>> byType = new TreeMap<>();
    for (Link one : links) {
      byType.computeIfAbsent(one.type(), none -> new ArrayList<>()).add(json(one));
    }
    var context = new TreeMap<String, Json>();
    context.put("anchor", Json.of(link.canonical()));
    byType.forEach((type, targets) -> context.put(VOCABULARY + type, new Json.Arr(targets)));
    return Json.object("linkset", Json.array(new Json.Obj(context)));
  }

  private static Json json(Link link) {
    List<Json> languages = new ArrayList<>();
    List<Json> titles = new ArrayList<>();
    link.titles()
        .forEach(
            (language, title) -> {
              languages.add(Json.of(language));
              titles.add(Json.object("language", language, "value", title));
            });
    var target = new TreeMap<String, Json>();
    target.put("href", Json.of(link.href()));
    target.put("title", Json.of(link.titles().values().iterator().next()));
    target.put("title*", new Json.Arr(titles));
    target.put("type", Json.of(link.media()));
    if (link.media().equals("text/html")) {
      target.put("hreflang", new Json.Arr(languages));
    }
    return new Json.Obj(target);
  }
}

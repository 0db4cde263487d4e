package jp.sanchi.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Renders pages. Templates are compiled with the classes and escape whatever they print. */
@ApplicationScoped
public class Pages {
  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(null, ContentType.Html, null, "jp.sanchi.web.jte");
  @Inject private ServletContext servlets;
  private Assets assets;

  @PostConstruct
  void findAssets() {
    try {
      assets = Assets.of(servlets);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * A demonstration package.
   *
   * @param photo hash of the product's picture, or null
   */
  public record Sample(String name, String path, String photo) {}

  /**
   * The home page.
   *
   * @param keeping which words say who keeps the ledger
   */
  void home(
      HttpServletRequest request,
      HttpServletResponse response,
      List<Sample> samples,
      String keeping)
      throws IOException {
    Words words = Page.wordsFor(request);
    send(
        response,
        200,
        words,
        "home.jte",
        Map.of(
            "page",
            page(request, words.ui("home"), preview(request, "/", words.ui("homeLead"), null)),
            "samples",
            samples,
            "keeping",
            words.ui(keeping),
            "origin",
            Origin.of(request)));
  }

  /**
   * A package, lot or unit.
   *
   * @param telling null where nothing could be verified: then the page says only that
   * @param copies what is said of a copied code: a heading, what to do, the rest
   * @param address of the page, without query
   */
  void thing(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      Telling telling,
      List<String> copies,
      String address)
      throws IOException {
    Words words = Page.wordsFor(request);
    String title = telling == null ? words.ui("title") : telling.headline();
    String said =
        telling == null || telling.alerts().isEmpty()
            ? words.ui("previewText")
            : telling.alerts().get(0).title()
                + " — "
                + String.join(" ", telling.alerts().get(0).texts());
    var values = new java.util.HashMap<String, Object>();
    values.put(
        "page",
        page(
            request,
            words.ui("pageTitle", Map.of("title", title)),
            preview(request, address, said, telling == null ? null : telling.photo())));
    values.put("telling", telling);
    values.put("copies", copies);
    values.put("address", address);
    values.put("origin", Origin.of(request));
    // Not even a shared cache may know who looks at which package
    response.setHeader("Cache-Control", "no-store");
    send(response, status, words, "thing.jte", values);
  }

  /** A page with a heading and a sentence. */
  void message(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String title,
      String text)
      throws IOException {
    message(request, response, status, title, text, Typed.NOTHING);
  }

  /**
   * What somebody typed.
   *
   * @param text as it was; null for nothing
   * @param named as the page names it
   * @param links by address, what it may be
   * @param recalls whether other lists of recalls are worth a look
   */
  private record Typed(String text, String named, Map<String, String> links, boolean recalls) {
    private static final Typed NOTHING = new Typed(null, "", Map.of(), false);
  }

  /**
   * Something that leads nowhere: it is named and stays in the field.
   *
   * @param what names the words that say why
   */
  void typed(
      HttpServletRequest request,
      HttpServletResponse response,
      String what,
      String typed,
      String named)
      throws IOException {
    boolean recalls = what.equals("lot");
    message(
        request,
        response,
        404,
        what + "Title",
        what + "Text",
        new Typed(typed, named, Map.of(), recalls));
  }

  /** The number of several lots. */
  void lots(
      HttpServletRequest request,
      HttpServletResponse response,
      String typed,
      Map<String, String> links)
      throws IOException {
    message(
        request,
        response,
        200,
        "lotsTitle",
        "lotsText",
        new Typed(typed, TypedCode.named(typed), links, false));
  }

  /** A product that nobody here has described, which is usual. */
  void notOurs(HttpServletRequest request, HttpServletResponse response, String gtin)
      throws IOException {
    message(
        request,
        response,
        404,
        "notOursTitle",
        "notOursText",
        new Typed(gtin.replaceFirst("^0", ""), gtin, Map.of(), true));
  }

  private void message(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String title,
      String text,
      Typed typed)
      throws IOException {
    Words words = Page.wordsFor(request);
    Map<String, String> named = Map.of("typed", typed.named);
    String said = words.ui(title, named);
    response.setHeader("Cache-Control", "no-store");
    var values = new java.util.HashMap<String, Object>();
    values.put("page", page(request, words.ui("pageTitle", Map.of("title", said)), null));
    values.put("title", said);
    values.put("text", words.ui(text, named));
    values.put("typed", typed.text);
    values.put("links", typed.links);
    values.put("recalls", typed.recalls);
    send(response, status, words, "message.jte", values);
  }

  /**
   * A product.
   *
   * @param recalled by the address of the lot
   */
  void product(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      Map<String, Telling> recalled)
      throws IOException {
    Words words = Page.wordsFor(request);
    String title = recalled.isEmpty() ? name : recalled.values().iterator().next().headline();
    response.setHeader("Cache-Control", "no-store");
    send(
        response,
        200,
        words,
        "product.jte",
        Map.of(
            "page",
            page(request, words.ui("pageTitle", Map.of("title", title)), null),
            "name",
            name,
            "recalled",
            recalled));
  }

  private Page page(HttpServletRequest request, String title, Page.Preview preview) {
    return new Page(Page.wordsFor(request), Page.askedIn(request), title, assets, preview);
  }

  private static Page.Preview preview(
      HttpServletRequest request, String path, String text, Telling.Photo photo) {
    String origin = Origin.of(request);
    String image = photo == null ? "/preview.png" : "/api/photos/" + photo.hash();
    return new Page.Preview(text, origin + path, origin + image, photo == null);
  }

  private void send(
      HttpServletResponse response,
      int status,
      Words words,
      String template,
      Map<String, Object> values)
      throws IOException {
    StringOutput html = new StringOutput();
    templates.render(template, values, html);
    String page = html.toString();
    if (words.easy()) {
      page = Ruby.annotate(page);
    } else if (words == Words.ENGLISH) {
      page = Tongue.annotate(page);
    }
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("text/html; charset=UTF-8");
    response.setHeader("Content-Language", words.language());
    response.setHeader("Vary", "Accept, Accept-Language");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}

package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Malformed;

/**
 * What a scanned code leads to: a GS1-conformant resolver that resolves to itself. Programs get the
 * linkset or are sent to the link that they name. For people, the page is written from a bundle
 * that was asked for with a challenge of its own and verified, and says nothing at all where that
 * fails; yet it never says "verified": that is for the reader's own device to say.
 */
@WebServlet({"/01/*", "/00/*", "/8003/*", "/8004/*", "/414/*", "/417/*", "/253/*"})
public class ThingPage extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int MOST_RECALLED = 5;
  private static final String ANY_LOT = "0";
  private static final Json.Limits LOTS = new Json.Limits(1 << 14, 4);
  private static final Set<String> ALL_LINKS = Set.of("linkset", "all");

  @Inject private transient RestApi api;
  @Inject private transient Bundles bundles;
  @Inject private transient Pages pages;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // As it came over the wire: decoding first would make two codes of "%252F" and "%2F" alike
    String address = request.getRequestURI();
    response.setHeader("Vary", "Accept, Accept-Language");
    DigitalLink link;
    try {
      link = DigitalLink.parse(TypedCode.withoutSlash(address));
    } catch (MalformedEvent e) {
      String expanded = CompressedLink.expand(address);
      if (expanded == null) {
        refuse(request, response, CompressedLink.looksLike(address) ? "compressed" : "notFound");
      } else {
        redirect(response, withQuery(expanded, request.getQueryString()));
      }
      return;
    }
    String canonical = TypedCode.canonical(address);
    if (!canonical.equals(address)) {
      redirect(response, withQuery(canonical, request.getQueryString()));
      return;
    }
    if (link.key() == Gs1.Key.GTIN && !Linkset.hasStory(link)) {
      product(request, response, link);
      return;
    }
    resolve(request, response, link);
  }

  private void resolve(HttpServletRequest request, HttpServletResponse response, DigitalLink link)
      throws IOException {
    boolean json = Accept.prefersJson(request.getHeader("Accept"));
    boolean links = request.getParameter("linkType") != null || json;
    Linkset linkset = Linkset.of(link, Origin.of(request), links && recalledItself(request, link));
    response.setHeader(
        "Link",
        "<%s?linkType=linkset>; rel=\"linkset\"; type=\"%s\""
            .formatted(link.path(), Linkset.MEDIA_TYPE));
    if (links) {
      links(request, response, linkset);
    } else {
      page(request, response, link);
    }
  }

  /** For programs: all links, or the one that is asked for. */
  private void links(HttpServletRequest request, HttpServletResponse response, Linkset linkset)
      throws IOException {
    String type = request.getParameter("linkType");
    boolean json = Accept.prefersJson(request.getHeader("Accept"));
    if (type == null || ALL_LINKS.contains(type)) {
      response.addHeader(
          "Link",
          "<https://ref.gs1.org/standards/resolver/linkset-context>;"
              + " rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
      // It holds nothing but what was asked
      response.setHeader("Access-Control-Allow-Origin", "*");
      send(response, 200, Linkset.MEDIA_TYPE, linkset.json());
      return;
    }
    String language = Page.wordsFor(request).language();
    Linkset.Link wanted = linkset.best(type, json ? "application/json" : "text/html", language);
    if (wanted == null) {
      refuse(request, response, "noLink");
    } else {
      redirect(response, wanted.href());
    }
  }

  /**
   * Of the kind of product: what it is and which of its lots are recalled. Of one that nobody has
   * described nothing is known, not even that it is not recalled.
   */
  private void product(HttpServletRequest request, HttpServletResponse response, DigitalLink link)
      throws IOException {
    Map<String, Telling> recalled = recalled(request, link);
    if (recalled == null) {
      refuse(request, response, "productOnly");
      return;
    }
    String name =
        recalled.isEmpty() ? described(request, link) : recalled.values().iterator().next().title();
    boolean json = Accept.prefersJson(request.getHeader("Accept"));
    if (name != null && (json || request.getParameter("linkType") != null)) {
      links(request, response, Linkset.of(link, Origin.of(request), !recalled.isEmpty()));
    } else if (name != null) {
      pages.product(request, response, name, recalled);
    } else if (json) {
      refuse(request, response, "notOurs");
    } else {
      pages.notOurs(request, response, link.value());
    }
  }

  /** What it is called, as the bundle of any lot of it says; null where nobody has described it. */
  private String described(HttpServletRequest request, DigitalLink product) {
    try {
      BundleVerifier.Result verified =
          bundles.verified(request, DigitalLink.lot(product.value(), ANY_LOT));
      return verified == null
              || verified.story() == null
              || verified.story().history("product/" + product.value()).isEmpty()
          ? null
          : Teller.product(verified, Page.wordsFor(request));
    } catch (RestApi.Unreachable | Malformed e) {
      return null;
    }
  }

  /** Whether its own bundle says that it is recalled. */
  private boolean recalledItself(HttpServletRequest request, DigitalLink link) {
    try {
      BundleVerifier.Result verified =
          Linkset.hasStory(link) ? bundles.verified(request, link) : null;
      return verified != null && verified.verdict().finds("recalled");
    } catch (RestApi.Unreachable | Malformed e) {
      return false;
    }
  }

  /**
   * By the address of the lot: those whose own bundle says that they are recalled; null where none
   * is known and not all was read.
   */
  private Map<String, Telling> recalled(HttpServletRequest request, DigitalLink product) {
    Map<String, Telling> recalled = new LinkedHashMap<>();
    boolean whole = true;
    try {
      RestApi.Answer answer = api.recalledLots(request, product.value());
      if (!answer.ok()) {
        return null;
      }
      Json.Obj found = (Json.Obj) Json.parse(answer.body(), LOTS);
      for (Json name : found.array("lots").items().stream().limit(MOST_RECALLED).toList()) {
        DigitalLink lot =
            new DigitalLink(Gs1.Key.GTIN, product.value(), null, ((Json.Text) name).value(), null);
        BundleVerifier.Result verified = bundles.verified(request, lot);
        if (verified == null || verified.story() == null) {
          whole = false;
          continue;
        }
        Telling telling = Teller.tell(verified, Page.wordsFor(request));
        if (telling.alerts().stream().anyMatch(Telling.Alert::recall)) {
          recalled.put(lot.path(), telling);
        }
      }
    } catch (RestApi.Unreachable | Malformed | MalformedEvent e) {
      // What is known so far is told; the page says that it knows nothing of one package
      whole = false;
    }
    return whole || !recalled.isEmpty() ? recalled : null;
  }

  private void page(HttpServletRequest request, HttpServletResponse response, DigitalLink link)
      throws IOException {
    String address = link.path();
    if (!Linkset.hasStory(link)) {
      pages.message(request, response, 200, "keyTitle", "key_" + link.key().ai());
      return;
    }
    try {
      BundleVerifier.Result verified = bundles.verified(request, link);
      if (verified == null) {
        pages.thing(request, response, 503, null, List.of(), address);
        return;
      }
      if (verified.story() == null) {
        getServletContext()
            .log(
                "A bundle from the server beside fails verification: "
                    + verified.verdict().failure().name()
                    + ", "
                    + verified.verdict().failure().reason());
        pages.thing(request, response, 502, null, List.of(), address);
        return;
      }
      Words words = Page.wordsFor(request);
      Telling telling = Teller.tell(verified, words);
      List<String> copies = telling.genuine() ? Teller.copies(verified, words) : List.of();
      pages.thing(request, response, 200, telling, copies, address);
    } catch (RestApi.Unreachable e) {
      pages.thing(request, response, 503, null, List.of(), address);
    } catch (Malformed e) {
      getServletContext().log("The server beside hands out a trust.json that can't be read");
      pages.thing(request, response, 502, null, List.of(), address);
    }
  }

  /** In words for people, as a problem for programs; {@code what} names both. */
  private void refuse(HttpServletRequest request, HttpServletResponse response, String what)
      throws IOException {
    if (Accept.prefersJson(request.getHeader("Accept"))) {
      Words words = Page.wordsFor(request);
      response.setHeader("Access-Control-Allow-Origin", "*");
      send(
          response,
          404,
          "application/problem+json",
          Json.object(
              "detail",
              words.ui(what + "Text"),
              "status",
              Json.of(404),
              "title",
              words.ui(what + "Title"),
              "type",
              "about:blank"));
    } else {
      pages.message(request, response, 404, what + "Title", what + "Text");
    }
  }

  /** An address and, behind what it asks itself, what was asked before. */
  static String withQuery(String address, String query) {
    return query == null ? address : address + (address.indexOf('?') < 0 ? '?' : '&') + query;
  }

  /** Not for ever: where a code leads may change. */
  static void redirect(HttpServletResponse response, String to) {
    response.setStatus(HttpServletResponse.SC_TEMPORARY_REDIRECT);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Location", to);
  }

  private static void send(HttpServletResponse response, int status, String type, Json.Obj body)
      throws IOException {
    byte[] bytes = body.canonical();
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType(type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}

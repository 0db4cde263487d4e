package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/** Leads whoever typed a code to what it names. */
@WebServlet("/code")
public class CodePage extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Json.Limits LIMITS = new Json.Limits(4096, 4);
  private static final int MOST_LOTS = 8;

  @Inject private transient RestApi api;
  @Inject private transient Pages pages;
  @Inject private transient Bundles bundles;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String typed = typed(request.getQueryString());
    if (typed == null || typed.isBlank()) {
      pages.message(request, response, 404, "emptyTitle", "typedText");
      return;
    }
    List<String> paths = paths(typed, request);
    if (paths.size() == 1) {
      String language = Page.askedIn(request);
      ThingPage.redirect(
          response, language == null ? paths.get(0) : paths.get(0) + "?lang=" + language);
    } else if (paths.isEmpty()) {
      unknown(request, response, typed);
    } else {
      pages.lots(request, response, typed, named(paths, request));
    }
  }

  /** The pages that it names: more than one where several products have a lot of this number. */
  private List<String> paths(String typed, HttpServletRequest request) {
    String path = TypedCode.path(typed);
    if (path != null) {
      return List.of(path);
    }
    String serial = TypedCode.serial(typed);
    String code = serial == null ? TypedCode.shortCode(typed) : serial;
    String label = code == null ? null : labelled(code, request);
    if (label != null) {
      return List.of(label);
    }
    String lot = TypedCode.lot(typed);
    return lot == null || serial != null ? List.of() : ofLot(lot, request);
  }

  private void unknown(HttpServletRequest request, HttpServletResponse response, String typed)
      throws IOException {
    String site = TypedCode.site(typed);
    String what =
        site != null
            ? "site"
            : TypedCode.isBarcode(typed)
                ? "barcode"
                : TypedCode.shortCode(typed) != null || TypedCode.serial(typed) != null
                    ? "shortCode"
                    : TypedCode.lot(typed) == null ? "typed" : "lot";
    pages.typed(request, response, what, typed, site == null ? TypedCode.named(typed) : site);
  }

  /** Not by the container, which need not read a query as UTF-8. */
  static String typed(String query) {
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("code=")) {
        try {
          return URLDecoder.decode(pair.substring(5), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return null;
  }

  /** By a label's short code or serial; null where no label has it. */
  private String labelled(String code, HttpServletRequest request) {
    try {
      RestApi.Answer answer = api.typedCode(request, encoded(code));
      if (!answer.ok()) {
        return null;
      }
      Json.Obj found = (Json.Obj) Json.parse(answer.body(), LIMITS);
      return new DigitalLink(
              Gs1.Key.GTIN, found.text("gtin"), null, text(found, "lot"), text(found, "serial"))
          .path();
    } catch (RestApi.Unreachable | MalformedEvent e) {
      return null;
    }
  }

  private static String text(Json.Obj of, String name) {
    return of.get(name) instanceof Json.Text text ? text.value() : null;
  }

  private List<String> ofLot(String lot, HttpServletRequest request) {
    try {
      RestApi.Answer answer = api.lotsOfNumber(request, encoded(lot));
      if (!answer.ok()) {
        return List.of();
      }
      return ((Json.Obj) Json.parse(answer.body(), LIMITS))
          .array("lots").items().stream()
              .map(Json.Obj.class::cast)
              .map(one -> DigitalLink.lot(one.text("gtin"), one.text("lot")).path())
              .limit(MOST_LOTS)
              .toList();
    } catch (RestApi.Unreachable | MalformedEvent e) {
      return List.of();
    }
  }

  /** What each page is called, by its own bundle. */
  private Map<String, String> named(List<String> paths, HttpServletRequest request) {
    Map<String, String> named = new LinkedHashMap<>();
    for (String path : paths) {
      named.put(path, bundles.title(request, DigitalLink.parse(path)));
    }
    return named;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

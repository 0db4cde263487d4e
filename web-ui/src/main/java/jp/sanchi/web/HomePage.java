package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.TrustRoots;

/** Says what this is, with packages to try it on. */
@WebServlet("")
public class HomePage extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Pattern HASH = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Json.Limits LIMITS = new Json.Limits(1 << 18, 8);

  @Inject private transient RestApi api;
  @Inject private transient Pages pages;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    pages.home(request, response, samples(request), keeping(request));
  }

  /** Which words say who keeps the ledger: no more than its trust list says. */
  private String keeping(HttpServletRequest request) {
    try {
      RestApi.Answer trust = api.trust(request);
      return trust.ok() ? keeping(trust.body()) : "homeChained";
    } catch (RestApi.Unreachable e) {
      return "homeChained";
    }
  }

  static String keeping(byte[] trust) {
    try {
      return TrustRoots.read(trust).oneOperator() ? "homeOneOperator" : "homeShared";
    } catch (Malformed e) {
      return "homeChained";
    }
  }

  private List<Pages.Sample> samples(HttpServletRequest request) {
    try {
      RestApi.Answer answer = api.demonstration(request);
      return answer.ok() ? samples(answer.body(), Page.wordsFor(request).language()) : List.of();
    } catch (RestApi.Unreachable | MalformedEvent e) {
      return List.of(); // The page is of use without them
    }
  }

  private static String photo(Json.Obj sample) {
    return sample.get("photo") instanceof Json.Text hash && HASH.matcher(hash.value()).matches()
        ? hash.value()
        : null;
  }

  static List<Pages.Sample> samples(byte[] json, String language) {
    return ((Json.Obj) Json.parse(json, LIMITS))
        .array("packages").items().stream()
            .map(Json.Obj.class::cast)
            .map(
                one ->
                    new Pages.Sample(
                        one.object("name").text(language), one.text("path"), photo(one)))
            // Ours are codes on this host; a link anywhere else would be somebody else's
            .filter(sample -> sample.path().matches("/0[01]/[^\\\\]*"))
            .toList();
  }
}

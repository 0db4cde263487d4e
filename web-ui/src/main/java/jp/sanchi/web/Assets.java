package jp.sanchi.web;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.event.Json;

/** Where Vite has put the script and the style, whose names change with their content. */
public final class Assets {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);
  private static final String SCRIPT = "src/page/page.ts";

  /** What a reader of these words needs beside the script. */
  private static final Map<String, List<String>> DICTIONARIES =
      Map.of(
          "ja", List.of("src/shared/words/ja.json"),
          "en", List.of("src/page/tongue.ts", "src/shared/words/en.json"),
          "easy", List.of("src/page/easy.ts", "src/shared/words/easy.json"));

  private final Json.Obj chunks;

  private Assets(Json.Obj chunks) {
    this.chunks = chunks;
  }

  static Assets of(ServletContext servlets) throws IOException {
    try (InputStream manifest = servlets.getResourceAsStream("/WEB-INF/vite-manifest.json")) {
      return read(manifest.readAllBytes());
    }
  }

  static Assets read(byte[] manifest) {
    return new Assets((Json.Obj) Json.parse(manifest, LIMITS));
  }

  /** The address of the style. */
  public String style() {
    Json.Obj style = chunks.object("src/page.css");
    // A style that a script shares with others is one that an empty script names
    return style.get("css") instanceof Json.Arr css
        ? "/" + ((Json.Text) css.get(0)).value()
        : address(style);
  }

  /** The address of the page's script. */
  public String script() {
    return address(chunks.object(SCRIPT));
  }

  /**
   * What the script imports: small, and run as soon as it is there, for it asks the server for what
   * the script then works on.
   */
  public List<String> first() {
    return chunks.object(SCRIPT).array("imports").items().stream()
        .map(imported -> address(chunks.object(((Json.Text) imported).value())))
        .toList();
  }

  /**
   * What the script will ask for before it can say anything, so that a browser fetches it at once.
   *
   * @param code of the words, as {@link Words#code}
   */
  public List<String> preloads(String code) {
    return DICTIONARIES.get(code).stream().map(name -> address(chunks.object(name))).toList();
  }

  private static String address(Json.Obj chunk) {
    return "/" + chunk.text("file");
  }
}

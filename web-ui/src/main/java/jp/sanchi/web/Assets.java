package jp.sanchi.web;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import jp.sanchi.kernel.event.Json;

/**
 * Where Vite has put the script and the style, whose names change with their content.
 *
 * @param preloads what the script imports
 */
public record Assets(String style, String script, List<String> preloads) {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);

  static Assets of(ServletContext servlets) throws IOException {
    try (InputStream manifest = servlets.getResourceAsStream("/WEB-INF/vite-manifest.json")) {
      return read(manifest.readAllBytes());
    }
  }

  static Assets read(byte[] manifest) {
    Json.Obj chunks = (Json.Obj) Json.parse(manifest, LIMITS);
    Json.Obj page = chunks.object("src/page/page.ts");
    List<String> preloads =
        page.get("imports") instanceof Json.Arr imports
            ? imports.items().stream()
                .map(name -> address(chunks.object(((Json.Text) name).value())))
                .toList()
            : List.of();
    Json.Obj style = chunks.object("src/page.css");
    // A style that a script shares with others is one that an empty script names
    String address =
        style.get("css") instanceof Json.Arr css
            ? "/" + ((Json.Text) css.get(0)).value()
            : address(style);
    return new Assets(address, address(page), preloads);
  }

  private static String address(Json.Obj chunk) {
    return "/" + chunk.text("file");
  }
}

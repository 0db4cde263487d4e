package jp.sanchi.kernel.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The written wire format: what it lists, tests must meet. */
final class Page {
  private static final Pattern CODE = Pattern.compile("`([a-z]+(?:_[a-z0-9]+)*)`");

  private Page() {}

  /** The codes in one column of the tables between two headings; the first column is 1. */
  static Set<String> codes(String from, String to, int column) {
    String page;
    try {
      page = Files.readString(Path.of("../docs/wire-format.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String section = page.substring(page.indexOf("\n" + from), page.indexOf("\n" + to));
    Set<String> codes = new TreeSet<>();
    for (String line : section.split("\n")) {
      if (line.startsWith("| `")) {
        Matcher code = CODE.matcher(line.split("\\|")[column]);
        while (code.find()) {
          codes.add(code.group(1));
        }
      }
    }
    // Words of the format that are no codes
    codes.removeAll(Set.of("path", "trust", "statement", "bundle"));
    return codes;
  }
}

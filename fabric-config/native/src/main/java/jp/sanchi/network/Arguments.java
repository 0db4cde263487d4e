package jp.sanchi.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands behind {@code network} on a command line. */
final class Arguments {
  private static final List<String> FLAGS = List.of("--yes", "--external", "--help", "-h");

  private final List<String> words = new ArrayList<>();
  private final Map<String, String> options = new HashMap<>();

  /** A command line that makes no sense. */
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String sentence) {
      super(sentence);
    }
  }

  Arguments(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String word = arguments[i];
      if (!word.startsWith("-")) {
        words.add(word);
      } else if (FLAGS.contains(word)) {
        options.put(word, "");
      } else if (i + 1 == arguments.length) {
        throw new Wrong(word + " needs a value.");
      } else {
        options.put(word, arguments[++i]);
      }
    }
    if (words.isEmpty() && (flag("--help") || flag("-h"))) {
      words.add("help");
    }
    if (words.isEmpty()) {
      throw new Wrong("Which command?");
    }
  }

  /** One or two words, as in {@code member add}. */
  String command() {
    boolean two =
        List.of("member", "administrator", "certificates", "chaincode", "peer")
            .contains(words.get(0));
    return two && words.size() > 1 ? words.get(0) + " " + words.get(1) : words.get(0);
  }

  /** What follows the command, or null. */
  String operand() {
    int at = command().contains(" ") ? 2 : 1;
    return words.size() > at ? words.get(at) : null;
  }

  String operand(String what) {
    String operand = operand();
    if (operand == null) {
      throw new Wrong("`network " + command() + "` needs " + what + ".");
    }
    return operand;
  }

  /** Refuses options that the command doesn't have, and words too many. */
  void allow(int operands, String... allowed) {
    for (String option : options.keySet()) {
      if (!option.equals("-d") && !Arrays.asList(allowed).contains(option)) {
        throw new Wrong("`network " + command() + "` has no option " + option + ".");
      }
    }
    int most = (command().contains(" ") ? 2 : 1) + operands;
    if (words.size() > most) {
      throw new Wrong("What does " + words.get(most) + " mean here?");
    }
  }

  boolean flag(String name) {
    return options.containsKey(name);
  }

  String option(String name) {
    return options.get(name);
  }

  String needed(String name) {
    String value = options.get(name);
    if (value == null) {
      throw new Wrong("`network " + command() + "` needs " + name + ".");
    }
    return value;
  }

  int number(String name, int otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,5}")) {
      throw new Wrong(name + " is a number, and not " + text + ".");
    }
    return Integer.parseInt(text);
  }

  /** As in {@code GrowersMSP=JA-Aya,InspectorsMSP=JAS}. */
  Map<String, String> pairs(String name) {
    var pairs = new HashMap<String, String>();
    String text = options.get(name);
    if (text != null) {
      for (String pair : text.split(",", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1 || equals == pair.length() - 1) {
          throw new Wrong(name + " is a list like GrowersMSP=NAME,InspectorsMSP=NAME.");
        }
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return pairs;
  }

  Path path(String name, Path otherwise) {
    String text = options.get(name);
    return text == null ? otherwise : Path.of(text);
  }

  /** As in 90d, 12h, 5m. */
  Duration duration(String name, Duration otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,4}[smhd]")) {
      throw new Wrong(name + " is a time like 90d, 12h or 5m, and not " + text + ".");
    }
    long amount = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  Path data() {
    return Optional.ofNullable(options.get("-d"))
        .or(() -> Optional.ofNullable(System.getenv("SANCHI_NETWORK_DATA")))
        .map(Path::of)
        .orElse(Path.of(System.getProperty("user.home"), ".sanchi", "network"));
  }
}

package jp.sanchi.server.labels;

import java.util.ArrayList;
import java.util.List;

/**
 * Where Japanese may go on in the next line without tearing a word: a particle stays with its noun
 * and an ending with its verb, since both are hiragana behind something else. So a line begins at a
 * space, behind a comma or a closing bracket, before an opening one, where hiragana end, and
 * between katakana and kanji; never within a number and its unit. A single hiragana that is no
 * particle belongs to what follows, too, as in 切り身 and お米.
 */
final class Phrases {
  private static final String CLOSING = "、。，．・！？!?)）」』】〉》…";
  private static final String OPENING = "(（「『【〈《";
  private static final String PARTICLES = "はがをにでとものへやか";

  private enum Script {
    HIRAGANA,
    KATAKANA,
    KANJI,
    LATIN,
    OPENING,
    CLOSING,
    SPACE,
    OTHER
  }

  private Phrases() {}

  /** The phrases, in order; together they are the words. A space ends a phrase. */
  static List<String> of(String words) {
    List<String> phrases = new ArrayList<>();
    int begin = 0;
    for (int at = 1; at < words.length(); at++) {
      if (Character.isLowSurrogate(words.charAt(at))) {
        continue;
      }
      Script before = script(words.codePointBefore(at));
      Script after = script(words.codePointAt(at));
      if (parts(before, after) && !(before == Script.HIRAGANA && joins(words, at))) {
        phrases.add(words.substring(begin, at));
        begin = at;
      }
    }
    phrases.add(words.substring(begin));
    return phrases;
  }

  /** Whether a bracket opens there. */
  static boolean opens(String words, int at) {
    return OPENING.indexOf(words.charAt(at)) >= 0;
  }

  /** Whether a hiragana that ends here is alone and no particle. */
  private static boolean joins(String words, int end) {
    boolean alone = end < 2 || script(words.codePointBefore(end - 1)) != Script.HIRAGANA;
    boolean goesOn = script(words.codePointAt(end)) == Script.KANJI;
    return alone && goesOn && PARTICLES.indexOf(words.charAt(end - 1)) < 0;
  }

  private static boolean parts(Script before, Script after) {
    if (after == Script.SPACE || after == Script.CLOSING || before == Script.OPENING) {
      return false;
    }
    if (before == Script.SPACE || before == Script.CLOSING || after == Script.OPENING) {
      return true;
    }
    return switch (before) {
      case HIRAGANA -> after != Script.HIRAGANA;
      case KATAKANA -> after == Script.KANJI;
      case KANJI -> after == Script.KATAKANA;
      default -> false;
    };
  }

  private static Script script(int point) {
    if (Character.isWhitespace(point)) {
      return Script.SPACE;
    }
    if (CLOSING.indexOf(point) >= 0) {
      return Script.CLOSING;
    }
    if (OPENING.indexOf(point) >= 0) {
      return Script.OPENING;
    }
    if (point == 'ー') {
      return Script.KATAKANA;
    }
    return switch (Character.UnicodeScript.of(point)) {
      case HIRAGANA -> Script.HIRAGANA;
      case KATAKANA -> Script.KATAKANA;
      case HAN -> Script.KANJI;
      case LATIN -> Script.LATIN;
      default -> Script.OTHER;
    };
  }
}

package jp.sanchi.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a page tells of a verified story, in one language. Its twin is {@code telling.ts}, with the
 * same members in the same order; a test compares the two.
 *
 * @param headline what windows and previews of a link call it: first what people must act on
 * @param warning what of its name no longer holds, or null
 * @param genuine whether what is known of the goods is known of this thing; a label that is none
 *     has no goods
 * @param photo that the product's description names; null for units and where it names none
 * @param brief what people look for first
 * @param facts what else the producer says of it
 * @param steps its own way, in the order of time
 * @param temperatures while it was carried
 * @param inputs what it was made from
 */
public record Telling(
    String headline,
    String title,
    String warning,
    boolean genuine,
    Photo photo,
    List<Alert> alerts,
    List<Field> brief,
    List<Field> facts,
    List<Notice> notices,
    List<Step> steps,
    List<Temperature> temperatures,
    List<Input> inputs,
    List<Certificate> certificates) {

  /** What most of the steps would say of when they were recorded: once is enough. Null for none. */
  public static String together(List<Step> steps) {
    List<String> late = steps.stream().map(Step::later).filter(Objects::nonNull).toList();
    return late.stream()
        .filter(
            later -> {
              int count = Collections.frequency(late, later);
              return count > 2 && count * 2 > steps.size();
            })
        .findFirst()
        .orElse(null);
  }

  /** Each as its steps, which are in order: places' own clocks may come back to a day. */
  public static List<List<Step>> days(List<Step> steps) {
    List<List<Step>> days = new ArrayList<>();
    String before = null;
    for (Step step : steps) {
      if (!step.day().equals(before)) {
        before = step.day();
        days.add(new ArrayList<>());
      }
      days.get(days.size() - 1).add(step);
    }
    return days;
  }

  /**
   * A picture or a paper. Who shows it compares the hash first.
   *
   * @param hash SHA-256 of its bytes, base64url
   */
  public record Photo(String hash, String type) {}

  /** A line of a table. */
  public record Field(String label, String text) {
    static final Pattern TELEPHONE =
        Pattern.compile("(?:\\+\\d{1,3}[- ]?|0)\\d{1,4}[- ]\\d{1,4}[- ]\\d{3,4}");

    /** Its text, with the telephone numbers apart. */
    public List<Piece> pieces() {
      List<Piece> pieces = new ArrayList<>();
      Matcher number = TELEPHONE.matcher(text);
      int end = 0;
      while (number.find()) {
        pieces.add(new Piece(text.substring(end, number.start()), null));
        pieces.add(new Piece(number.group(), number.group().replaceAll("[- ]", "")));
        end = number.end();
      }
      pieces.add(new Piece(text.substring(end), null));
      return pieces;
    }
  }

  /**
   * A piece of a text.
   *
   * @param call the number that it is, as telephones call it, or null
   */
  public record Piece(String text, String call) {}

  /**
   * What people must know before they read anything else.
   *
   * @param code a finding's, or {@code product_unknown} or {@code no_records}
   * @param tone red, amber or neutral
   * @param marks by what people know it again in their kitchen
   * @param steps what to do, first things first
   * @param call whom to call, or null
   */
  public record Alert(
      String code,
      String tone,
      String title,
      List<String> texts,
      List<Field> marks,
      List<String> steps,
      Call call,
      List<Field> rows) {
    public boolean recall() {
      return code.equals("recalled") || code.equals("input_recalled");
    }
  }

  /**
   * Whom to call.
   *
   * @param number as it is written
   * @param more what else they say of it, such as the hours
   */
  public record Call(String title, String number, String more) {
    /** The number as telephones call it. */
    public String tel() {
      return number.replaceAll("[- ]", "");
    }
  }

  /**
   * A finding for shoppers.
   *
   * @param severity red, amber or neutral
   * @param about which things it is about, where that isn't plain
   */
  public record Notice(String code, String severity, String text, List<String> about) {}

  /**
   * One event.
   *
   * @param time null where only the day was declared
   * @param local whether the clocks of its place show another time than where the thing is now
   * @param later when it was recorded, if that was days later; else null
   * @param agent who recorded it on behalf of {@code who}, or null
   * @param state recorded, corrected or unconfirmed
   * @param place null where none is named that is described
   * @param correction null unless corrected
   */
  public record Step(
      String id,
      String day,
      String time,
      boolean local,
      String later,
      String what,
      String who,
      String agent,
      boolean thirdParty,
      String state,
      String place,
      List<Field> data,
      Correction correction) {
    public boolean corrected() {
      return correction != null;
    }

    public boolean unconfirmed() {
      return state.equals("unconfirmed");
    }
  }

  /**
   * How an event was corrected.
   *
   * @param right the event that says it right, or null where it isn't told
   */
  public record Correction(String text, Right right) {}

  /** The right event. */
  public record Right(String id, String what) {}

  /**
   * What boxes measured around one case.
   *
   * @param title which case, or null where there is one only
   * @param tone red, amber, neutral or good
   * @param calculated whether anything was, from readings
   */
  public record Temperature(
      String title, String tone, List<String> sentences, boolean calculated) {}

  /** Whether anything was calculated from readings. */
  public boolean calculated() {
    return temperatures.stream().anyMatch(Temperature::calculated);
  }

  /**
   * A lot that it was made from.
   *
   * @param about in short: whose, which, from when to when, and what others found
   * @param open whether it is what the thing itself was before
   */
  public record Input(String title, List<String> about, boolean open, List<Step> steps) {}

  /**
   * A certificate that was claimed.
   *
   * @param thirdParty granted by another than its holder
   * @param tone red, amber, neutral or good
   * @param fault why it bears no claim; null where it does
   * @param paper what its holder has handed over; null for nothing
   */
  public record Certificate(
      String title,
      boolean thirdParty,
      String tone,
      String fault,
      String status,
      List<Field> rows,
      Photo paper) {}

  /** Whether there is more to say of temperatures than that nobody knows them. */
  public boolean carried() {
    return temperatures.stream().anyMatch(one -> one.calculated() || !one.tone().equals("neutral"));
  }

  /** Whether its temperature is why people must act: then it comes first. */
  public boolean warm() {
    return temperatures.stream()
        .anyMatch(one -> one.tone().equals("red") || one.tone().equals("amber"));
  }

  /** The steps that were corrected, of the thing itself and of what it was made from. */
  public List<Step> corrections() {
    return Stream.concat(steps.stream(), inputs.stream().flatMap(input -> input.steps().stream()))
        .filter(Step::corrected)
        .toList();
  }
}

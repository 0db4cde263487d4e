package jp.sanchi.server.labels;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.parties.PlacesResource;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * What who prints wants to have in words beside the codes. Dates are his to say, as with any label
 * of goods; they are signed at harvest and packing.
 */
final class PrintedWords {
  static final List<String> FIELDS =
      List.of("language", "lot", "place", "harvested", "useBy", "bestBefore", "mark");

  private static final List<String> BEGINNINGS =
      List.of("lot_commissioned", "transformed", "repackaged", "lot_split", "lots_merged");

  /** The fullest form first. */
  private static final List<DateTimeFormatter> JAPANESE =
      List.of(pattern("uuuu年M月d日"), pattern("uuuu.M.d"), pattern("uu.M.d"));

  private static final List<DateTimeFormatter> ENGLISH =
      List.of(pattern("d MMM uuuu"), pattern("d MMM uuuu"), pattern("d MMM uu"));

  private final boolean japanese;
  private final String lot;
  private final String place;

  /** Until when it is to be used. */
  private final List<LabelText.Line> limits = new ArrayList<>();

  private final LocalDate harvested;
  private final boolean mark;

  private PrintedWords(Fields fields) {
    String language = fields.text("language", 2);
    if (!language.equals("ja") && !language.equals("en")) {
      throw Fields.malformed("language");
    }
    japanese = language.equals("ja");
    lot = fields.has("lot") ? fields.text("lot", 20) : "";
    place = fields.has("place") ? fields.text("place", 13) : "";
    limit(fields, "useBy", japanese ? List.of("消費期限", "消費") : List.of("Use by", "Use by"));
    limit(fields, "bestBefore", japanese ? List.of("賞味期限", "賞味") : List.of("Best before", "Best"));
    harvested = date(fields, "harvested");
    mark = fields.has("mark");
    if (mark && !fields.text("mark", 3).equals("jas")) {
      throw Fields.malformed("mark");
    }
  }

  static PrintedWords of(Fields fields) {
    return new PrintedWords(fields);
  }

  private static DateTimeFormatter pattern(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  private void limit(Fields fields, String name, List<String> called) {
    LocalDate date = date(fields, name);
    if (date != null) {
      limits.add(new LabelText.Line(name, LabelText.Weight.LIMIT, dated(called, date)));
    }
  }

  /** Null where there is none. */
  private static LocalDate date(Fields fields, String name) {
    if (!fields.has(name)) {
      return null;
    }
    try {
      return LocalDate.parse(fields.text(name, 10));
    } catch (DateTimeParseException e) {
      throw Fields.malformed(name);
    }
  }

  /**
   * The fullest form first.
   *
   * @param called what the date is, and the same in short
   */
  private List<String> dated(List<String> called, LocalDate date) {
    List<String> forms = new ArrayList<>();
    for (DateTimeFormatter format : japanese ? JAPANESE : ENGLISH) {
      forms.add(called.get(0) + " " + format.format(date));
    }
    forms.add(called.get(1) + " " + (japanese ? JAPANESE : ENGLISH).get(2).format(date));
    return forms;
  }

  /** Of fish it is the day on which they were landed. */
  private List<String> harvestedOn(boolean fishes) {
    return dated(
        fishes
            ? japanese ? List.of("水揚げ日", "水揚げ") : List.of("Landed", "Landed")
            : japanese ? List.of("収穫日", "収穫") : List.of("Harvested", "Harvested"),
        harvested);
  }

  /** Laid across what must not be used. */
  String sample() {
    return japanese ? "見本" : "SAMPLE";
  }

  /**
   * The words with the names that the described documents have.
   *
   * @param producer the GLN of who prints
   * @param fishes whether that is who catches or farms fish, and grows nothing
   */
  LabelText on(Tenants.View view, String producer, boolean fishes, String gtin, boolean card) {
    if (!lot.isEmpty()
        && view.row("select 1 from seen_lot where gtin = ? and lot = ?", row -> 1, gtin, lot)
            .isEmpty()) {
      throw Problem.refused(422, Reason.LOT_UNKNOWN);
    }
    Json product =
        view.row(
                """
                select d.body from product p join document d on d.hash = p.document
                where p.gtin = ?
                """,
                row -> OrganisationNames.name(row.getBytes(1)),
                gtin)
            .orElse(Json.Null.VALUE);
    String name = first(product);
    String other = in(product, !japanese);
    String maker =
        view.row(
                """
                select d.body from organisation o join document d on d.hash = o.document
                where o.gln = ?
                """,
                row -> first(OrganisationNames.name(row.getBytes(1))),
                producer)
            .orElse("");
    String of = lot.isEmpty() ? "" : (japanese ? "ロット " : "Lot ") + lot;
    List<LabelText.Line> lines = new ArrayList<>();
    lines.add(new LabelText.Line("origin", LabelText.Weight.ORIGIN, origin(view, gtin)));
    lines.addAll(limits);
    // Packing holds the labels to it
    lines.add(new LabelText.Line("lot", LabelText.Weight.OTHER, of));
    if (harvested != null) {
      lines.add(new LabelText.Line("harvested", LabelText.Weight.DATE, harvestedOn(fishes)));
    }
    lines.add(new LabelText.Line("producer", LabelText.Weight.OTHER, maker));
    return new LabelText(
        name,
        other.equals(name) ? "" : other,
        lines,
        caption(card),
        card ? List.of() : calls(),
        mark ? (japanese ? "JAS マーク" : "JAS mark") : "",
        "");
  }

  private List<String> calls() {
    return japanese
        ? List.of("スマホで読むと、産地からの記録", "読むと、産地からの記録")
        : List.of("Scan to see its records from the start", "Scan to see its records");
  }

  private String caption(boolean card) {
    if (card) {
      return japanese
          ? "スマホで読むと、つくった人と、ここまでの歩みが見えます"
          : "Scan to see who grew it, and how it came here";
    }
    return japanese ? "手入力用コード" : "code to type";
  }

  /**
   * Where it comes from, which labels of fresh food have to say: as the lot was registered, else
   * the chosen place's own; and the place.
   */
  private List<String> origin(Tenants.View view, String gtin) {
    Place chosen = place.isEmpty() ? new Place("", "") : place(view);
    String origin = lot.isEmpty() ? "" : originOfLot(view, gtin);
    if (origin.isEmpty()) {
      origin = chosen.area;
    }
    String words =
        chosen.name.contains(origin) ? chosen.name : (origin + " " + chosen.name).strip();
    String of = japanese ? "産地 " : "From ";
    List<String> forms = new ArrayList<>();
    forms.add(words.isEmpty() ? "" : of + words);
    if (!origin.isEmpty()) {
      forms.add(of + origin);
      forms.add(origin);
    }
    return forms;
  }

  private record Place(String area, String name) {}

  private Place place(Tenants.View view) {
    return view.row(
            """
            select d.body from seen_place p join document d on d.hash = p.document
            where p.gln = ?
            """,
            row ->
                new Place(
                    first(PlacesResource.area(row.getBytes(1))),
                    first(OrganisationNames.name(row.getBytes(1)))),
            place)
        .orElse(new Place("", ""));
  }

  /** What stands in the first event that says it and was not corrected. */
  private String originOfLot(Tenants.View view, String gtin) {
    List<TraceEvent> events =
        view.rows(
            """
            select e.jws from history h join event e on e.event_id = h.event_id
            where h.subject = ? and e.kind = any (?) order by h.n
            """,
            row -> TraceEvent.readAny(Jws.parse(row.getString(1))),
            Subject.of(Subject.Kind.LOT, gtin, lot).text(),
            BEGINNINGS);
    Set<Json> corrected =
        events.stream()
            .map(event -> event.payload().get("sanchi:corrects"))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return events.stream()
        .filter(event -> event.payload().get("sanchi:corrects") == null)
        .filter(event -> !corrected.contains(Json.of(event.id())))
        .map(event -> event.payload().get("sanchi:origin"))
        .filter(Json.Text.class::isInstance)
        .map(origin -> ((Json.Text) origin).value())
        .findFirst()
        .orElse("");
  }

  private String first(Json name) {
    String own = in(name, japanese);
    return own.isEmpty() ? in(name, !japanese) : own;
  }

  private static String in(Json name, boolean japanese) {
    return name instanceof Json.Obj names
            && names.get(japanese ? "ja" : "en") instanceof Json.Text text
        ? text.value()
        : "";
  }
}

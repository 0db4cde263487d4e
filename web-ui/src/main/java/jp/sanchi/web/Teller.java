package jp.sanchi.web;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.MemberType;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Certificate;
import jp.sanchi.kernel.history.Finding;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.ColdChain;
import jp.sanchi.kernel.proof.Story;

/** Finds the words for a verified story. Whatever isn't in the story isn't told. */
final class Teller {
  private static final String[] SAME_GOODS = {"lots_merged", "lot_split", "repackaged"};
  private static final List<String> SEVERITIES = List.of("red", "amber", "neutral");
  private static final Set<String> THIRD_PARTIES = Set.of("inspector", "certifier", "authority");
  private static final Set<String> RECALLS = Set.of("recalled", "input_recalled");
  private static final Comparator<Standing> BY_TIME =
      Comparator.comparingLong((Standing entry) -> entry.event().eventTime())
          .thenComparingLong(Standing::recordTime)
          .thenComparing(entry -> entry.event().id());

  private static final long MINUTE_MS = 60_000;
  private static final Pattern PHOTO_HASH = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern PHOTO_TYPE = Pattern.compile("image/(jpeg|png|webp)");

  /** Local hours between which a harvest is one of the morning. */
  private static final int MORNING_FROM = 3;

  private static final int MORNING_TO = 10;

  private final Story story;
  private final List<Finding> findings;
  private final Words words;

  /** An event with how it stands in all the histories that tell it. */
  private record Told(Standing entry, TraceEvent declaration, boolean confirmed) {}

  private Teller(BundleVerifier.Result verified, Words words) {
    this.story = verified.story();
    this.findings = verified.verdict().findings();
    this.words = words;
  }

  /**
   * Tells.
   *
   * @param verified with a story, hence not failed
   */
  static Telling tell(BundleVerifier.Result verified, Words words) {
    return new Teller(verified, words).telling();
  }

  private Telling telling() {
    return new Telling(
        title(),
        photo(),
        recalls(),
        facts(),
        notices(),
        steps(own()),
        temperatures(),
        story.inputLots().stream()
            .map(lot -> new Telling.Input(lotTitle(lot), commissioner(lot), steps(List.of(lot))))
            .toList(),
        certificates());
  }

  private String title() {
    Subject subject = story.start().subject();
    return subject.kind().isUnit()
        ? words.ui("unit") + " " + subject.value()
        : productName(story.start().gtin());
  }

  private Telling.Photo photo() {
    Json.Obj document =
        story.start().gtin() == null ? null : story.document("product/" + story.start().gtin());
    return document != null
            && document.get("photo") instanceof Json.Obj photo
            && photo.get("hash") instanceof Json.Text hash
            && photo.get("type") instanceof Json.Text type
            && PHOTO_HASH.matcher(hash.value()).matches()
            && PHOTO_TYPE.matcher(type.value()).matches()
        ? new Telling.Photo(hash.value(), type.value())
        : null;
  }

  private String productName(String gtin) {
    String name = name("product/" + gtin);
    return name == null ? words.ui("noTitle", Map.of("gtin", gtin)) : name;
  }

  private String lotTitle(String lot) {
    List<String> values = Subject.parse(lot).values();
    return words.ui("lotOf", Map.of("title", productName(values.get(0)), "lot", values.get(1)));
  }

  private String organisation(String gln) {
    String name = name("organisation/" + gln);
    return name == null ? gln : name;
  }

  private String name(String subject) {
    return localised(subject, "name");
  }

  /** A text of a document: one for all languages, or one for each. */
  private String localised(String subject, String member) {
    Json.Obj document = story.document(subject);
    Json value = document == null ? null : document.get(member);
    if (value instanceof Json.Obj texts) {
      value =
          Stream.of(words.language(), "en", "ja")
              .map(texts::get)
              .filter(text -> text != null)
              .findFirst()
              .orElse(null);
    }
    return value instanceof Json.Text text && !text.value().isEmpty() ? text.value() : null;
  }

  private String commissioner(String lot) {
    String gln = story.commissioner(lot);
    return gln == null ? null : organisation(gln);
  }

  /** Whose goods were put together in a lot; nobody knows whose are in one bag of it. */
  private List<String> producers(String lot) {
    Set<String> names = growers(lot, new HashSet<>());
    return names.size() > 1
        ? List.of(words.ui("oneOrMoreOf", Map.of("names", join(names))))
        : List.copyOf(names);
  }

  private Set<String> growers(String lot, Set<String> seen) {
    Set<String> names = new LinkedHashSet<>();
    if (seen.add(lot)) {
      List<String> gathered = gathered(lot);
      if (!gathered.isEmpty()) {
        gathered.forEach(input -> names.addAll(growers(input, seen)));
      } else if (commissioner(lot) != null) {
        names.add(commissioner(lot));
      }
    }
    return names;
  }

  /** The lots that a lot was put together from, where the goods stayed what they were. */
  private List<String> gathered(String lot) {
    return story.history(lot).stream()
        .filter(entry -> entry.live() && entry.commissions())
        .limit(1)
        .filter(entry -> entry.is(SAME_GOODS))
        .flatMap(entry -> entry.event().lots("inputQuantityList").stream())
        .toList();
  }

  private String placeOf(TraceEvent event) {
    for (String place : event.subjectsOf("readPoint")) {
      String name = name(place);
      String more = localised(place, "area");
      return name == null || more == null
          ? name
          : words.ui("inBrackets", Map.of("text", name, "more", more));
    }
    return null;
  }

  private String join(Collection<String> texts) {
    return String.join(words.ui("and"), texts);
  }

  private List<Telling.Field> facts() {
    List<TraceEvent> commissionings =
        story.mainLots().stream()
            .flatMap(
                lot ->
                    story.history(lot).stream()
                        .filter(entry -> entry.live() && entry.commissions())
                        .limit(1))
            .map(Standing::event)
            .toList();
    Function<String, List<String>> said =
        member ->
            commissionings.stream().map(event -> event.text(member)).filter(Teller::says).toList();
    String bound =
        story.binding() == null ? null : story.binding().event().text("sanchi:bestBefore");
    List<String> bestBefore = bound == null ? said.apply("sanchi:bestBefore") : List.of(bound);
    Map<String, List<String>> facts = new LinkedHashMap<>();
    if (story.start().subject().kind().isUnit()) {
      facts.put("madeOf", story.mainLots().stream().map(this::lotTitle).toList());
    } else {
      facts.put(
          "lot", story.mainLots().stream().map(lot -> Subject.parse(lot).values().get(1)).toList());
    }
    facts.put(
        "producer", story.mainLots().stream().map(this::producers).flatMap(List::stream).toList());
    facts.put(
        "gatheredBy",
        story.mainLots().stream()
            .filter(lot -> !gathered(lot).isEmpty())
            .map(this::commissioner)
            .filter(Teller::says)
            .toList());
    facts.put("place", commissionings.stream().map(this::placeOf).filter(Teller::says).toList());
    facts.put("origin", said.apply("sanchi:origin"));
    facts.put("harvest", harvest());
    facts.put("bestBefore", bestBefore.stream().map(this::date).toList());
    List<Telling.Field> told = new ArrayList<>();
    facts.forEach((key, texts) -> add(told, words.ui(key), join(new LinkedHashSet<>(texts))));
    return told;
  }

  private static boolean says(String text) {
    return text != null && !text.isEmpty();
  }

  private static void add(List<Telling.Field> fields, String label, String text) {
    if (says(text)) {
      fields.add(new Telling.Field(label, text));
    }
  }

  /** When it was harvested, or what it was made from. */
  private List<String> harvest() {
    for (Set<String> lots : List.of(story.mainLots(), story.inputLots())) {
      List<TraceEvent> events =
          lots.stream()
              .flatMap(lot -> story.history(lot).stream())
              .filter(entry -> entry.counts() && entry.is("harvested"))
              .sorted(BY_TIME)
              .map(Standing::event)
              .toList();
      if (!events.isEmpty()) {
        String from = when(events.get(0));
        String to = when(events.get(events.size() - 1));
        String text = from.equals(to) ? from : words.ui("range", Map.of("from", from, "to", to));
        boolean fresh =
            lots.equals(story.mainLots()) && events.stream().allMatch(Teller::isOfTheMorning);
        return List.of(
            fresh
                ? words.ui("inBrackets", Map.of("text", text, "more", words.ui("morning")))
                : text);
      }
    }
    return List.of();
  }

  /** Of plants: a catch or a slaughter at that hour means nothing to who buys it. */
  private static boolean isOfTheMorning(TraceEvent event) {
    long minutes = event.eventTime() / MINUTE_MS + event.offsetMinutes();
    long hour = Math.floorMod(minutes, 24 * 60L) / 60;
    return !event.dayPrecision()
        && hour >= MORNING_FROM
        && hour < MORNING_TO
        && !says(event.text("sanchi:faoArea"));
  }

  private List<Telling.Recall> recalls() {
    List<Telling.Recall> recalls = new ArrayList<>();
    for (Finding finding : findings) {
      if (!RECALLS.contains(finding.code())) {
        continue;
      }
      for (Standing entry : story.history(finding.subject())) {
        TraceEvent event = entry.event();
        if (event.id().equals(finding.event())) {
          List<Telling.Field> rows = new ArrayList<>();
          add(rows, words.ui("whatToDo"), event.text("sanchi:advice"));
          add(rows, words.ui("why"), event.text("sanchi:reason"));
          add(rows, words.ui("recall"), words.ui("recallSince", Map.of("when", when(event))));
          add(rows, words.ui("recordedBy"), organisation(event.actor()));
          recalls.add(
              new Telling.Recall(
                  words.ui("recallOf", Map.of("title", lotTitle(finding.subject()))),
                  finding.code().equals("input_recalled"),
                  rows));
        }
      }
    }
    return recalls;
  }

  /** What shoppers should know, by severity; recalls have a place of their own. */
  private List<Telling.Notice> notices() {
    Map<String, Telling.Notice> notices = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (finding.audience() != Finding.Audience.SHOPPER || RECALLS.contains(finding.code())) {
        continue;
      }
      String severity = finding.severity().word();
      Telling.Notice notice =
          notices.computeIfAbsent(
              finding.code() + " " + severity,
              none ->
                  new Telling.Notice(
                      finding.code(),
                      severity,
                      words.word("findings", finding.code()),
                      new ArrayList<>()));
      String about = about(Subject.parse(finding.subject()));
      if (about != null && !notice.about().contains(about)) {
        notice.about().add(about);
      }
    }
    return SEVERITIES.stream()
        .flatMap(
            severity -> notices.values().stream().filter(one -> one.severity().equals(severity)))
        .toList();
  }

  private String about(Subject subject) {
    return switch (subject.kind()) {
      case CERTIFICATE -> certificateTitle(subject, Set.of());
      case LOT -> story.mainLots().equals(Set.of(subject.text())) ? null : lotTitle(subject.text());
      default -> null;
    };
  }

  /** The histories that are the thing's own way. */
  private List<String> own() {
    List<String> own = new ArrayList<>();
    if (story.start().run() != null) {
      own.add(story.start().run());
    }
    if (story.start().subject().kind() == Subject.Kind.PACKAGE) {
      own.add(story.start().subject().text());
    }
    own.addAll(story.mainLots());
    own.addAll(story.units());
    return own;
  }

  private List<Telling.Step> steps(List<String> subjects) {
    Map<String, Told> told = new LinkedHashMap<>();
    for (String subject : subjects) {
      List<Standing> history = story.history(subject);
      for (Standing entry : history) {
        TraceEvent event = entry.event();
        if (event.row() != null && (event.declaresError() || !isOfLabel(subject, event))) {
          continue;
        }
        TraceEvent declaration =
            history.stream()
                .map(Standing::event)
                .filter(other -> other.id().equals(entry.correctedBy()))
                .findFirst()
                .orElse(null);
        told.merge(
            event.id(),
            new Told(entry, declaration, entry.confirmed()),
            (before, now) ->
                new Told(
                    before.entry().recordTime() <= now.entry().recordTime()
                        ? before.entry()
                        : now.entry(),
                    before.declaration() == null ? now.declaration() : before.declaration(),
                    before.confirmed() && now.confirmed()));
      }
    }
    List<Told> inOrder =
        told.values().stream().sorted(Comparator.comparing(Told::entry, BY_TIME)).toList();
    return inOrder.stream().map(one -> step(one, inOrder)).toList();
  }

  /** A run's history tells of hundreds of labels: only what happened to this one is its own way. */
  private boolean isOfLabel(String subject, TraceEvent event) {
    return !subject.equals(story.start().run())
        || covers(event, "sanchi:run", "sanchi:first", "sanchi:last")
        || covers(event, "sanchi:newRun", "sanchi:newFirst", "sanchi:newLast");
  }

  private boolean covers(TraceEvent event, String run, String first, String last) {
    var serial = story.start().serial();
    return serial.run().equals(event.text(run))
        && event.payload().has(first)
        && event.integer(first) <= serial.number()
        && serial.number() <= event.integer(last);
  }

  private Telling.Step step(Told told, List<Told> all) {
    TraceEvent event = told.entry().event();
    Kinds.Row row = event.row();
    String actor = event.actor();
    String signer = event.organisation();
    return new Telling.Step(
        event.id(),
        when(event),
        row == null ? words.ui("unknownKind") : words.word("kinds", event.kind()),
        actor == null ? event.member() : organisation(actor),
        signer == null || actor.equals(signer) ? null : organisation(signer),
        row != null && !row.roles().isEmpty() && THIRD_PARTIES.containsAll(row.roles()),
        told.declaration() != null ? "corrected" : told.confirmed() ? "recorded" : "unconfirmed",
        row == null ? null : placeOf(event),
        row == null ? List.of() : data(event),
        told.declaration() == null ? null : correction(told.declaration(), all));
  }

  private Telling.Correction correction(TraceEvent declaration, List<Told> all) {
    Json.Obj said = declaration.payload().object("errorDeclaration");
    Set<String> rightIds = new TreeSet<>();
    if (said.get("correctiveEventIDs") instanceof Json.Arr ids) {
      ids.items().forEach(id -> rightIds.add(((Json.Text) id).value()));
    }
    Telling.Right right =
        all.stream()
            .map(told -> told.entry().event())
            .filter(event -> rightIds.contains(event.payload().text("eventID")))
            .findFirst()
            .map(event -> new Telling.Right(event.id(), words.word("kinds", event.kind())))
            .orElse(null);
    String text =
        words.ui(
            "correctedBy",
            Map.of(
                "when",
                minute(IsoTime.parse(said.text("declarationTime")), declaration.offsetMinutes()),
                "who",
                organisation(declaration.actor()),
                "reason",
                words.word("errors", said.text("reason"))));
    return new Telling.Correction(text, right);
  }

  private List<Telling.Field> data(TraceEvent event) {
    List<Telling.Field> fields = new ArrayList<>();
    String disposition = event.text("disposition");
    if ("conformant".equals(disposition) || "non_conformant".equals(disposition)) {
      add(fields, words.ui("result"), words.ui(disposition));
    }
    List<String> to = event.parties("destinationList").stream().map(this::organisation).toList();
    add(fields, words.ui("sentTo"), join(to));
    for (String name : Words.SHOWN) {
      add(fields, words.word("members", name), value(event, name));
    }
    return fields;
  }

  private String value(TraceEvent event, String name) {
    if (name.equals("quantity")) {
      return quantities(event.payload());
    }
    Json value = event.payload().get(name);
    if (value instanceof Json.Arr limits && name.equals("sanchi:limits")) {
      return join(limits.items().stream().map(limit -> limit((Json.Obj) limit)).toList());
    }
    if (value instanceof Json.Num number) {
      String unit = name.equals("sanchi:amount") ? event.text("sanchi:unit") : null;
      return unit == null ? number.text() : number.text() + " " + unit;
    }
    if (value instanceof Json.Text text) {
      Kinds.Member member = event.row().members().get(name);
      MemberType type = member == null ? MemberType.TEXT : member.type();
      return switch (type) {
        case DATE -> date(text.value());
        case WORD -> words.word("words", text.value());
        default -> text.value();
      };
    }
    return null;
  }

  private String quantities(Json.Obj payload) {
    String from = quantities(payload, "inputQuantityList");
    String to = quantities(payload, "outputQuantityList", "quantityList", "childQuantityList");
    return to.isEmpty() || from.isEmpty()
        ? to
        : words.ui("turnsInto", Map.of("from", from, "to", to));
  }

  private String quantities(Json.Obj payload, String... members) {
    for (String member : members) {
      if (payload.get(member) instanceof Json.Arr list) {
        return join(
            list.items().stream()
                .map(Json.Obj.class::cast)
                .filter(element -> element.has("quantity"))
                .map(
                    element ->
                        element.number("quantity").text()
                            + " "
                            + words.word("units", element.has("uom") ? element.text("uom") : ""))
                .toList());
      }
    }
    return "";
  }

  private List<Telling.Temperature> temperatures() {
    List<ColdChain.Way> ways = story.coldChain().ways();
    return ways.stream()
        .filter(way -> way.carriedMs() > 0)
        .map(way -> temperature(way, ways.size() > 1))
        .toList();
  }

  private Telling.Temperature temperature(ColdChain.Way way, boolean several) {
    String title =
        several ? words.ui("unit") + " " + Subject.parse(way.unit()).values().get(0) : null;
    if (way.measuredMs() == 0) {
      String none =
          words.ui("temperatureNone", Map.of("time", lasting(begunMinutes(way.carriedMs()))));
      return new Telling.Temperature(title, "neutral", List.of(none));
    }
    List<String> sentences = new ArrayList<>();
    boolean gap = way.notMeasuredMs() >= MINUTE_MS;
    String tone = gap || !way.limits().containsKey("temperature") ? "neutral" : "good";
    for (String measure : ColdChain.MEASURES) {
      List<List<ColdChain.Held>> held = way.held().get(measure);
      if (held == null) {
        continue;
      }
      var values =
          held.stream().flatMap(List::stream).mapToLong(ColdChain.Held::value).summaryStatistics();
      sentences.add(
          words.ui(
              measure + "Range",
              Map.of(
                  "low", tenths(values.getMin(), RoundingMode.FLOOR),
                  "high", tenths(values.getMax(), RoundingMode.CEILING))));
      ColdChain.Limit limit = way.limits().get(measure);
      if (limit == null) {
        continue;
      }
      long outside = way.outsideMs().get(measure);
      boolean exceeded = way.exceeds(measure);
      String sentence =
          exceeded
              ? limit.allowedMinutes() == 0 ? "measureLeft" : "measureExceeded"
              : outside > 0 ? "measureAllowed" : gap ? "measureKeptMeasured" : "measureKept";
      sentences.add(
          words.ui(
              sentence,
              Map.of(
                  "limit",
                  bounds(measure, limit.minimum(), limit.maximum()),
                  "time",
                  lasting(begunMinutes(outside)),
                  "allowed",
                  lasting(limit.allowedMinutes()))));
      if (exceeded) {
        tone = tone.equals("red") || measure.equals("temperature") ? "red" : "amber";
      }
    }
    if (gap) {
      sentences.add(
          words.ui("temperatureGap", Map.of("time", lasting(begunMinutes(way.notMeasuredMs())))));
    }
    return new Telling.Temperature(title, tone, sentences);
  }

  /** Between which values something has to stay, with the unit. */
  private String bounds(String measure, Json.Num minimum, Json.Num maximum) {
    String unit =
        switch (measure) {
          case "temperature" -> " " + words.ui("celsius");
          case "humidity" -> " %";
          default -> "";
        };
    if (minimum == null) {
      return words.ui("atMost", Map.of("to", signed(maximum.text()) + unit));
    }
    if (maximum == null) {
      return words.ui("atLeast", Map.of("from", signed(minimum.text()) + unit));
    }
    return words.ui(
        "range", Map.of("from", signed(minimum.text()), "to", signed(maximum.text()) + unit));
  }

  private static long begunMinutes(long ms) {
    return (ms + MINUTE_MS - 1) / MINUTE_MS;
  }

  /** Minutes, in hours and minutes. */
  private String lasting(long all) {
    String hours = Long.toString(all / 60);
    String minutes = Long.toString(all % 60);
    if (all < 60) {
      return words.ui("minutes", Map.of("minutes", minutes));
    }
    return words.ui(
        all % 60 == 0 ? "hours" : "hoursMinutes", Map.of("hours", hours, "minutes", minutes));
  }

  /** Of hundredths; the rounding never makes a range narrower than it was. */
  private static String tenths(long hundredths, RoundingMode outward) {
    return signed(BigDecimal.valueOf(hundredths, 2).setScale(1, outward).toPlainString());
  }

  /** A minus is as wide as a plus, and not taken for a dash. */
  private static String signed(String number) {
    return number.replaceFirst("-", "−");
  }

  private String limit(Json.Obj limit) {
    String measure = limit.text("sanchi:measure");
    String bounds =
        bounds(
            measure,
            (Json.Num) limit.get("sanchi:minimum"),
            (Json.Num) limit.get("sanchi:maximum"));
    String range = words.word("words", measure) + " " + bounds;
    long allowed = limit.integer("sanchi:allowedMinutes");
    return allowed == 0
        ? range
        : words.ui("allowedFor", Map.of("range", range, "time", lasting(allowed)));
  }

  private List<Telling.Certificate> certificates() {
    Map<String, Set<String>> claims = new LinkedHashMap<>();
    for (Set<String> lots : List.of(story.mainLots(), story.inputLots())) {
      for (String lot : lots) {
        for (Standing entry : story.history(lot)) {
          if (entry.counts()
              && entry.event().row() != null
              && entry.event().payload().get("sanchi:claims") instanceof Json.Arr claimed) {
            for (Json item : claimed.items()) {
              Json.Obj claim = (Json.Obj) item;
              String gdti = DigitalLink.parse(claim.text("sanchi:certificate")).value();
              claims
                  .computeIfAbsent(
                      Subject.of(Subject.Kind.CERTIFICATE, gdti).text(),
                      none -> new LinkedHashSet<>())
                  .add(words.word("words", claim.text("sanchi:claim")));
            }
          }
        }
      }
    }
    return claims.entrySet().stream()
        .map(claim -> certificate(Subject.parse(claim.getKey()), claim.getValue()))
        .toList();
  }

  private String certificateTitle(Subject subject, Set<String> claimed) {
    Standing grant = story.certificate(subject.text()).grant();
    if (grant != null) {
      return words.word("words", grant.event().text("sanchi:scheme"));
    }
    return claimed.isEmpty() ? subject.value() : join(claimed);
  }

  private Telling.Certificate certificate(Subject subject, Set<String> claimed) {
    Certificate certificate = story.certificate(subject.text());
    TraceEvent grant = certificate.grant() == null ? null : certificate.grant().event();
    List<Telling.Field> rows = new ArrayList<>();
    add(rows, words.ui("claim"), join(claimed));
    if (grant != null) {
      add(rows, words.ui("scope"), grant.text("sanchi:scope"));
      add(rows, words.ui("holder"), organisation(certificate.holder()));
      add(rows, words.ui("certifier"), organisation(grant.actor()));
      add(
          rows,
          words.ui("validity"),
          words.ui(
              "range",
              Map.of("from", date(certificate.validFrom()), "to", date(certificate.validTo()))));
    }
    add(rows, words.ui("number"), subject.value());
    String title = certificateTitle(subject, claimed);
    boolean thirdParty = grant != null && !grant.actor().equals(certificate.holder());
    if (grant == null) {
      return new Telling.Certificate(title, thirdParty, "red", words.ui("notGranted"), rows);
    }
    TraceEvent last = certificate.status().event();
    String day = day(last);
    return switch (last.kind()) {
      case "certificate_revoked" ->
          new Telling.Certificate(
              title, thirdParty, "red", words.ui("revokedOn", Map.of("date", day)), rows);
      case "certificate_suspended" ->
          new Telling.Certificate(
              title, thirdParty, "amber", words.ui("suspendedOn", Map.of("date", day)), rows);
      default ->
          new Telling.Certificate(
              title,
              thirdParty,
              "neutral",
              words.ui("validUntil", Map.of("date", date(certificate.validTo()))),
              rows);
    };
  }

  private String when(TraceEvent event) {
    return event.dayPrecision() ? day(event) : minute(event.eventTime(), event.offsetMinutes());
  }

  private String day(TraceEvent event) {
    return date(local(event.eventTime(), event.offsetMinutes()).substring(0, 10));
  }

  private String minute(long time, int offsetMinutes) {
    String local = local(time, offsetMinutes);
    return words.ui(
        "dateTime", Map.of("date", date(local.substring(0, 10)), "time", local.substring(11, 16)));
  }

  /** As a clock on the spot shows it; may leave the years that IsoTime knows, by some hours. */
  private static String local(long time, int offsetMinutes) {
    return java.time.Instant.ofEpochMilli(time + offsetMinutes * 60_000L).toString();
  }

  /** Writes {@code YYYY-MM-DD} as people do. */
  private String date(String date) {
    String[] months = words.ui("months").split(" ", -1);
    return words.ui(
        "date",
        Map.of(
            "year", date.substring(0, 4),
            "month", months[Integer.parseInt(date.substring(5, 7)) - 1],
            "day", Integer.toString(Integer.parseInt(date.substring(8, 10)))));
  }
}

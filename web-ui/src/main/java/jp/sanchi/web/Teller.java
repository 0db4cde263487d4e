package jp.sanchi.web;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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

  /** Of a label that no goods are known to be behind, the gravest first. */
  private static final List<String> LABELS =
      List.of("label_unknown", "label_voided", "label_not_activated");

  private static final Set<String> RECALLS = Set.of("recalled", "input_recalled");
  private static final Pattern JAPANESE = Pattern.compile("[\\u3040-\\u30ff\\u4e00-\\u9fff]");
  private static final Comparator<Standing> BY_TIME =
      Comparator.comparingLong((Standing entry) -> entry.event().eventTime())
          .thenComparingLong(Standing::recordTime)
          .thenComparing(entry -> entry.event().id());

  /** What stands before a number: that it is one. */
  private static final Pattern BEFORE_NUMBER =
      Pattern.compile("^\\s*(電話|Telephone|Phone|Tel\\.?)?[\\s:：、,]*", Pattern.CASE_INSENSITIVE);

  /** The rest, where all of it stands in brackets. */
  private static final Pattern BRACKETED = Pattern.compile("^[(（]([^()（）]*)[)）]\\s*$");

  /** Behind the word for a member. */
  private static final Pattern UNIT = Pattern.compile(" \\((.+)\\)$");

  private static final long MINUTE_MS = 60_000;
  private static final long A_CENTURY = 100L * 366 * 24 * 60;
  private static final String NBSP = "\u00a0";
  private static final long DAY_MS = 24 * 60 * MINUTE_MS;

  /** Until when it may be eaten, and until when it is at its best. */
  private static final List<String> UNTIL = List.of("sanchi:useBy", "sanchi:bestBefore");

  private static final Pattern PHOTO_HASH = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern PHOTO_TYPE = Pattern.compile("image/(jpeg|png|webp)");
  private static final Pattern PAPER_TYPE =
      Pattern.compile("application/pdf|image/(jpeg|png|webp)");
  private static final Pattern DATE = Pattern.compile("20\\d\\d-(0[1-9]|1[0-2])-\\d\\d");

  /** Local hours between which a harvest is one of the morning. */
  private static final int MORNING_FROM = 3;

  private static final int MORNING_TO = 10;

  private static final long FRESH_MS = 36 * 3_600_000L;

  private final Story story;
  private final List<Finding> findings;
  private final Words words;
  private final String completeUpTo;
  private Map<String, String> dictionary;
  private Integer homeOffset;

  /** An event with how it stands in all the histories that tell it. */
  private record Told(Standing entry, TraceEvent declaration, boolean confirmed) {}

  private Teller(BundleVerifier.Result verified, Words words) {
    this.story = verified.story();
    this.findings = verified.verdict().findings();
    this.words = words;
    this.completeUpTo = verified.verdict().completeUpTo();
  }

  /**
   * Tells.
   *
   * @param verified with a story, hence not failed
   */
  static Telling tell(BundleVerifier.Result verified, Words words) {
    return new Teller(verified, words).telling();
  }

  /** What the kind of product is called that a bundle is of. */
  static String product(BundleVerifier.Result verified, Words words) {
    Teller teller = new Teller(verified, words);
    return teller.productName(teller.story.start().gtin());
  }

  /**
   * What somebody says of a copy of a package's code whom it was not sent to, with its sale, first
   * a heading and what to do: there before a script has come. What browsers say of copies is
   * computed by {@code copies.ts}.
   */
  static List<String> copies(BundleVerifier.Result verified, Words words) {
    return new Teller(verified, words).copies();
  }

  private List<String> copies() {
    Subject subject = story.start().subject();
    if (subject.kind() != Subject.Kind.PACKAGE) {
      return List.of();
    }
    List<Standing> history = story.history(subject.text());
    List<String> said =
        history.stream()
            .filter(entry -> entry.live() && !entry.confirmed() && entry.is("clone_noticed"))
            .map(Standing::event)
            .map(
                event ->
                    words.ui(
                        "copiesSaid",
                        Map.of(
                            "who", organisation(event.actor()),
                            "when", when(event),
                            "reason", said(event, "sanchi:reason"))))
            .toList();
    if (said.isEmpty()) {
      return said;
    }
    List<TraceEvent> sales =
        history.stream()
            .filter(entry -> entry.counts() && entry.is("sold"))
            .limit(1)
            .map(Standing::event)
            .toList();
    String seller = sales.isEmpty() ? completeUpTo : sales.get(0).actor();
    Stream<String> question =
        Stream.of(
            words.ui("copiesSaidTitle", Map.of("name", seller == null ? "" : organisation(seller))),
            words.ui("copiesSaidHelp"));
    Stream<String> sale =
        sales.stream()
            .map(
                event -> {
                  String place = placeOf(event);
                  return words.ui(
                      "copiesSold",
                      Map.of(
                          "when",
                          when(event),
                          "place",
                          place == null ? organisation(event.actor()) : place));
                });
    return Stream.of(question, sale, said.stream(), Stream.of(words.ui("copiesSaidNote")))
        .flatMap(sentences -> sentences)
        .toList();
  }

  private Telling telling() {
    Telling.Alert label = label();
    List<Telling.Alert> alerts = new ArrayList<>(recalls());
    if (label != null) {
      alerts.add(label);
    }
    boolean genuine = label == null;
    String warning = genuine ? warning() : null;
    String first =
        !alerts.isEmpty() ? alerts.get(0).code() : warning == null ? null : "certificate_revoked";
    return new Telling(
        first == null
            ? title(label)
            : words.ui(
                "headline", Map.of("first", words.ui("headline_" + first), "title", thing())),
        title(label),
        warning,
        genuine,
        genuine ? photo() : null,
        alerts,
        genuine ? brief() : List.of(),
        genuine ? facts() : List.of(),
        genuine ? notices() : List.of(),
        steps(own(label)),
        genuine ? temperatures() : List.of(),
        genuine ? inputs() : List.of(),
        genuine ? Stream.concat(certificates().stream(), declared().stream()).toList() : List.of());
  }

  /** What is wrong with the label or the number itself: then no goods are known behind it. */
  private Telling.Alert label() {
    String code = trouble();
    if (code == null) {
      return null;
    }
    return switch (code) {
      case "product_unknown" ->
          alert(
              code,
              "amber",
              "foreignTitle",
              List.of(words.ui("foreignText", Map.of("gtin", story.start().gtin()))),
              "helpUnknown",
              "helpForeign");
      case "no_records" -> {
        Subject subject = story.start().subject();
        String title = subject.kind() == Subject.Kind.LOT ? lotTitle(subject.text()) : thing();
        yield alert(
            code,
            "neutral",
            "noRecordsTitle",
            List.of(words.ui("noRecordsText", Map.of("title", title))),
            "helpUnknown",
            "helpNoRecords");
      }
      case "label_unknown" ->
          alert(
              code,
              "red",
              "distrust",
              List.of(words.ui("unknownText", Map.of("title", thing()))),
              "helpUnknown",
              "helpVoided");
      case "label_voided" -> {
        String event =
            findings.stream()
                .filter(finding -> finding.code().equals(code))
                .map(Finding::event)
                .findFirst()
                .orElseThrow();
        yield alert(
            code,
            "red",
            "voidedTitle",
            byWhom("voidedText", entry -> entry.event().id().equals(event)),
            "helpVoided");
      }
      default ->
          alert(
              code,
              "amber",
              "unactivated",
              byWhom("unactivatedText", entry -> entry.is("labels_printed")),
              "helpUnactivated",
              "helpUnused");
    };
  }

  private Telling.Alert alert(
      String code, String tone, String title, List<String> texts, String... steps) {
    return new Telling.Alert(
        code,
        tone,
        words.ui(title),
        texts,
        List.of(),
        Stream.of(steps).map(words::ui).toList(),
        null,
        List.of());
  }

  private String trouble() {
    String found =
        LABELS.stream()
            .filter(code -> findings.stream().anyMatch(finding -> finding.code().equals(code)))
            .findFirst()
            .orElse(null);
    Subject subject = story.start().subject();
    boolean nothing =
        subject.kind() == Subject.Kind.PACKAGE
            ? "label_unknown".equals(found)
            : story.history(subject.text()).isEmpty();
    if (!nothing) {
      return found;
    }
    boolean described =
        subject.kind().isUnit() || !story.history("product/" + story.start().gtin()).isEmpty();
    if (!described) {
      return "product_unknown";
    }
    return found == null ? "no_records" : found;
  }

  /** A sentence about an event of the label's run: who did it, and when. */
  private List<String> byWhom(String sentence, Predicate<Standing> which) {
    return story.history(story.start().run()).stream()
        .filter(which)
        .limit(1)
        .map(Standing::event)
        .map(
            event ->
                words.ui(sentence, Map.of("who", organisation(event.actor()), "when", when(event))))
        .toList();
  }

  private String title(Telling.Alert label) {
    if (label == null) {
      return thing();
    }
    return switch (label.code()) {
      case "label_unknown" -> words.ui("unknownTitle");
      case "product_unknown" -> words.ui("foreignName");
      default -> thing();
    };
  }

  private String thing() {
    Subject subject = story.start().subject();
    return subject.kind().isUnit()
        ? words.ui("unit") + " " + subject.value()
        : productName(story.start().gtin());
  }

  private Telling.Photo photo() {
    Json.Obj document =
        story.start().gtin() == null ? null : story.document("product/" + story.start().gtin());
    return document == null ? null : file(document.get("photo"), PHOTO_TYPE);
  }

  /** What a document names by its hash. */
  private static Telling.Photo file(Json value, Pattern types) {
    return value instanceof Json.Obj file
            && file.get("hash") instanceof Json.Text hash
            && file.get("type") instanceof Json.Text type
            && PHOTO_HASH.matcher(hash.value()).matches()
            && types.matcher(type.value()).matches()
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

  private String localised(String subject, String member) {
    Json.Obj document = story.document(subject);
    return document == null ? null : localised(document.get(member));
  }

  /** A text of a document: one for all languages, or one for each. */
  private String localised(Json value) {
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

  /** A revoked certificate that its name claims. */
  private String warning() {
    return findings.stream()
        .filter(finding -> finding.code().equals("certificate_revoked"))
        .limit(1)
        .map(finding -> claims().get(finding.subject()))
        .filter(Objects::nonNull)
        .map(claimed -> words.ui("revokedName", Map.of("claim", join(claimed))))
        .findFirst()
        .orElse(null);
  }

  private List<Telling.Input> inputs() {
    Map<String, List<Telling.Step>> told = new LinkedHashMap<>();
    story.inputLots().forEach(lot -> told.put(lot, steps(List.of(lot))));
    Set<String> harvests = Set.of(words.word("kinds", "harvested"), words.ui("landedStep"));
    List<String> harvested =
        told.keySet().stream()
            .filter(lot -> told.get(lot).stream().anyMatch(step -> harvests.contains(step.what())))
            .toList();
    return told.entrySet().stream()
        .map(
            one ->
                new Telling.Input(
                    productName(Subject.parse(one.getKey()).value()),
                    about(one.getKey(), one.getValue()),
                    harvested.equals(List.of(one.getKey())),
                    one.getValue()))
        .toList();
  }

  /** In short: whose, which, from when to when, and what others found. */
  private List<String> about(String lot, List<Telling.Step> steps) {
    Set<String> about = new LinkedHashSet<>();
    if (commissioner(lot) != null) {
      about.add(commissioner(lot));
    }
    about.add(words.ui("lot") + " " + Subject.parse(lot).values().get(1));
    if (!steps.isEmpty()) {
      String from = steps.get(0).day();
      String to = steps.get(steps.size() - 1).day();
      about.add(from.equals(to) ? from : words.ui("range", Map.of("from", from, "to", to)));
    }
    for (Telling.Step step : steps) {
      if (step.thirdParty() && step.state().equals("recorded")) {
        step.data().stream()
            .filter(row -> row.label().equals(words.ui("result")))
            .limit(1)
            .forEach(
                row ->
                    about.add(
                        words.ui("inspection", Map.of("result", row.text(), "who", step.who()))));
      }
    }
    return List.copyOf(about);
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

  private List<TraceEvent> commissionings() {
    return story.mainLots().stream()
        .flatMap(
            lot ->
                story.history(lot).stream()
                    .filter(entry -> entry.live() && entry.commissions())
                    .limit(1))
        .map(Standing::event)
        .toList();
  }

  /** What people look for first. */
  private List<Telling.Field> brief() {
    List<Telling.Field> brief = new ArrayList<>(until());
    Harvest harvest = harvest();
    if (harvest != null) {
      add(brief, words.ui(harvest.landed() ? "landed" : "harvest"), harvest.text());
    }
    return brief;
  }

  private List<Telling.Field> until() {
    // What the label says goes before what its lot says
    TraceEvent binding = story.binding() == null ? null : story.binding().event();
    boolean bound = binding != null && UNTIL.stream().anyMatch(name -> says(binding.text(name)));
    List<Telling.Field> until = new ArrayList<>();
    for (String name : UNTIL) {
      Stream<String> dates =
          bound
              ? Stream.ofNullable(binding.text(name))
              : commissionings().stream().map(event -> event.text(name));
      add(
          until,
          words.word("members", name),
          join(
              dates
                  .filter(Teller::says)
                  .map(this::date)
                  .collect(Collectors.toCollection(LinkedHashSet::new))));
    }
    return until;
  }

  private List<Telling.Field> fields(Map<String, List<String>> texts) {
    List<Telling.Field> fields = new ArrayList<>();
    texts.forEach((key, said) -> add(fields, words.ui(key), join(new LinkedHashSet<>(said))));
    return fields;
  }

  private List<Telling.Field> facts() {
    List<TraceEvent> commissionings = commissionings();
    boolean unit = story.start().subject().kind().isUnit();
    List<String> places = commissionings.stream().map(this::placeOf).filter(Teller::says).toList();
    List<String> origins =
        commissionings.stream()
            .filter(event -> says(event.text("sanchi:origin")))
            .map(event -> translated(event.text("sanchi:origin"), authors(event)))
            .toList();
    // Nothing was harvested where it was put together or made into something else
    Harvest harvest = harvest();
    boolean elsewhere = harvest != null && harvest.elsewhere();
    boolean once =
        !elsewhere
            && origins.stream()
                .allMatch(origin -> places.stream().anyMatch(place -> place.contains(origin)));
    Map<String, List<String>> facts = new LinkedHashMap<>();
    facts.put(
        "producer", story.mainLots().stream().map(this::producers).flatMap(List::stream).toList());
    facts.put(
        "gatheredBy",
        story.mainLots().stream()
            .filter(lot -> !gathered(lot).isEmpty())
            .map(this::commissioner)
            .filter(Teller::says)
            .toList());
    if (!once) {
      facts.put("origin", origins);
    }
    facts.put(elsewhere ? "madeAt" : once && !origins.isEmpty() ? "origin" : "place", places);
    if (unit) {
      facts.put("madeOf", story.mainLots().stream().map(this::lotTitle).toList());
    } else {
      facts.put(
          "lot", story.mainLots().stream().map(lot -> Subject.parse(lot).values().get(1)).toList());
      facts.put("allergens", List.of(words.ui("allergensText")));
    }
    return fields(facts);
  }

  /** A text of an event in the reader's language, as far as its authors say it in both. */
  private String said(TraceEvent event, String member) {
    String text = event.text(member);
    return says(text) ? translated(text, authors(event)) : null;
  }

  /** Whether it is a harvest that was landed. */
  private static boolean isFish(TraceEvent event) {
    return says(event.text("sanchi:faoArea"));
  }

  private String what(TraceEvent event) {
    return isFish(event) ? words.ui("landedStep") : words.word("kinds", event.kind());
  }

  private static List<String> authors(TraceEvent event) {
    return Stream.of(event.actor(), event.organisation()).filter(Objects::nonNull).toList();
  }

  /**
   * What somebody wrote, in the reader's language where a description here says it in both.
   *
   * @param by who wrote it: nobody else's terms are believed
   */
  private String translated(String text, List<String> by) {
    if (text == null) {
      return null;
    }
    for (String gln : by) {
      Json.Obj document = story.document(Subject.of(Subject.Kind.ORGANISATION, gln).text());
      if (document != null && document.get("terms") instanceof Json.Arr terms) {
        for (Json term : terms.items()) {
          if (term instanceof Json.Obj texts
              && texts.members().containsValue(Json.of(text))
              && localised(texts) != null) {
            return localised(texts);
          }
        }
      }
    }
    if (dictionary == null) {
      dictionary = describedWords();
    }
    return dictionary.getOrDefault(text, text);
  }

  private Map<String, String> describedWords() {
    Map<String, String> known = new HashMap<>();
    for (String subject : story.subjects()) {
      Json.Obj document = story.document(subject);
      for (String member : document == null ? List.<String>of() : List.of("name", "area")) {
        if (document.get(member) instanceof Json.Obj texts && localised(texts) != null) {
          for (Json text : texts.members().values()) {
            if (text instanceof Json.Text said) {
              known.putIfAbsent(said.value(), localised(texts));
            }
          }
        }
      }
    }
    return known;
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
  private Harvest harvest() {
    for (Set<String> lots : List.of(story.mainLots(), story.inputLots())) {
      List<TraceEvent> events =
          lots.stream()
              .flatMap(lot -> story.history(lot).stream())
              .filter(entry -> entry.counts() && entry.is("harvested"))
              .sorted(BY_TIME)
              .map(Standing::event)
              .toList();
      if (!events.isEmpty()) {
        String from = marked(events.get(0), when(events.get(0)));
        TraceEvent last = events.get(events.size() - 1);
        String to = marked(last, when(last));
        String text = from.equals(to) ? from : words.ui("range", Map.of("from", from, "to", to));
        boolean fresh =
            lots.equals(story.mainLots())
                && events.stream().allMatch(Teller::isOfTheMorning)
                && isFresh(events.get(0));
        return new Harvest(
            fresh
                ? words.ui("inBrackets", Map.of("text", text, "more", words.ui("morning")))
                : text,
            !lots.equals(story.mainLots()),
            events.stream().anyMatch(Teller::isFish));
      }
    }
    return null;
  }

  /** When; whether of what it was made from; whether out of the water. */
  private record Harvest(String text, boolean elsewhere, boolean landed) {}

  /**
   * As long as nobody has had it in hand much later: a word that praises must not outlive itself.
   */
  private boolean isFresh(TraceEvent harvested) {
    return told(own(null)).stream()
        .map(one -> one.entry().event())
        .filter(event -> event.row() != null && event.row().custody())
        .allMatch(event -> event.eventTime() - harvested.eventTime() <= FRESH_MS);
  }

  /** Of plants: a catch or a slaughter at that hour means nothing to who buys it. */
  private static boolean isOfTheMorning(TraceEvent event) {
    long minutes = event.eventTime() / MINUTE_MS + event.offsetMinutes();
    long hour = Math.floorMod(minutes, 24 * 60L) / 60;
    return !event.dayPrecision() && hour >= MORNING_FROM && hour < MORNING_TO && !isFish(event);
  }

  private List<Telling.Alert> recalls() {
    List<Telling.Alert> recalls = new ArrayList<>();
    for (Finding finding : findings) {
      if (!RECALLS.contains(finding.code())) {
        continue;
      }
      for (Standing entry : story.history(finding.subject())) {
        if (entry.event().id().equals(finding.event())) {
          recalls.add(recall(finding, entry.event()));
        }
      }
    }
    return recalls;
  }

  private Telling.Alert recall(Finding finding, TraceEvent event) {
    boolean own = finding.code().equals("recalled");
    String who = organisation(event.actor());
    String hazard = event.text("sanchi:hazard");
    String danger = says(hazard) ? words.word("words", hazard) : null;
    String reason = said(event, "sanchi:reason");
    if (!says(reason)) {
      reason = danger;
      danger = null;
    }
    String contact = localised("organisation/" + event.actor(), "contact");
    Matcher number = Telling.Field.TELEPHONE.matcher(says(contact) ? contact : "");
    boolean callable = number.find();
    List<Telling.Field> rows = new ArrayList<>();
    add(
        rows,
        words.ui("why"),
        danger == null || danger.equals(reason)
            ? reason
            : words.ui("inBrackets", Map.of("text", reason, "more", danger)));
    add(rows, words.ui("lot"), Subject.parse(finding.subject()).values().get(1));
    if (own) {
      rows.addAll(until());
    }
    add(rows, words.ui("contact"), callable ? null : contact);
    add(rows, words.ui("recallAdvice"), said(event, "sanchi:advice"));
    add(rows, words.ui("recall"), words.ui("recallSince", Map.of("when", when(event))));
    add(rows, words.ui("recordedBy"), who);
    rows = inItsLanguage(rows);
    List<String> texts = new ArrayList<>();
    texts.add(
        words.ui(
            own ? "recallText" : "recallInputText",
            Map.of("title", lotTitle(finding.subject()), "who", who)));
    if (says(reason)) {
      Telling.Field why = rows.remove(0);
      texts.add(why.label() + ": " + why.text());
    }
    if (!says(contact)) {
      texts.add(words.ui("noNumber"));
    }
    Map<Boolean, List<Telling.Field>> parted =
        rows.stream()
            .collect(
                Collectors.partitioningBy(
                    row ->
                        row.label().equals(words.ui("lot"))
                            || UNTIL.stream()
                                .anyMatch(
                                    name -> row.label().equals(words.word("members", name)))));
    return new Telling.Alert(
        finding.code(),
        "red",
        words.ui("recallEat"),
        texts,
        parted.get(true),
        Stream.of("recallKeep", "recallAsk", "recallEaten").map(words::ui).toList(),
        callable
            ? new Telling.Call(
                words.ui("call", Map.of("who", who)),
                number.group(),
                beside(contact.substring(0, number.start()) + contact.substring(number.end())))
            : null,
        parted.get(false));
  }

  private static String beside(String number) {
    String more = BEFORE_NUMBER.matcher(number).replaceFirst("");
    return BRACKETED.matcher(more).replaceFirst("$1");
  }

  /** Says once which language somebody wrote in, where it isn't the reader's. */
  private List<Telling.Field> inItsLanguage(List<Telling.Field> rows) {
    boolean toSay = !words.language().equals("ja");
    List<Telling.Field> said = new ArrayList<>();
    for (Telling.Field row : rows) {
      boolean says = toSay && JAPANESE.matcher(row.text()).find();
      toSay &= !says;
      said.add(
          says
              ? new Telling.Field(words.ui("inJapanese", Map.of("label", row.label())), row.text())
              : row);
    }
    return said;
  }

  /** What shoppers should know, by severity; recalls have a place of their own. */
  private List<Telling.Notice> notices() {
    Map<String, Telling.Notice> notices = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (finding.audience() != Finding.Audience.SHOPPER
          || RECALLS.contains(finding.code())
          || LABELS.contains(finding.code())) {
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
    Set<String> withdrawn = story.withdrawn();
    if (withdrawn.stream().anyMatch(this::ofGoods)) {
      String text =
          words.ui(
              "withdrawn",
              Map.of(
                  "count", Integer.toString(withdrawn.size()),
                  "of", Integer.toString(story.described().size())));
      notices.put("", new Telling.Notice("withdrawn", "neutral", text, List.of()));
    }
    return SEVERITIES.stream()
        .flatMap(
            severity -> notices.values().stream().filter(one -> one.severity().equals(severity)))
        .toList();
  }

  /**
   * Whether it is a product, or whoever it is of: without their descriptions there are no names.
   */
  private boolean ofGoods(String subject) {
    return subject.startsWith("product/")
        || Stream.concat(story.mainLots().stream(), story.inputLots().stream())
            .map(story::commissioner)
            .anyMatch(gln -> subject.equals("organisation/" + gln));
  }

  private String about(Subject subject) {
    return switch (subject.kind()) {
      case CERTIFICATE -> certificateTitle(subject, Set.of());
      case LOT -> story.mainLots().equals(Set.of(subject.text())) ? null : lotTitle(subject.text());
      default -> null;
    };
  }

  /** The histories that are the thing's own way; of a label without goods its own alone. */
  private List<String> own(Telling.Alert label) {
    List<String> own = new ArrayList<>();
    if (story.start().run() != null) {
      own.add(story.start().run());
    }
    if (story.start().subject().kind() == Subject.Kind.PACKAGE) {
      own.add(story.start().subject().text());
    }
    if (label == null) {
      own.addAll(story.mainLots());
      own.addAll(story.units());
    } else if (!label.code().equals("label_voided")
        && !label.code().equals("label_not_activated")) {
      own.clear();
    }
    return own;
  }

  private List<Telling.Step> steps(List<String> subjects) {
    List<Told> inOrder = told(subjects);
    return inOrder.stream().map(one -> step(one, inOrder)).toList();
  }

  /** Where the thing is now, by whose clocks its readers live. */
  private int home() {
    if (homeOffset == null) {
      List<TraceEvent> own = told(own(null)).stream().map(one -> one.entry().event()).toList();
      homeOffset =
          own.stream()
              .filter(event -> event.row() != null && event.row().custody())
              .reduce((before, last) -> last)
              .or(() -> own.stream().reduce((before, last) -> last))
              .map(TraceEvent::offsetMinutes)
              .orElse(0);
    }
    return homeOffset;
  }

  private boolean isLocal(TraceEvent event) {
    return !event.dayPrecision() && event.offsetMinutes() != home();
  }

  private String marked(TraceEvent event, String when) {
    return isLocal(event) ? when + words.ui("localTime") : when;
  }

  /** A day after what is told of it has ended. */
  private String later(Standing entry) {
    TraceEvent event = entry.event();
    long days = event.dayPrecision() ? 2 : 1;
    if (entry.recordTime() - event.eventTime() <= days * DAY_MS) {
      return null;
    }
    String happened = local(event.eventTime(), event.offsetMinutes()).substring(0, 10);
    // What was written down together has one date, wherever it happened
    String recorded = local(entry.recordTime(), home()).substring(0, 10);
    String pattern = happened.regionMatches(0, recorded, 0, 4) ? "dayMonth" : "date";
    return words.ui("recordedLater", Map.of("date", date(recorded, pattern)));
  }

  /** The events of these histories, in the order of time. */
  private List<Told> told(List<String> subjects) {
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
    return told.values().stream().sorted(Comparator.comparing(Told::entry, BY_TIME)).toList();
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
        day(event),
        event.dayPrecision() ? null : marked(event, clock(event)),
        isLocal(event),
        later(told.entry()),
        row == null ? words.ui("unknownKind") : what(event),
        actor == null ? words.word("words", event.member()) : organisation(actor),
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
            .map(event -> new Telling.Right(event.id(), what(event)))
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
      String text = value(event, name);
      String label = words.word("members", name);
      Matcher unit = UNIT.matcher(label);
      if (says(text) && unit.find()) {
        add(fields, label.substring(0, unit.start()), text + NBSP + unit.group(1));
      } else {
        add(fields, label, text);
      }
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
      return unit == null ? inThousands(number.text()) : inThousands(number.text()) + NBSP + unit;
    }
    if (value instanceof Json.Text text) {
      Kinds.Member member = event.row().members().get(name);
      MemberType type = member == null ? MemberType.TEXT : member.type();
      return switch (type) {
        case DATE -> date(text.value());
        case WORD -> words.word("words", text.value());
        default -> translated(text.value(), authors(event));
      };
    }
    return null;
  }

  /** Both languages write a comma between thousands. */
  private static String inThousands(String number) {
    return number.matches("\\d{5,}") ? number.replaceAll("\\d(?=(\\d{3})+$)", "$0,") : number;
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
                        inThousands(element.number("quantity").text())
                            + NBSP
                            + words.word("units", element.has("uom") ? element.text("uom") : ""))
                .toList());
      }
    }
    return "";
  }

  private List<Telling.Temperature> temperatures() {
    if (!story.coldChain().told()) {
      return List.of();
    }
    List<ColdChain.Way> ways = story.coldChain().ways();
    List<ColdChain.Way> carried = ways.stream().filter(way -> way.carriedMs() > 0).toList();
    Json.Obj promised = promised();
    if (carried.isEmpty() && promised != null) {
      String unknown = words.ui("temperatureUnknown", Map.of("limit", bounds(promised)));
      return List.of(new Telling.Temperature(null, "neutral", List.of(unknown), false));
    }
    return carried.stream().map(way -> temperature(way, ways.size() > 1)).toList();
  }

  /** The first limit on temperature, or null. */
  private Json.Obj promised() {
    return commissionings().stream()
        .map(event -> event.payload().get("sanchi:limits"))
        .filter(Json.Arr.class::isInstance)
        .flatMap(limits -> ((Json.Arr) limits).items().stream())
        .map(Json.Obj.class::cast)
        .filter(limit -> limit.text("sanchi:measure").equals("temperature"))
        .findFirst()
        .orElse(null);
  }

  /** Whether nobody measured for longer than the temperature may be outside of its limit. */
  private static boolean isUnmeasured(ColdChain.Way way) {
    ColdChain.Limit limit = way.limits().get("temperature");
    return limit != null
        && way.missing() == 0
        && way.notMeasuredMs() / MINUTE_MS >= 1
        && way.notMeasuredMs() > Math.min(limit.allowedMinutes(), A_CENTURY) * MINUTE_MS;
  }

  private Telling.Temperature temperature(ColdChain.Way way, boolean several) {
    String title =
        several ? words.ui("unit") + " " + Subject.parse(way.unit()).values().get(0) : null;
    boolean whole = way.missing() == 0;
    if (whole && way.measuredMs() == 0) {
      String none =
          words.ui("temperatureNone", Map.of("time", lasting(begunMinutes(way.carriedMs()))));
      return new Telling.Temperature(
          title, isUnmeasured(way) ? "amber" : "neutral", List.of(none), false);
    }
    List<String> sentences = new ArrayList<>();
    boolean gap = whole && way.notMeasuredMs() >= MINUTE_MS;
    String tone =
        isUnmeasured(way)
            ? "amber"
            : gap || !way.limits().containsKey("temperature") ? "neutral" : "good";
    if (!whole) {
      tone = "amber";
      sentences.add(
          words.ui(
              "readingsMissing",
              Map.of(
                  "count", Integer.toString(way.missing()),
                  "of", Integer.toString(way.windows()))));
    }
    for (String measure : ColdChain.MEASURES) {
      ColdChain.Stated stated = way.stated().get(measure);
      var values =
          LongStream.concat(
                  way.held().getOrDefault(measure, List.of()).stream()
                      .flatMap(List::stream)
                      .mapToLong(ColdChain.Held::value),
                  stated == null ? LongStream.of() : LongStream.of(stated.low(), stated.high()))
              .summaryStatistics();
      if (values.getCount() == 0) {
        continue;
      }
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
      String lasted = lasting(begunMinutes(outside));
      // That nothing is known to have left them says nothing of what is missing
      if (whole || way.leaves(measure)) {
        sentences.add(
            words.ui(
                whole || outside > 0 ? sentence : "measureLeftSome",
                Map.of(
                    "limit",
                    bounds(measure, limit.minimum(), limit.maximum()),
                    "time",
                    whole ? lasted : words.ui("atLeast", Map.of("from", lasted)),
                    "allowed",
                    lasting(limit.allowedMinutes()))));
      }
      if (exceeded) {
        tone = tone.equals("red") || measure.equals("temperature") ? "red" : "amber";
      }
    }
    if (gap) {
      sentences.add(
          words.ui("temperatureGap", Map.of("time", lasting(begunMinutes(way.notMeasuredMs())))));
    }
    return new Telling.Temperature(title, tone, sentences, true);
  }

  /** Between which values something has to stay, with the unit. */
  private String bounds(String measure, Json.Num minimum, Json.Num maximum) {
    String unit =
        switch (measure) {
          case "temperature" -> NBSP + words.ui("celsius");
          case "humidity" -> NBSP + "%";
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

  private String bounds(Json.Obj limit) {
    return bounds(
        limit.text("sanchi:measure"),
        (Json.Num) limit.get("sanchi:minimum"),
        (Json.Num) limit.get("sanchi:maximum"));
  }

  private String limit(Json.Obj limit) {
    String range = words.word("words", limit.text("sanchi:measure")) + " " + bounds(limit);
    long allowed = limit.integer("sanchi:allowedMinutes");
    return allowed == 0
        ? range
        : words.ui("allowedFor", Map.of("range", range, "time", lasting(allowed)));
  }

  private List<Telling.Certificate> certificates() {
    return claims().entrySet().stream()
        .map(claim -> certificate(Subject.parse(claim.getKey()), claim.getValue()))
        .toList();
  }

  /** By certificate, in words. */
  private Map<String, Set<String>> claims() {
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
    return claims;
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
    TraceEvent last = certificate.status() == null ? null : certificate.status().event();
    Certified certified = certified(subject, grant, last, join(claimed));
    String decision = last == null ? "" : last.kind();
    boolean revoked = decision.equals("certificate_revoked");
    List<Telling.Field> rows = new ArrayList<>();
    add(rows, words.ui("claim"), certified.fault() == null ? join(claimed) : null);
    if (grant != null) {
      add(rows, words.ui("scope"), translated(grant.text("sanchi:scope"), authors(grant)));
      add(rows, words.ui("holder"), organisation(certificate.holder()));
      add(rows, words.ui("certifier"), organisation(grant.actor()));
      Map<String, String> validity =
          Map.of("from", date(certificate.validFrom()), "to", date(certificate.validTo()));
      add(rows, words.ui("validity"), revoked ? null : words.ui("range", validity));
    }
    if (revoked || decision.equals("certificate_suspended")) {
      add(rows, words.ui("why"), said(last, "sanchi:reason"));
    }
    add(rows, words.ui("number"), subject.value());
    boolean thirdParty = grant != null && !grant.actor().equals(certificate.holder());
    return new Telling.Certificate(
        certificateTitle(subject, claimed),
        thirdParty,
        thirdParty && certified.tone().equals("neutral") ? "good" : certified.tone(),
        certified.fault(),
        certified.status(),
        rows,
        null);
  }

  /**
   * What growers say in their own descriptions, as far as it holds for these lots: no certifier
   * here has confirmed it.
   */
  private List<Telling.Certificate> declared() {
    Map<String, Telling.Certificate> told = new LinkedHashMap<>();
    for (Set<String> lots : List.of(story.mainLots(), story.inputLots())) {
      for (String lot : lots) {
        TraceEvent event = commissioning(lot);
        String holder = event == null ? null : event.actor();
        Json.Obj document = holder == null ? null : story.document("organisation/" + holder);
        if (document != null && document.get("certificates") instanceof Json.Arr listed) {
          for (int i = 0; i < listed.items().size(); i++) {
            if (listed.items().get(i) instanceof Json.Obj one) {
              Telling.Certificate certificate = declaration(one, lot, event);
              if (certificate != null) {
                told.put(holder + " " + i, certificate);
              }
            }
          }
        }
      }
    }
    return List.copyOf(told.values());
  }

  private TraceEvent commissioning(String lot) {
    return story.history(lot).stream()
        .filter(Standing::commissions)
        .map(Standing::event)
        .findFirst()
        .orElse(null);
  }

  private Telling.Certificate declaration(Json.Obj one, String lot, TraceEvent event) {
    String title = localised(one.get("name"));
    Json gtin = Json.of(Subject.parse(lot).value());
    boolean elsewhere =
        one.get("products") instanceof Json.Arr products && !products.items().contains(gtin);
    String day = local(event.eventTime(), event.offsetMinutes()).substring(0, 10);
    String from = dated(one.get("validFrom"));
    String to = dated(one.get("validTo"));
    if (title == null
        || elsewhere
        || (from != null && day.compareTo(from) < 0)
        || (to != null && day.compareTo(to) > 0)) {
      return null;
    }
    List<Telling.Field> rows = new ArrayList<>();
    add(rows, words.ui("holder"), organisation(event.actor()));
    add(rows, words.ui("certifier"), localised(one.get("issuer")));
    add(rows, words.ui("number"), localised(one.get("number")));
    String status =
        to == null ? words.ui("noEnd") : words.ui("validUntil", Map.of("date", date(to)));
    return new Telling.Certificate(
        title, false, "neutral", null, status, rows, file(one.get("paper"), PAPER_TYPE));
  }

  private static String dated(Json value) {
    return value instanceof Json.Text text && DATE.matcher(text.value()).matches()
        ? text.value()
        : null;
  }

  /** Where a certificate stands, and why it bears no claim if it doesn't. */
  private record Certified(String tone, String fault, String status) {}

  private Certified certified(Subject subject, TraceEvent grant, TraceEvent last, String claim) {
    if (grant == null) {
      String fault = words.ui("faultNotGranted", Map.of("claim", claim));
      return new Certified("red", fault, words.ui("notGranted"));
    }
    Map<String, String> values = Map.of("date", day(last), "claim", claim);
    return switch (last.kind()) {
      case "certificate_revoked" ->
          new Certified("red", words.ui("faultRevoked", values), words.ui("revokedOn", values));
      case "certificate_suspended" ->
          new Certified(
              "amber", words.ui("faultSuspended", values), words.ui("suspendedOn", values));
      default -> inForce(subject);
    };
  }

  /** A certificate that is valid, which need not mean that it bears out the claim. */
  private Certified inForce(Subject subject) {
    List<Finding> found =
        findings.stream().filter(one -> one.subject().equals(subject.text())).toList();
    String tone =
        SEVERITIES.stream()
            .filter(word -> found.stream().anyMatch(one -> one.severity().word().equals(word)))
            .findFirst()
            .orElse("neutral");
    String fault =
        tone.equals("neutral")
            ? null
            : found.stream()
                .map(Finding::code)
                .distinct()
                .map(code -> words.word("findings", code))
                .collect(Collectors.joining(" "));
    String until = date(story.certificate(subject.text()).validTo());
    return new Certified(tone, fault, words.ui("validUntil", Map.of("date", until)));
  }

  private String when(TraceEvent event) {
    return event.dayPrecision() ? day(event) : minute(event.eventTime(), event.offsetMinutes());
  }

  private String day(TraceEvent event) {
    return date(local(event.eventTime(), event.offsetMinutes()).substring(0, 10));
  }

  private static String clock(TraceEvent event) {
    return local(event.eventTime(), event.offsetMinutes()).substring(11, 16);
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
    return date(date, "date");
  }

  private String date(String date, String pattern) {
    String[] months = words.ui("months").split(" ", -1);
    return words.ui(
        pattern,
        Map.of(
            "year", date.substring(0, 4),
            "month", months[Integer.parseInt(date.substring(5, 7)) - 1],
            "day", Integer.toString(Integer.parseInt(date.substring(8, 10)))));
  }
}

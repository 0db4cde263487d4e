package jp.sanchi.kernel.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Finding;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.FastSignatures;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Start;
import jp.sanchi.kernel.proof.Story;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.Verdict;

/**
 * Judges a bundle without network and server (wire format, section 12). Ends with 0 if every
 * required check passed, 1 if one failed, 2 if it could not begin, 3 if something was not checked.
 */
public final class VerifyMain {
  private static final int WRONG_USE = 2;
  private static final String USAGE =
      "Usage: java -jar sanchi-verify.jar bundle.json trust.json --subject URL"
          + " [--challenge C | --max-age 10m] [--readings FILE|FOLDER]... [--json]"
          + " [--language ja|en]";
  private static final Set<String> OPTIONS =
      Set.of("--subject", "--challenge", "--max-age", "--language", "--readings");
  private static final Set<String> OF_AGE = Set.of("statement_too_old", "statement_from_future");
  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xxx", Locale.ROOT);

  private final PrintStream out;
  private final PrintStream err;
  private final InstantSource clock;
  private final ZoneId zone;
  private final List<String> files = new ArrayList<>();
  private final List<Bundle.Readings> beside = new ArrayList<>();
  private String subject;
  private Freshness freshness = new Freshness.Unknown();
  private boolean json;
  private Sentences sentences;

  /** Says in one sentence why the program does not begin. */
  private static final class WrongUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUse(String sentence) {
      super(sentence, null, false, false);
    }
  }

  private VerifyMain(
      PrintStream out, PrintStream err, InstantSource clock, ZoneId zone, Sentences sentences) {
    this.sentences = sentences;
    this.zone = zone;
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  /** The command line. */
  public static void main(String[] args) {
    FastSignatures.register();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, false, StandardCharsets.UTF_8);
    int code =
        run(args, out, err, InstantSource.system(), ZoneId.systemDefault(), Locale.getDefault());
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** The command line without the exit: returns what the program ends with. */
  static int run(
      String[] args,
      PrintStream out,
      PrintStream err,
      InstantSource clock,
      ZoneId zone,
      Locale locale) {
    return new VerifyMain(out, err, clock, zone, Sentences.of(locale)).run(args);
  }

  private int run(String[] args) {
    try {
      if (List.of(args).contains("--help")) {
        out.println(USAGE);
        return 0;
      }
      read(args);
      TrustRoots trust = trust(files.get(1));
      DigitalLink url = url(subject);
      byte[] bundle = bytes(files.get(0), Bundle.MOST_BYTES);
      BundleVerifier.Result result = BundleVerifier.verify(bundle, beside, trust, url, freshness);
      Verdict verdict = result.verdict();
      if (json) {
        out.println(verdict.json().canonicalText());
      } else {
        BundleVerifier.Result known = ageless(result, bundle, trust, url);
        print(known, trust);
        out.println(sentence(known, bundle, trust, url));
      }
      return verdict.result().exitCode();
    } catch (WrongUse e) {
      err.println(e.getMessage());
      return WRONG_USE;
    }
  }

  private void read(String[] args) {
    boolean fresh = false;
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      if (!option.startsWith("--")) {
        files.add(option);
        continue;
      }
      if (option.equals("--json")) {
        json = true;
        continue;
      }
      if (!OPTIONS.contains(option)) {
        throw new WrongUse("There is no option " + option + ". " + USAGE);
      }
      if (i + 1 == args.length) {
        throw new WrongUse("The option " + option + " needs a value. " + USAGE);
      }
      String value = args[++i];
      if (option.equals("--subject")) {
        if (subject != null) {
          throw new WrongUse("One subject at a time. " + USAGE);
        }
        subject = value;
        continue;
      }
      if (option.equals("--readings")) {
        beside(value);
        continue;
      }
      if (option.equals("--language")) {
        sentences = language(value);
        continue;
      }
      if (fresh) {
        throw new WrongUse("Either --challenge or --max-age, once. " + USAGE);
      }
      fresh = true;
      freshness = option.equals("--challenge") ? challenge(value) : maxAge(value);
    }
    if (files.size() != 2 || subject == null) {
      throw new WrongUse("A bundle, a trust file and a subject are needed. " + USAGE);
    }
  }

  /** Readings of box days, a file each: what the server answers when it is asked for them. */
  private void beside(String value) {
    List<Path> found = new ArrayList<>();
    try {
      Path path = Path.of(value);
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(path, "*.json")) {
          inside.forEach(found::add);
        }
      } else {
        found.add(path);
      }
    } catch (IOException | InvalidPathException e) {
      throw new WrongUse("The file cannot be read: " + value);
    }
    for (Path file : found) {
      try {
        beside.addAll(Bundle.readReadings(bytes(file.toString(), Bundle.MOST_BYTES)));
      } catch (Malformed e) {
        throw new WrongUse("These are no readings of box days: " + file);
      }
    }
  }

  private static Sentences language(String value) {
    return switch (value) {
      case "ja" -> Sentences.JAPANESE;
      case "en" -> Sentences.ENGLISH;
      default -> throw new WrongUse("The languages are ja and en.");
    };
  }

  private static Freshness challenge(String text) {
    try {
      byte[] bytes = Base64Url.decode(text);
      if (bytes.length >= 16 && bytes.length <= 64) {
        return new Freshness.Challenge(bytes);
      }
    } catch (MalformedEvent e) {
      // falls through
    }
    throw new WrongUse("A challenge is base64url of 16 to 64 bytes, without padding.");
  }

  private Freshness maxAge(String text) {
    Matcher age = AGE.matcher(text);
    if (!age.matches()) {
      throw new WrongUse("A greatest age is a number with s, m, h or d, such as 10m.");
    }
    ChronoUnit unit =
        switch (age.group(2)) {
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        };
    return new Freshness.MaxAge(
        Long.parseLong(age.group(1)) * unit.getDuration().toMillis(), clock.millis());
  }

  private static DigitalLink url(String text) {
    try {
      return supported(DigitalLink.parse(text));
    } catch (MalformedEvent e) {
      throw new WrongUse("The subject is no GS1 Digital Link (" + e.reason() + "): " + text);
    }
  }

  private static DigitalLink supported(DigitalLink link) {
    try {
      Start.of(link, "any");
      return link;
    } catch (Malformed e) {
      throw new WrongUse(
          "Only packages, lots and logistic units have bundles ("
              + e.reason()
              + "): "
              + link.canonical());
    }
  }

  private static TrustRoots trust(String file) {
    try {
      return TrustRoots.read(bytes(file, 1 << 20));
    } catch (Malformed e) {
      throw new WrongUse("This is no trust file: " + file);
    }
  }

  /** The file, or as much of it as shows that it is too long. */
  private static byte[] bytes(String file, int most) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return in.readNBytes(most + 1);
    } catch (IOException | InvalidPathException e) {
      throw new WrongUse("The file cannot be read: " + file);
    }
  }

  /**
   * Age alone speaks against nothing that a proof says: a recall that was in it is told, however
   * old it is. Only that check differs from the verdict.
   */
  private BundleVerifier.Result ageless(
      BundleVerifier.Result result, byte[] bundle, TrustRoots trust, DigitalLink url) {
    Verdict.Check aged = result.verdict().failure();
    if (aged == null || !OF_AGE.contains(aged.reason())) {
      return result;
    }
    BundleVerifier.Result known =
        BundleVerifier.verify(bundle, beside, trust, url, new Freshness.Unknown());
    Verdict verdict = known.verdict();
    return new BundleVerifier.Result(
        new Verdict(
            verdict.checks().stream()
                .map(check -> check.name().equals(aged.name()) ? aged : check)
                .toList(),
            null,
            verdict.events(),
            verdict.signatures(),
            verdict.subjects(),
            verdict.findings(),
            verdict.statement(),
            verdict.subject(),
            verdict.trust()),
        known.story());
  }

  private void print(BundleVerifier.Result judged, TrustRoots trust) {
    Verdict verdict = judged.verdict();
    out.printf("%-8s %s%n", sentences.say("subject"), subject);
    out.println("         " + verdict.subject());
    out.printf(
        "%-8s %s, %s, %s%n",
        sentences.say("trust"), trust.consortium(), trust.mode(), trust.fingerprint());
    if (trust.oneOperator()) {
      out.println("         " + sentences.say("one_operator"));
    }
    out.println();
    for (Verdict.Check check : verdict.checks()) {
      String meaning =
          check.reason() == null
              ? sentences.check(check.name())
              : sentences.reason(check.reason()) + " (" + check.reason() + ")";
      if (check.name().equals("documents")) {
        meaning += withdrawn(judged.story());
      }
      String result = sentences.say("result." + check.result().word());
      out.printf("%-12s %-13s %s%n", result, check.name(), meaning);
    }
    if (!verdict.findings().isEmpty()) {
      out.println();
      for (Finding finding : verdict.findings()) {
        out.printf(
            "%-12s %s (%s) %s%s%s%n",
            sentences.say("severity." + finding.severity().word()),
            sentences.finding(finding.code()),
            finding.code(),
            thing(finding.subject()),
            event(finding, judged.story()),
            // Pages for shoppers leave these out; who checks on purpose sees all
            finding.audience() == Finding.Audience.CONCERNED ? sentences.say("concerned") : "");
      }
    }
    out.println();
  }

  private static boolean red(Verdict verdict) {
    return verdict.findings().stream()
        .anyMatch(finding -> finding.severity() == Finding.Severity.RED);
  }

  private String sentence(
      BundleVerifier.Result result, byte[] bundle, TrustRoots trust, DigitalLink url) {
    Verdict verdict = result.verdict();
    List<String> reasons =
        verdict.checks().stream()
            .filter(check -> check.result() == Verdict.Result.FAILED)
            .map(Verdict.Check::reason)
            .toList();
    for (String reason : reasons) {
      if (!OF_AGE.contains(reason)) {
        return failure(reason, verdict, bundle, trust, url);
      }
    }
    boolean whole = openReasons(verdict).stream().allMatch("no_challenge"::equals);
    String what =
        !reasons.isEmpty()
            ? reasons.get(0) + (whole ? "" : "_partly")
            : verdict.result() == Verdict.Result.PASSED
                ? verdict.completeUpTo() == null ? "passed" : "passed_up_to"
                : whole ? "undated" : "not_checked";
    return stated("verdict." + what, verdict, nameOf(verdict.completeUpTo(), result.story()))
        + withdrawn(result.story())
        + mind(verdict);
  }

  /** How many descriptions are not here: they are no records, and the verdict is not about them. */
  private String withdrawn(Story story) {
    if (story == null || story.withdrawn().isEmpty()) {
      return "";
    }
    return sentences.say(
        "withdrawn",
        Integer.toString(story.withdrawn().size()),
        Integer.toString(story.described().size()));
  }

  /** What a subject is, and its codes as they are printed. */
  private String thing(String subject) {
    Subject one = Subject.parse(subject);
    return sentences.say("place." + one.kind().word()) + " " + String.join(" ", one.values());
  }

  /** By the clock of whoever reads it. */
  private String time(long ms) {
    return TIME.format(Instant.ofEpochMilli(ms).atZone(zone));
  }

  /** Of the event that a finding is about, its kind and when it happened. */
  private String event(Finding finding, Story story) {
    if (finding.event() == null) {
      return "";
    }
    return story.subjects().stream()
        .flatMap(one -> story.history(one).stream())
        .map(Standing::event)
        .filter(event -> event.id().equals(finding.event()))
        .findFirst()
        .map(event -> ", " + event.kind() + " " + time(event.eventTime()))
        .orElse("");
  }

  /** Not every failure speaks against what the bundle says. */
  private String failure(
      String reason, Verdict verdict, byte[] bundle, TrustRoots trust, DigitalLink url) {
    if (reason.equals("bundle_malformed")) {
      return damage(bundle, trust, url);
    }
    if (reason.equals("missing_history")) {
      List<String> held =
          Bundle.read(bundle).histories().stream().map(Bundle.Listed::subject).toList();
      if (!held.contains(verdict.subject())) {
        return sentences.say("verdict.another", String.join(", ", things(held)));
      }
    }
    return sentences.say("verdict.failed", sentences.reason(reason));
  }

  /** What is wrong with a file that has not the form of a proof. */
  private String damage(byte[] bundle, TrustRoots trust, DigitalLink url) {
    byte[] inOrder = Bundle.inOrder(bundle);
    if (inOrder == null) {
      return sentences.say("verdict.no_bundle");
    }
    BundleVerifier.Result result =
        BundleVerifier.verify(inOrder, List.of(), trust, url, new Freshness.Unknown());
    Verdict.Check failure = result.verdict().failure();
    if (failure != null) {
      return sentences.say("verdict.failed", sentences.reason(failure.reason()));
    }
    boolean whole =
        result.story().withdrawn().isEmpty()
            && !openReasons(result.verdict()).contains("readings_not_included");
    return sentences.say(whole ? "verdict.rewritten" : "verdict.rewritten_unsure");
  }

  /** What a bundle may be about: the package and its run of labels, or else its lots and units. */
  private static List<String> things(List<String> subjects) {
    boolean packaged = subjects.stream().anyMatch(one -> one.startsWith("package/"));
    Set<String> types = packaged ? Set.of("package", "run") : Set.of("lot", "sscc");
    return subjects.stream()
        .filter(one -> types.contains(one.substring(0, one.indexOf('/'))))
        .toList();
  }

  private String stated(String sentence, Verdict verdict, String upTo) {
    return sentences.say(
        sentence,
        String.join(sentences.say("and"), verdict.statement().members()),
        time(verdict.statement().time()),
        Integer.toString(verdict.signatures()),
        upTo);
  }

  private String mind(Verdict verdict) {
    return red(verdict) ? sentences.say("but_red") : "";
  }

  private static List<String> openReasons(Verdict verdict) {
    return verdict.checks().stream()
        .filter(check -> check.result() == Verdict.Result.NOT_CHECKED)
        .map(Verdict.Check::reason)
        .toList();
  }

  /** What an organisation calls itself, with its number; only that where nothing is said. */
  private String nameOf(String gln, Story story) {
    Json.Obj described = gln == null ? null : story.document("organisation/" + gln);
    Json name = described == null ? null : described.get("name");
    if (name instanceof Json.Obj languages) {
      name = languages.get(sentences.say("language"));
    }
    return name instanceof Json.Text text ? text.value() + " (" + gln + ")" : gln;
  }
}

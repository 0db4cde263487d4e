package jp.sanchi.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.FastSignatures;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * Audits a ledger. Ends with 0 if everything is as it must be, 1 if something was found, 2 if it
 * could not begin or read on.
 */
public final class AuditMain {
  private static final int FOUND = 1;
  private static final int WRONG_USE = 2;
  private static final int SHOWN = 20;
  private static final String USAGE =
      """
      Usage: java -jar sanchi-audit.jar (--connection connection.json | --blocks FOLDER|FILE...)
               --trust trust.json [--genesis HASH] [--live]
               [--report report.json] [--key report-key.pem] [--lang ja|en]

      --blocks      exported blocks: block-000000.pb ..., or what peer channel fetch writes
      --connection  a gateway of the network; --live then compares with what the members say now
      --genesis     SHA-256 of block 0's header in hex, learned from somebody else
      --report      where to write the report; its signature goes beside it, with .jws
      --key         P-256 key in PEM (PKCS #8), with its certificate or public key; else a fresh one""";

  private final PrintStream out;
  private final PrintStream err;
  private final InstantSource clock;
  private final List<Path> blocks = new ArrayList<>();
  private Path connection;
  private Path trustFile;
  private Path key;
  private Path report;
  private String genesis;
  private boolean live;
  private Sentences words = Sentences.ENGLISH;

  /** Says in one sentence why the program does not begin. */
  static final class WrongUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUse(String sentence) {
      super(sentence, null, false, false);
    }
  }

  private AuditMain(PrintStream out, PrintStream err, InstantSource clock) {
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  /** The command line. */
  public static void main(String[] args) {
    FastSignatures.register();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(args, out, err, InstantSource.system()));
  }

  /** The command line without the exit: returns what the program ends with. */
  public static int run(String[] args, PrintStream out, PrintStream err, InstantSource clock) {
    return new AuditMain(out, err, clock).run(args);
  }

  private int run(String[] args) {
    try {
      if (List.of(args).contains("--help")) {
        out.println(USAGE);
        return 0;
      }
      read(args);
      TrustRoots trust = trust();
      ReportKey signer = key == null ? ReportKey.fresh() : ReportKey.read(key);
      out.println(words.trusted(trust, genesis));
      AuditReport found = connection == null ? files(trust) : network(trust);
      print(found);
      write(found, signer);
      return found.good() ? 0 : FOUND;
    } catch (WrongUse e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.println(words.unreadable(e));
    }
    return WRONG_USE;
  }

  private void read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      if (option.equals("--live")) {
        live = true;
        continue;
      }
      if (!List.of(
              "--connection", "--blocks", "--trust", "--genesis", "--report", "--key", "--lang")
          .contains(option)) {
        throw new WrongUse("There is no option " + option + ".\n" + USAGE);
      }
      if (i + 1 == args.length || args[i + 1].startsWith("--")) {
        throw new WrongUse("The option " + option + " needs a value.\n" + USAGE);
      }
      String value = args[++i];
      switch (option) {
        case "--connection" -> connection = path(value);
        case "--trust" -> trustFile = path(value);
        case "--genesis" -> genesis = hash(value);
        case "--report" -> report = path(value);
        case "--key" -> key = path(value);
        case "--lang" -> words = Sentences.in(value);
        default -> {
          blocks.add(path(value));
          while (i + 1 < args.length && !args[i + 1].startsWith("--")) {
            blocks.add(path(args[++i]));
          }
        }
      }
    }
    if (trustFile == null || (connection == null) == blocks.isEmpty()) {
      throw new WrongUse("Blocks or a connection, and a trust file, are needed.\n" + USAGE);
    }
    if (live && connection == null) {
      throw new WrongUse("--live needs a connection.");
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new WrongUse("This is no file name: " + text);
    }
  }

  private static String hash(String text) {
    if (!text.matches("[0-9a-f]{64}")) {
      throw new WrongUse("A hash of block 0 has 64 characters of 0-9 and a-f.");
    }
    return text;
  }

  private TrustRoots trust() throws IOException {
    try {
      return TrustRoots.read(Files.readAllBytes(trustFile));
    } catch (Malformed e) {
      throw new WrongUse("This is no trust file: " + trustFile);
    }
  }

  private AuditReport files(TrustRoots trust) throws IOException {
    try (BlockSource source = new BlockFiles(blocks)) {
      if (source.count() == 0) {
        throw new WrongUse("There are no blocks in " + source.name() + ".");
      }
      return audit(source, trust, Optional.empty());
    }
  }

  private AuditReport network(TrustRoots trust) throws IOException {
    try (NetworkBlocks source = NetworkBlocks.open(connection)) {
      return audit(source, trust, live ? Optional.of(source) : Optional.empty());
    }
  }

  private AuditReport audit(BlockSource source, TrustRoots trust, Optional<Live> members)
      throws IOException {
    var line = new ProgressLine(out, words);
    try {
      return Auditor.audit(source, trust, Optional.ofNullable(genesis), members, line);
    } finally {
      line.end();
    }
  }

  private void print(AuditReport found) {
    for (Finding finding : found.findings().stream().limit(SHOWN).toList()) {
      out.println(words.finding(finding));
    }
    if (found.findings().size() > SHOWN) {
      out.println(words.more(found.findings().size() - SHOWN));
    }
    for (String code : found.notCovered()) {
      out.println(words.notCovered(code));
    }
    out.println(words.tip(found));
    out.println(words.result(found));
  }

  private void write(AuditReport found, ReportKey signer) throws IOException {
    Json.Obj json = found.json(clock.millis());
    if (report != null) {
      Files.write(report, json.canonical());
      Path signature = report.resolveSibling(report.getFileName() + ".jws");
      Files.writeString(signature, signer.sign(json), StandardCharsets.US_ASCII);
      out.println(words.signed(report, signature, signer.thumbprint(), signer.isFresh()));
    }
  }

  /** One line that is overwritten, at most ten times a second. */
  private static final class ProgressLine implements Consumer<Auditor.Progress> {
    private final PrintStream out;
    private final Sentences words;
    private final long begin = System.nanoTime();
    private long last;
    private int width;
    private Auditor.Progress newest;

    ProgressLine(PrintStream out, Sentences words) {
      this.out = out;
      this.words = words;
    }

    @Override
    public void accept(Auditor.Progress progress) {
      newest = progress;
      long now = System.nanoTime();
      if (now - last > 100_000_000) {
        last = now;
        show();
      }
    }

    private void show() {
      double seconds = Math.max((System.nanoTime() - begin) / 1e9, 1e-3);
      String text = words.progress(newest, seconds);
      // What was longer before is wiped out
      out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
      out.flush();
      width = text.length();
    }

    void end() {
      if (newest != null) {
        show();
        out.println();
      }
    }
  }
}

package jp.sanchi.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Sends everything that the server says, by logger or by {@code System.out}, to files of bounded
 * size. The console is for people: it gets only what somebody must act on.
 */
final class ServerLog {
  private static final String CONFIGURATION =
      """
      handlers=
      .level=INFO
      java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n
      org.glassfish.jersey.level=WARNING
      javax.enterprise.resource.jms.level=SEVERE
      javax.enterprise.system.security.ssl.level=SEVERE
      """;
  private static final int FILE_SIZE = 10_000_000;
  private static final int FILES = 5;

  private Console console;

  private ServerLog() {}

  static ServerLog open(Path folder) throws IOException {
    LogManager.getLogManager()
        .readConfiguration(
            new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.ISO_8859_1)));
    var file = new FileHandler(folder.resolve("server-%g.log").toString(), FILE_SIZE, FILES, true);
    file.setEncoding(StandardCharsets.UTF_8.name());
    file.setFormatter(new WholeMessage());
    Logger.getLogger("").addHandler(file);
    System.setOut(new PrintStream(new Lines("stdout", Level.INFO), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new Lines("stderr", Level.INFO), true, StandardCharsets.UTF_8));
    return new ServerLog();
  }

  void warnOn(PrintStream out) {
    console = new Console(out);
    Logger.getLogger("").addHandler(console);
  }

  /**
   * Keeps what goes wrong from the console, until it is known whether one sentence tells it all.
   */
  void holdBack() {
    console.hold(true);
  }

  /** The sentence of ours at the bottom of what was held back, which is then not said. */
  Optional<String> reason() {
    return console.reason();
  }

  /** Says what was held back. */
  void letGo() {
    console.hold(false);
  }

  /** Payara logs some failures as a bare key whose text is missing: then the parameters tell. */
  private static final class WholeMessage extends SimpleFormatter {
    @Override
    public String formatMessage(LogRecord message) {
      String text = super.formatMessage(message);
      Object[] parameters = message.getParameters();
      boolean told = !text.equals(message.getMessage()) || parameters == null;
      return told || parameters.length == 0 ? text : text + " " + Arrays.deepToString(parameters);
    }
  }

  private static final class Console extends Handler {
    private final PrintStream console;
    private final Formatter words = new WholeMessage();
    private final List<LogRecord> held = new ArrayList<>();
    private boolean holding;

    Console(PrintStream console) {
      this.console = console;
    }

    @Override
    public synchronized void publish(LogRecord message) {
      boolean ours = String.valueOf(message.getLoggerName()).startsWith("jp.sanchi");
      Level least = ours ? Level.WARNING : Level.SEVERE;
      if (message.getLevel().intValue() < least.intValue()) {
        return;
      }
      if (holding) {
        held.add(message);
      } else {
        console.println(message.getLevel() + " " + words.formatMessage(message));
      }
    }

    synchronized void hold(boolean hold) {
      holding = hold;
      if (!hold) {
        List<LogRecord> said = List.copyOf(held);
        held.clear();
        said.forEach(this::publish);
      }
    }

    synchronized Optional<String> reason() {
      Optional<String> reason =
          held.stream()
              .map(LogRecord::getThrown)
              .filter(Objects::nonNull)
              .map(Console::root)
              .filter(Console::isOurs)
              .map(Throwable::getMessage)
              .findFirst();
      if (reason.isPresent()) {
        held.clear();
      }
      return reason;
    }

    private static Throwable root(Throwable thrown) {
      Throwable root = thrown;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root;
    }

    private static boolean isOurs(Throwable thrown) {
      StackTraceElement[] trace = thrown.getStackTrace();
      return thrown.getMessage() != null
          && trace.length > 0
          && trace[0].getClassName().startsWith("jp.sanchi.");
    }

    @Override
    public void flush() {
      console.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }

  /** One log message a line. */
  private static final class Lines extends java.io.OutputStream {
    private final Logger logger;
    private final Level level;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(String name, Level level) {
      this.logger = Logger.getLogger(name);
      this.level = level;
    }

    @Override
    public synchronized void write(int b) {
      if (b != '\n') {
        line.write(b);
        return;
      }
      String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
      line.reset();
      if (!text.isEmpty()) {
        logger.log(level, text);
      }
    }
  }
}

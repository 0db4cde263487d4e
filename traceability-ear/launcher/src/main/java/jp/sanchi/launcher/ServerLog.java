package jp.sanchi.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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

  void warnOn(PrintStream console) {
    Logger.getLogger("").addHandler(new Console(console));
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

    Console(PrintStream console) {
      this.console = console;
    }

    @Override
    public void publish(LogRecord message) {
      boolean ours = String.valueOf(message.getLoggerName()).startsWith("jp.sanchi");
      Level least = ours ? Level.WARNING : Level.SEVERE;
      if (message.getLevel().intValue() >= least.intValue()) {
        console.println(message.getLevel() + " " + words.formatMessage(message));
      }
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

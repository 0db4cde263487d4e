package jp.sanchi.launcher;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL as a child process, durable: the embedded test libraries switch fsync off, this
 * doesn't. It listens on loopback only and asks for a password, because a machine may be shared.
 *
 * <p>The process outlives this JVM if that is killed. The next start on the same folder stops such
 * an orphan first.
 */
final class PostgresServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(PostgresServer.class.getName());
  private static final String NAME = "sanchi";
  private static final int ATTEMPTS = 60;
  private static final long PAUSE_MS = 500;

  private final Path binaries;
  private final Path folder;
  private final Path log;
  private int port;
  private boolean closed;

  private PostgresServer(Path binaries, Path folder, Path log) {
    this.binaries = binaries;
    this.folder = folder;
    this.log = log;
  }

  record Running(PostgresServer server, Settings.Database database) {}

  static Running start(Path home, DataFolder data) throws IOException, StartFailure {
    var server =
        new PostgresServer(
            home.resolve("postgresql").resolve("bin"),
            data.resolve("postgresql"),
            data.resolve("logs").resolve("postgresql.log"));
    String password = data.secret("postgresql.password");
    server.initialise(data);
    server.stopOrphan();
    server.listen();
    int port = server.port;
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/";
    try {
      createDatabase(url, password);
    } catch (SQLException e) {
      server.close();
      throw new StartFailure(
          "PostgreSQL started but refused Sanchi's own login (" + e.getMessage() + ").", e);
    }
    server.watch();
    return new Running(server, new Settings.Database(url + NAME, NAME, password));
  }

  private void initialise(DataFolder data) throws IOException, StartFailure {
    // The version file alone may be the leftover of a start that was killed: initdb works in a
    // folder beside it, which takes the real name only when it is whole.
    if (Files.exists(folder)) {
      return;
    }
    Path fresh = data.resolve("postgresql.new");
    Folders.delete(fresh);
    run(
        "initdb",
        "--pgdata=" + fresh,
        "--username=postgres",
        "--pwfile=" + data.resolve("postgresql.password"),
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        // The same order of text on every operating system
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync");
    Files.writeString(
        fresh.resolve("postgresql.conf"),
        """
        # Written by Sanchi's launcher
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        max_connections = 100
        shared_buffers = 128MB
        max_wal_size = 2GB
        log_min_messages = warning
        log_timezone = 'UTC'
        timezone = 'UTC'
        """);
    Files.move(fresh, folder);
  }

  private void stopOrphan() throws IOException, StartFailure {
    Path pidFile = folder.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    if (!isPostgres(pidFile)) {
      // After a restart of the machine the number may be anybody's: stop nothing, and tell
      // PostgreSQL
      Files.delete(pidFile);
    } else if (call("pg_ctl", "status", "--pgdata=" + folder) == 0) {
      run("pg_ctl", "stop", "--pgdata=" + folder, "--mode=fast", "--wait", "--timeout=60");
    }
  }

  /**
   * The data folder is locked by us, so a living postmaster in its pid file can only be an orphan.
   */
  private static boolean isPostgres(Path pidFile) throws IOException {
    return postmaster(pidFile)
        .map(process -> process.info().command().orElse("postgres").contains("postgres"))
        .orElse(false);
  }

  /** The living process that a pid file names in its first line. */
  private static Optional<ProcessHandle> postmaster(Path pidFile) throws IOException {
    try (var lines = Files.lines(pidFile)) {
      return lines.findFirst().map(line -> Long.parseLong(line.strip())).flatMap(ProcessHandle::of);
    } catch (NumberFormatException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void listen() throws IOException, StartFailure {
    // Between looking for a free port and PostgreSQL's taking it, another process may: once more,
    // then
    for (int attempt = 0; ; attempt++) {
      port = freePort();
      if (startOn(port)) {
        return;
      }
      if (attempt == 2) {
        throw new StartFailure("PostgreSQL does not start; its log " + log + " says why.");
      }
    }
  }

  private boolean startOn(int port) throws IOException, StartFailure {
    int status =
        call(
            "pg_ctl",
            "start",
            "--pgdata=" + folder,
            "--log=" + log,
            "--wait",
            "--timeout=120",
            "--silent",
            "--options=-p " + port);
    return status == 0;
  }

  /** Whatever ends PostgreSQL while Sanchi runs, it is started again, on its port. */
  private void watch() throws IOException {
    // Nobody to watch: it has ended since it started
    postmaster(folder.resolve("postmaster.pid"))
        .map(ProcessHandle::onExit)
        .orElse(CompletableFuture.completedFuture(null))
        .thenRunAsync(this::revive);
  }

  private void revive() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      synchronized (this) {
        if (closed) {
          return;
        }
        try {
          // What the dead one has left (its connections' processes) may hold it up for a moment
          if (startOn(port)) {
            LOG.log(Level.WARNING, "PostgreSQL had ended, and is started again");
            watch();
            return;
          }
          wait(PAUSE_MS);
        } catch (IOException | StartFailure e) {
          LOG.log(Level.ERROR, "PostgreSQL has ended and can't be started: " + e.getMessage());
          return;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
    LOG.log(Level.ERROR, "PostgreSQL has ended and does not start; its log " + log + " says why");
  }

  private static void createDatabase(String url, String password) throws SQLException {
    try (var connection = DriverManager.getConnection(url + "postgres", "postgres", password);
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery("select 1 from pg_roles where rolname = '" + NAME + "'")) {
        if (!row.next()) {
          // Not the superuser: row-level security would not bind it
          statement.execute("create role " + NAME + " login password '" + password + "'");
        }
      }
      try (var row =
          statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
        if (!row.next()) {
          statement.execute("create database " + NAME + " owner " + NAME);
        }
      }
    }
  }

  @Override
  public synchronized void close() throws IOException, StartFailure {
    closed = true;
    call(
        "pg_ctl",
        "stop",
        "--pgdata=" + folder,
        "--mode=fast",
        "--wait",
        "--timeout=60",
        "--silent");
  }

  private void run(String program, String... arguments) throws IOException, StartFailure {
    if (call(program, arguments) != 0) {
      throw new StartFailure(
          "PostgreSQL's " + program + " failed; the end of " + log + " says why.");
    }
  }

  private int call(String program, String... arguments) throws IOException, StartFailure {
    var command = new ArrayList<String>();
    if (asRoot()) {
      // PostgreSQL refuses to be root; in a user namespace of its own it is nobody
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return -1;
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    } catch (IOException e) {
      if (asRoot()) {
        throw new StartFailure(
            "PostgreSQL refuses to run as root, and `unshare` is not there to help; start Sanchi as"
                + " another user, or set SANCHI_DB_URL to a PostgreSQL of your own.",
            e);
      }
      throw e;
    }
  }

  private static boolean asRoot() {
    return "root".equals(System.getProperty("user.name"))
        && !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    }
  }
}

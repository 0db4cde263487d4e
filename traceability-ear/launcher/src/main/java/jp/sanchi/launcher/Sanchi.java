package jp.sanchi.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import jp.sanchi.demonstration.Demonstration;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.proof.FastSignatures;
import org.glassfish.embeddable.GlassFishException;

/** Starts Sanchi in this JVM and stays until it is told to stop. */
public final class Sanchi {
  private final PrintStream console;
  private final Settings settings;
  private final DataFolder data;
  private final Object stopLock = new Object();
  private PostgresServer.Running postgres;
  private FabricNetwork fabric;
  private PayaraServer payara;
  private ColdBoxes coldBoxes;
  private boolean stopped;
  private boolean failed;

  private Sanchi(PrintStream console, Settings settings, DataFolder data) {
    this.console = console;
    this.settings = settings;
    this.data = data;
  }

  public static void main(String[] arguments) throws Exception {
    // Payara takes System.out for its log; the console stays ours
    PrintStream console = System.out;
    long begin = System.nanoTime();
    Sanchi sanchi = null;
    try {
      Settings settings = Settings.read(home(), System.getProperties(), System.getenv());
      LedgerCommand command = LedgerCommand.of(arguments, settings);
      if (command != null) {
        System.exit(command.run(settings, console) ? 0 : 1);
      }
      if (arguments.length == 1 && arguments[0].equals("broker")) {
        runBroker(settings, console);
      }
      if (arguments.length == 1 && arguments[0].equals("first")) {
        printFirstLink(settings, console);
        return;
      }
      if (arguments.length > 0) {
        throw new StartFailure(
            "There is no command \""
                + String.join(" ", arguments)
                + "\"; settings such as -Dsanchi.port=NUMBER stand before -jar.");
      }
      DataFolder data = DataFolder.take(settings.data());
      try {
        sanchi = new Sanchi(console, settings.withPort(claimPort(settings)), data);
      } catch (StartFailure e) {
        data.close();
        throw e;
      }
      Runtime.getRuntime().addShutdownHook(new Thread(sanchi::stop, "sanchi-stop"));
      sanchi.watchParent();
      sanchi.start(begin);
    } catch (StartFailure e) {
      if (sanchi != null && sanchi.alreadyStopping()) {
        return;
      }
      console.println(e.getMessage());
      System.exit(1);
    } catch (Exception | LinkageError e) {
      if (sanchi != null && sanchi.alreadyStopping()) {
        return;
      }
      console.println("Sanchi could not start: " + e.getMessage() + reportOf(sanchi, e));
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  /** {@code java -jar sanchi.jar first}: another link, also while the server runs. */
  private static void printFirstLink(Settings settings, PrintStream console)
      throws IOException, StartFailure {
    if (!Files.isDirectory(settings.administrators())) {
      throw new StartFailure(
          "There is no ledger in " + settings.data() + " whose members could be administered.");
    }
    Path running = settings.data().resolve("sanchi.address");
    String address =
        Files.exists(running) ? Files.readAllLines(running).get(0) : settings.address().toString();
    console.println(address + FirstLink.make(settings.data(), Clock.systemUTC()));
  }

  private void start(long begin) throws Exception {
    console.println("Sanchi is starting; its data is in " + settings.data() + ".");
    FastSignatures.register();
    var log = ServerLog.open(data.resolve("logs"));
    Tls.writeKeyStore(settings, data);
    // Parts that don't need each other yet: database with schema, network, application server
    var database = CompletableFuture.supplyAsync(this::startDatabase);
    var ledger = CompletableFuture.runAsync(this::reachLedger);
    var server = PayaraServer.start(settings, data);
    synchronized (stopLock) {
      payara = server;
    }
    log.warnOn(console);
    Settings.Database reached = join(database);
    System.setProperty("sanchi.db.url", reached.url());
    System.setProperty("sanchi.db.user", reached.user());
    System.setProperty("sanchi.db.password", reached.password());
    System.setProperty("sanchi.port", Integer.toString(settings.port()));
    // The server keeps the administrators' keys there, also where nobody has named a folder
    System.setProperty("sanchi.data", settings.data().toString());
    join(ledger);
    deploy(server, log);
    var welcome = new Welcome(settings);
    welcome.awaitHealth(Duration.ofSeconds(30));
    if (settings.demonstration()) {
      demonstrate(welcome);
    }
    data.ready(settings.address().toString());
    welcome.print(console, Duration.ofNanos(System.nanoTime() - begin));
    // Last: pages and phones need not wait for it, and boxes are patient
    startColdBoxes(reached, welcome);
  }

  /** The server answers already: what goes wrong here is said, and no reason to stop. */
  private void startColdBoxes(Settings.Database reached, Welcome welcome) {
    try {
      var boxes = ColdBoxes.start(settings, data, reached);
      synchronized (stopLock) {
        coldBoxes = boxes;
        if (stopped) {
          boxes.close();
          return;
        }
      }
      boxes.print(console);
      if (settings.demonstration()) {
        boxes.demonstrate(settings, welcome.client());
      }
    } catch (StartFailure | IOException e) {
      console.println("Cold boxes can't connect: " + e.getMessage());
    }
  }

  /** {@code java -jar sanchi.jar broker}: the boxes' broker alone, beside a database elsewhere. */
  private static void runBroker(Settings settings, PrintStream console)
      throws StartFailure, IOException, InterruptedException {
    Settings.Database database =
        settings
            .externalDatabase()
            .orElseThrow(() -> new StartFailure("The broker alone needs sanchi.db.url."));
    DataFolder data = DataFolder.take(settings.data());
    if (settings.secure()) {
      try {
        Tls.writeKeyStore(settings, data);
      } catch (java.security.GeneralSecurityException e) {
        throw new StartFailure("HTTPS: the key store can't be written.", e);
      }
    }
    ColdBoxes broker = ColdBoxes.broker(settings, data, database);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
    broker.print(console);
    new CountDownLatch(1).await();
  }

  private void deploy(PayaraServer server, ServerLog log) throws Exception {
    log.holdBack();
    try {
      server.deploy(settings.home().resolve("sanchi.ear"));
    } catch (GlassFishException e) {
      Optional<String> reason = log.reason();
      if (reason.isPresent()) {
        throw new StartFailure(reason.get(), e);
      }
      throw e;
    } finally {
      log.letGo();
    }
  }

  /** Only where this folder's ledger was founded: the administrators' keys lie in no other. */
  private void demonstrate(Welcome welcome) throws InterruptedException {
    Path administrators = settings.administrators();
    if (!Files.isDirectory(administrators)) {
      return;
    }
    var client = new SanchiClient(welcome.client(), settings.address().resolve("api/"));
    try {
      Demonstration.run(client, settings.data(), administrators, Clock.systemUTC());
    } catch (IOException e) {
      console.println("The demonstration packages could not be made: " + e.getMessage());
    }
  }

  private void reachLedger() {
    try {
      if (settings.ledger() instanceof Settings.Ledger.OwnFabric) {
        FabricNetwork network = FabricNetwork.up(settings.home(), data, console);
        synchronized (stopLock) {
          fabric = network;
        }
        System.setProperty("sanchi.fabric.connection", network.connection().toString());
        System.setProperty("sanchi.fabric.authorities", network.authorities().toString());
      }
      boolean embedded = settings.ledger() instanceof Settings.Ledger.Embedded;
      System.setProperty("sanchi.ledger", embedded ? "embedded" : "fabric");
    } catch (StartFailure | IOException e) {
      throw new CompletionException(e);
    }
  }

  private Settings.Database startDatabase() {
    try {
      Settings.Database database;
      if (settings.externalDatabase().isPresent()) {
        database = settings.externalDatabase().get();
      } else {
        synchronized (stopLock) {
          if (stopped) {
            throw new StartFailure("Stopped.");
          }
          postgres = PostgresServer.start(settings.home(), data);
          database = postgres.database();
        }
      }
      Migrations.run(settings.home(), database);
      return database;
    } catch (StartFailure | IOException e) {
      throw new CompletionException(e);
    }
  }

  private static <T> T join(CompletableFuture<T> part) throws StartFailure, IOException {
    try {
      return part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartFailure failure) {
        throw failure;
      }
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void stop() {
    synchronized (stopLock) {
      if (stopped) {
        return;
      }
      stopped = true;
      try {
        data.stopping();
        say("\nSanchi is stopping.");
        if (coldBoxes != null) {
          coldBoxes.close();
        }
        if (payara != null) {
          payara.close();
        }
      } catch (Exception e) {
        console.println("Payara did not stop cleanly: " + e.getMessage());
      }
      try {
        if (postgres != null) {
          postgres.server().close();
        }
        if (fabric != null) {
          fabric.close();
        }
        data.close();
        say("Sanchi has stopped.");
      } catch (IOException | StartFailure e) {
        console.println("Not everything did stop cleanly: " + e.getMessage());
      }
    }
  }

  /**
   * Told to stop while starting: then what broke is only our leaving. Otherwise it is a failure.
   */
  private boolean alreadyStopping() {
    synchronized (stopLock) {
      failed = !stopped;
      return stopped;
    }
  }

  private void say(String words) {
    if (!failed) {
      console.println(words);
    }
  }

  /** Whoever started this JVM (Maven, a test) may be killed without a chance to stop it. */
  private void watchParent() {
    settings
        .parent()
        .flatMap(ProcessHandle::of)
        .ifPresent(
            parent -> {
              var unused = parent.onExit().thenRun(() -> System.exit(0));
            });
  }

  private static Path home() {
    String home = System.getProperty("sanchi.home");
    if (home != null) {
      return Path.of(home).toAbsolutePath();
    }
    try {
      return Path.of(Sanchi.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .getParent();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Says it before anything is started; Payara would say it in forty lines. */
  private static int claimPort(Settings settings) throws StartFailure {
    try (var socket = new ServerSocket()) {
      var address = new InetSocketAddress(settings.host(), settings.port());
      if (address.isUnresolved()) {
        throw new StartFailure("This machine has no address " + settings.host() + ".");
      }
      socket.bind(address);
      return socket.getLocalPort();
    } catch (java.net.BindException e) {
      throw new StartFailure(
          "Port "
              + settings.port()
              + " on "
              + settings.host()
              + " is in use or not allowed ("
              + e.getMessage()
              + "); choose another with -Dsanchi.port=NUMBER.",
          e);
    } catch (IOException e) {
      throw new StartFailure("This machine has no address " + settings.host() + ".", e);
    }
  }

  private static String reportOf(Sanchi sanchi, Throwable failure) {
    if (sanchi == null) {
      return "";
    }
    Path report = sanchi.data.resolve("logs").resolve("start-failure.log");
    try (var out =
        new PrintStream(
            Files.newOutputStream(report), true, java.nio.charset.StandardCharsets.UTF_8)) {
      failure.printStackTrace(out);
      return " (details in " + report + " and in the server log beside it)";
    } catch (IOException e) {
      return "";
    }
  }
}

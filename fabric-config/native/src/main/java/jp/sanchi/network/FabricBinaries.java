package jp.sanchi.network;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fabric's own programs. They come from the folder that {@code FABRIC_BIN} names, else from the
 * PATH, else from the cache folder that {@code network install} fills.
 */
public final class FabricBinaries {
  /** The release that this project is tested with. */
  static final String VERSION = "3.1.5";

  // Of the release archives. Several public package recipes agree on those for Linux; those for
  // macOS stand in one of these recipes only. A wrong one would refuse, never let in.
  private static final Map<String, String> SUMS =
      Map.of(
          "darwin-amd64", "866b64b036ba9eff51ba2131bbe34b4b9057192f5766859ede22ea1cdd564158",
          "darwin-arm64", "d67a5c3366746a984f8ee9ae0ebf5c8b357c9d33dd589fa0b7668d739472cef0",
          "linux-amd64", "b9c31fd490991e76f8acb1835dee09fc19fee5428cb13e190ee6e0bdd2c37858",
          "linux-arm64", "4a42cad740a7e0373eda6bf1e27c86e9b06132f9bb751daf7f0f7dc1d1bbfed9");

  private static final List<String> PROGRAMS =
      List.of("peer", "orderer", "configtxgen", "configtxlator", "osnadmin");
  private static final Pattern RELEASE = Pattern.compile("Version: v?(\\d+)\\.(\\d+)");

  // Null until somebody needs it: to stop a network, nobody does
  private Path folder;

  private FabricBinaries(Path folder) {
    this.folder = folder;
  }

  /**
   * Those of this machine: environment, PATH, cache folder.
   *
   * @throws NetworkFailure if there are none
   */
  public static FabricBinaries find() {
    FabricBinaries binaries = ofThisMachine();
    binaries.folder();
    return binaries;
  }

  /** The same, but looked for when first needed. */
  static FabricBinaries ofThisMachine() {
    return new FabricBinaries(null);
  }

  static FabricBinaries find(Map<String, String> environment, Path cache) {
    String named = environment.get("FABRIC_BIN");
    if (named != null && !named.isBlank()) {
      Path folder = Path.of(named).toAbsolutePath();
      List<String> missing = missing(folder);
      if (!missing.isEmpty()) {
        throw new NetworkFailure(
            "FABRIC_BIN is %s, where there is no %s: let it name the folder bin of Fabric %s, or unset it."
                .formatted(folder, String.join(", no ", missing), VERSION));
      }
      return new FabricBinaries(folder);
    }
    for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!entry.isBlank() && missing(Path.of(entry)).isEmpty()) {
        return new FabricBinaries(Path.of(entry).toAbsolutePath());
      }
    }
    Path installed = cache.resolve("bin");
    if (missing(installed).isEmpty()) {
      return new FabricBinaries(installed.toAbsolutePath());
    }
    throw new NetworkFailure(
        ("This machine has no Hyperledger Fabric: run `network install`, or let FABRIC_BIN name the"
                + " folder bin of an unpacked Fabric %s release (%s).")
            .formatted(VERSION, String.join(", ", PROGRAMS)));
  }

  /** Whether there are any, so that tests which need them can be left out. */
  public static boolean found() {
    try {
      find();
      return true;
    } catch (NetworkFailure e) {
      return false;
    }
  }

  /** {@code ~/.sanchi/fabric/<version>}. */
  static Path cache() {
    return Path.of(System.getProperty("user.home"), ".sanchi", "fabric", VERSION);
  }

  private static List<String> missing(Path folder) {
    return PROGRAMS.stream()
        .filter(program -> !Files.isExecutable(folder.resolve(program)))
        .toList();
  }

  synchronized Path folder() {
    if (folder == null) {
      folder = find(System.getenv(), cache()).folder;
    }
    return folder;
  }

  String program(String name) {
    return folder().resolve(name).toString();
  }

  /** Refuses releases before 3.1, which lack what the channel and the chaincode use. */
  void checkVersion() {
    String text = run(List.of(program("peer"), "version"), Map.of());
    Matcher version = RELEASE.matcher(text);
    if (!version.find()) {
      throw new NetworkFailure(program("peer") + " doesn't say which version of Fabric it is.");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    if (major < 3 || (major == 3 && minor < 1)) {
      throw new NetworkFailure(
          "%s is of Fabric %d.%d, and Sanchi needs 3.1 or later: run `network install`, or set FABRIC_BIN."
              .formatted(program("peer"), major, minor));
    }
  }

  /**
   * Runs a program to its end.
   *
   * @return both outputs
   * @throws NetworkFailure with the last line of its output, if it failed
   */
  static String run(List<String> command, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        throw new NetworkFailure(
            "%s failed: %s"
                .formatted(
                    Path.of(command.get(0)).getFileName(),
                    lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip()));
      }
      return text;
    } catch (IOException e) {
      throw new NetworkFailure("Can't run " + command.get(0) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFailure("Interrupted.", e);
    }
  }

  /** Where Fabric's project publishes the release for this machine's system. */
  static String releaseAddress() {
    return "https://github.com/hyperledger/fabric/releases/download/v%s/hyperledger-fabric-%s-%s.tar.gz"
        .formatted(VERSION, platform(), VERSION);
  }

  /** The SHA-256 of that release, in hexadecimal. */
  static String releaseSum() {
    return SUMS.get(platform());
  }

  private static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String platform(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT);
    String name = system.startsWith("linux") ? "linux" : system.startsWith("mac") ? "darwin" : null;
    String processor =
        switch (architecture) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> null;
        };
    if (name == null || processor == null) {
      throw new NetworkFailure(
          "Fabric publishes no release for %s on %s: use Linux or macOS (on Windows: WSL)."
              .formatted(os, architecture));
    }
    return name + "-" + processor;
  }

  /**
   * Unpacks the programs of a release archive into the cache folder.
   *
   * @param from a file or an address
   * @param sha256 of the archive, in hexadecimal; nothing is unpacked of another
   */
  static FabricBinaries install(String from, String sha256, Path cache) {
    boolean remote = from.matches("https?://.*");
    Path archive;
    try {
      Files.createDirectories(cache);
      archive = remote ? download(from, cache) : Path.of(from).toAbsolutePath();
      if (!Files.isReadable(archive)) {
        throw new NetworkFailure("There is no file " + archive + " to install Fabric from.");
      }
      String found = sha256(archive);
      if (!found.equalsIgnoreCase(sha256.strip())) {
        throw new NetworkFailure(
            "Nothing was installed: the SHA-256 of %s is %s, not %s. Fetch the archive again, and ask where it came from."
                .formatted(archive, found, sha256.strip()));
      }
      Path unpacked = Files.createTempDirectory(cache, "unpacked");
      run(List.of("tar", "-xzf", archive.toString(), "-C", unpacked.toString(), "bin"), Map.of());
      List<String> missing = missing(unpacked.resolve("bin"));
      if (!missing.isEmpty()) {
        Folders.delete(unpacked);
        throw new NetworkFailure(
            "Nothing was installed: %s is no Fabric release, it has no bin/%s."
                .formatted(archive, String.join(", no bin/", missing)));
      }
      Folders.delete(cache.resolve("bin"));
      Folders.move(unpacked.resolve("bin"), cache.resolve("bin"));
      Folders.delete(unpacked);
      if (remote) {
        Files.delete(archive);
      }
      return new FabricBinaries(cache.resolve("bin"));
    } catch (IOException e) {
      throw new NetworkFailure("Can't install Fabric from " + from + ": " + e.getMessage(), e);
    }
  }

  private static Path download(String from, Path cache) throws IOException {
    Path file = cache.resolve(from.substring(from.lastIndexOf('/') + 1));
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    try {
      HttpResponse<Path> response =
          client.send(
              HttpRequest.newBuilder(URI.create(from)).build(),
              HttpResponse.BodyHandlers.ofFile(file));
      if (response.statusCode() != 200) {
        Files.deleteIfExists(file);
        throw new NetworkFailure(
            "%s answered %d: give another mirror or a local file with --from."
                .formatted(from, response.statusCode()));
      }
      return file;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFailure("Interrupted.", e);
    } catch (IOException e) {
      throw new NetworkFailure(
          "Can't fetch %s (%s): give a mirror or a local file with --from.".formatted(from, e), e);
    }
  }

  static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new NetworkFailure("Can't read " + file + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

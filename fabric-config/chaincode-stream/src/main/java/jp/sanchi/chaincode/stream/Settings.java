package jp.sanchi.chaincode.stream;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a chaincode server listens, and as what it registers.
 *
 * @param host name or address to listen on
 * @param port 0: any free one
 * @param chaincodeId the package id, as {@code peer lifecycle chaincode install} told it
 * @param tls empty: plain text
 */
public record Settings(String host, int port, String chaincodeId, Optional<Tls> tls) {
  /**
   * Reads {@code CHAINCODE_SERVER_ADDRESS} (host:port), {@code CHAINCODE_ID}, {@code
   * CHAINCODE_TLS_CERT}, {@code CHAINCODE_TLS_KEY}, {@code CHAINCODE_CLIENT_CA} (optional; then
   * clients must have certificates), and {@code CHAINCODE_TLS} ({@code off}: plain text).
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Settings of(Map<String, String> environment) {
    String address = required(environment, "CHAINCODE_SERVER_ADDRESS", "host:port to listen on");
    String id = required(environment, "CHAINCODE_ID", "the package id that the peer installed");
    int colon = address.lastIndexOf(':');
    int port = colon < 1 ? -1 : port(address.substring(colon + 1));
    if (port < 0) {
      throw new IllegalArgumentException(
          "CHAINCODE_SERVER_ADDRESS must be host:port, not " + address + ".");
    }
    return new Settings(host(address.substring(0, colon)), port, id, tls(environment));
  }

  private static Optional<Tls> tls(Map<String, String> environment) {
    String tls = environment.getOrDefault("CHAINCODE_TLS", "on");
    if (tls.equals("off")) {
      return Optional.empty();
    }
    if (!tls.equals("on")) {
      throw new IllegalArgumentException("CHAINCODE_TLS must be on or off, not " + tls + ".");
    }
    String orOff = "a PEM file; or set CHAINCODE_TLS=off, in tests only";
    return Optional.of(
        new Tls(
            Path.of(required(environment, "CHAINCODE_TLS_CERT", orOff)),
            Path.of(required(environment, "CHAINCODE_TLS_KEY", orOff)),
            optional(environment, "CHAINCODE_CLIENT_CA").map(Path::of)));
  }

  private static String required(Map<String, String> environment, String name, String what) {
    return optional(environment, name)
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing: " + what + "."));
  }

  private static Optional<String> optional(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  // An IPv6 address stands in brackets before a port
  private static String host(String text) {
    return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 65_535 ? -1 : port;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}

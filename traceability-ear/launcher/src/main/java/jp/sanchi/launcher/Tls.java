package jp.sanchi.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Makes the key store that the listener serves from. */
final class Tls {
  static final String ALIAS = "sanchi";

  /** Of the file that only its owner can read. */
  static final String KEY_STORE_PASSWORD = "changeit";

  private static final char[] PASSWORD = KEY_STORE_PASSWORD.toCharArray();
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private Tls() {}

  /**
   * Payara needs a key store even without HTTPS, and the one it ships holds a key that everybody
   * has; without HTTPS this one is empty.
   */
  static void writeKeyStore(Settings settings, DataFolder data)
      throws StartFailure, IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (settings.tls() instanceof Settings.Tls.Files files) {
      X509Certificate[] chain = certificates(files.certificate());
      PrivateKey key = key(files.key(), chain[0].getPublicKey().getAlgorithm());
      if (!belongTogether(key, chain[0].getPublicKey())) {
        throw new StartFailure(
            "SANCHI_TLS_KEY: the key in " + files.key() + " does not fit the certificate.");
      }
      keys.setKeyEntry(ALIAS, key, PASSWORD, chain);
    } else if (settings.tls() instanceof Settings.Tls.SelfSigned) {
      Path own = data.resolve("self-signed.p12");
      if (!Files.exists(own)) {
        selfSign(own, data.resolve("logs").resolve("keytool.log"));
      }
      try (var in = Files.newInputStream(own)) {
        keys.load(in, PASSWORD);
      }
    }
    Path file = data.resolve("payara.keystore");
    Files.deleteIfExists(file);
    Files.createFile(file);
    DataFolder.onlyForOwner(file, "rw-------");
    try (var out = Files.newOutputStream(file)) {
      keys.store(out, PASSWORD);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] sample = {1};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(sample);
    byte[] signature = signer.sign();
    signer.initVerify(certified);
    signer.update(sample);
    return signer.verify(signature);
  }

  /** Addresses under which other devices on the local network may find this machine. */
  static List<String> localAddresses() throws IOException {
    var addresses = new ArrayList<String>();
    for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
      if (card.isUp() && !card.isLoopback()) {
        card.inetAddresses()
            .filter(Inet4Address.class::isInstance)
            .map(InetAddress::getHostAddress)
            .forEach(addresses::add);
      }
    }
    return addresses;
  }

  private static void selfSign(Path target, Path log) throws IOException, StartFailure {
    var names = new ArrayList<>(List.of("dns:localhost", "ip:127.0.0.1", "ip:::1"));
    localAddresses().forEach(address -> names.add("ip:" + address));
    Path fresh = target.resolveSibling("self-signed.p12.new");
    Files.deleteIfExists(fresh);
    // The JDK has no public API that makes a certificate; its keytool does
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-dname",
                "CN=Sanchi for trying on the local network",
                // Phones refuse certificates of more than 398 days
                "-validity",
                "365",
                "-ext",
                "san=" + String.join(",", names),
                "-ext",
                "eku=serverAuth",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                fresh.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new StartFailure("A self-signed certificate can't be made; " + log + " says why.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted while making a self-signed certificate.", e);
    }
    DataFolder.onlyForOwner(fresh, "rw-------");
    Files.move(fresh, target);
  }

  private static X509Certificate[] certificates(Path file) throws StartFailure {
    try {
      var chain = new ArrayList<X509Certificate>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(
                      read(file).getBytes(java.nio.charset.StandardCharsets.US_ASCII)))) {
        chain.add((X509Certificate) certificate);
      }
      if (!chain.isEmpty()) {
        return chain.toArray(X509Certificate[]::new);
      }
    } catch (GeneralSecurityException e) {
      throw new StartFailure("SANCHI_TLS_CERTIFICATE: " + file + " is no PEM certificate.", e);
    }
    throw new StartFailure("SANCHI_TLS_CERTIFICATE: " + file + " holds no certificate.");
  }

  private static PrivateKey key(Path file, String algorithm) throws StartFailure {
    var pem = PEM.matcher(read(file));
    while (pem.find()) {
      String kind = pem.group(1);
      if (kind.equals("PRIVATE KEY")) {
        try {
          byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
          throw new StartFailure(
              "SANCHI_TLS_KEY: the key in " + file + " does not fit the certificate.", e);
        }
      }
      if (kind.endsWith("PRIVATE KEY")) {
        throw new StartFailure(
            "SANCHI_TLS_KEY: "
                + file
                + " is a \""
                + kind
                + "\"; turn it into an unencrypted PKCS #8 key with `openssl pkcs8 -topk8 -nocrypt`.");
      }
    }
    throw new StartFailure("SANCHI_TLS_KEY: " + file + " holds no PEM private key.");
  }

  private static String read(Path file) throws StartFailure {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new StartFailure("HTTPS: the file " + file + " can't be read.", e);
    }
  }
}

package jp.sanchi.server.ledger;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import jp.sanchi.kernel.proof.P256;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The enrolment authorities of a Fabric network that the network tool made on this machine: in a
 * folder for each member {@code ca.pem} and {@code ca.key}. They are read anew each time, since a
 * member may have joined.
 */
final class FabricAuthorities implements LocalAuthorities {
  private final Path folder;
  private final Clock clock;

  FabricAuthorities(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public SortedMap<String, byte[]> certifyAdministrator(byte[] point65) {
    var certificates = new TreeMap<String, byte[]>();
    for (CertificateAuthority authority : authorities()) {
      certificates.put(
          authority.mspId(), authority.certify("admin", P256.publicKey(point65), clock.instant()));
    }
    return certificates;
  }

  private List<CertificateAuthority> authorities() {
    try (Stream<Path> members = Files.list(folder)) {
      return members
          .filter(member -> Files.exists(member.resolve("ca.key")))
          .map(FabricAuthorities::authority)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the members' authorities in " + folder, e);
    }
  }

  private static CertificateAuthority authority(Path member) {
    var certificate = (X509CertificateHolder) read(member.resolve("ca.pem"));
    var key = (PrivateKeyInfo) read(member.resolve("ca.key"));
    try {
      return new CertificateAuthority(
          member.getFileName().toString(),
          certificate,
          new JcaPEMKeyConverter().getPrivateKey(key));
    } catch (IOException e) {
      throw new UncheckedIOException("the key of " + member, e);
    }
  }

  private static Object read(Path file) {
    try (Reader pem = Files.newBufferedReader(file);
        var parser = new PEMParser(pem)) {
      return parser.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is no PEM", e);
    }
  }
}

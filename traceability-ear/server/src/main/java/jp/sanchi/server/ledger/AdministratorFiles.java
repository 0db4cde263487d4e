package jp.sanchi.server.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collection;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMParser;

/**
 * {@code administrators/<MSP id>.pem}: PKCS #8 key and certificate of each local member's
 * administrator, for the person who runs this server and nobody else.
 */
final class AdministratorFiles {
  private AdministratorFiles() {}

  /** Writes the files that are missing, each with a new key. */
  static void write(Path data, Collection<CertificateAuthority> authorities, Instant now) {
    Path folder = data.resolve("administrators");
    try {
      Files.createDirectories(data);
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder, only(folder, "rwx------"));
      }
      for (CertificateAuthority authority : authorities) {
        Path file = folder.resolve(authority.mspId() + ".pem");
        if (Files.exists(file)) {
          check(file, authority);
        } else {
          LocalIdentity administrator = authority.issue("admin", now);
          // Whole or not at all: a start that is cut off must not leave half a key
          Path part =
              Files.createTempFile(folder, authority.mspId(), ".part", only(folder, "rw-------"));
          Files.writeString(
              part,
              LocalIdentity.pem("PRIVATE KEY", administrator.key().getEncoded())
                  + LocalIdentity.pem("CERTIFICATE", administrator.certificate()),
              StandardCharsets.US_ASCII);
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't write the administrators' keys into " + folder, e);
    }
  }

  private static void check(Path file, CertificateAuthority authority) throws IOException {
    try (var parser = new PEMParser(Files.newBufferedReader(file, StandardCharsets.US_ASCII))) {
      for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
        if (item instanceof X509CertificateHolder certificate
            && authority.issued(certificate.getEncoded())) {
          return;
        }
      }
    }
    throw new IllegalStateException(
        file
            + " is of another ledger than the one in this database. Give this database another"
            + " data folder, or move the folder administrators away: new keys are made then.");
  }

  private static FileAttribute<?>[] only(Path folder, String permissions) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}

package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;

/** A member's MSP as one version of the channel's configuration has it. */
final class Msp {
  private final String name;
  private final List<X509> roots;
  private final List<X509> intermediates;
  private final List<X509> administrators;
  private final Set<Revoked> revoked = new HashSet<>();
  private final List<Unit> units = new ArrayList<>();

  private record Revoked(ByteString issuer, BigInteger serial) {}

  /**
   * An organisational unit that makes a role.
   *
   * @param authority that must stand in the path; null for any
   */
  private record Unit(String role, String unit, X509 authority) {}

  /**
   * Reads an MSP's configuration.
   *
   * @param bytes a {@code MSPConfig}
   * @throws Fault {@code config_malformed}
   */
  Msp(ByteString bytes) {
    try {
      FabricMSPConfig config =
          Strict.read(FabricMSPConfig.parser(), Strict.read(MSPConfig.parser(), bytes).getConfig());
      this.name = config.getName();
      this.roots = certificates(config.getRootCertsList());
      this.intermediates = certificates(config.getIntermediateCertsList());
      this.administrators = certificates(config.getAdminsList());
      for (ByteString list : config.getRevocationListList()) {
        revoke(list);
      }
      if (config.getFabricNodeOus().getEnable()) {
        FabricNodeOUs nodes = config.getFabricNodeOus();
        unit("client", nodes.getClientOuIdentifier());
        unit("peer", nodes.getPeerOuIdentifier());
        unit("admin", nodes.getAdminOuIdentifier());
        unit("orderer", nodes.getOrdererOuIdentifier());
      }
    } catch (Malformed | GeneralSecurityException e) {
      throw new Fault("config_malformed", "an MSP can't be read: " + e.getMessage());
    } catch (Fault e) {
      throw new Fault("config_malformed", "an MSP can't be read: " + e.detail());
    }
    if (name.isEmpty() || roots.isEmpty()) {
      throw new Fault("config_malformed", "an MSP has no name or no root");
    }
  }

  private void unit(String role, FabricOUIdentifier identifier) throws GeneralSecurityException {
    if (!identifier.getOrganizationalUnitIdentifier().isEmpty()) {
      X509 authority =
          identifier.getCertificate().isEmpty() ? null : certificate(identifier.getCertificate());
      units.add(new Unit(role, identifier.getOrganizationalUnitIdentifier(), authority));
    }
  }

  private void revoke(ByteString bytes) throws GeneralSecurityException {
    var list =
        (X509CRL)
            CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(bytes.toByteArray()));
    byte[] issuer = list.getIssuerX500Principal().getEncoded();
    boolean signed = false;
    for (X509 authority : Stream.concat(roots.stream(), intermediates.stream()).toList()) {
      if (Arrays.equals(authority.subject(), issuer)) {
        try {
          list.verify(P256.publicKey(authority.publicKey()));
          signed = true;
        } catch (GeneralSecurityException e) {
          // Another authority of this name may have
        }
      }
    }
    if (!signed) {
      throw new Fault("config_malformed", "a revocation list is signed by none of the authorities");
    }
    if (list.getRevokedCertificates() != null) {
      for (X509CRLEntry entry : list.getRevokedCertificates()) {
        revoked.add(new Revoked(ByteString.copyFrom(issuer), entry.getSerialNumber()));
      }
    }
  }

  private static List<X509> certificates(List<ByteString> pems) throws GeneralSecurityException {
    var certificates = new ArrayList<X509>();
    for (ByteString pem : pems) {
      certificates.add(certificate(pem));
    }
    return certificates;
  }

  static X509 certificate(ByteString pem) throws GeneralSecurityException {
    return X509.read(
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.toByteArray()))
            .getEncoded());
  }

  String name() {
    return name;
  }

  List<X509> roots() {
    return roots;
  }

  List<X509> intermediates() {
    return intermediates;
  }

  /**
   * Vouches for a certificate, as Fabric's peers do: whatever the time, since a block says nothing
   * of when it was validated; the instants for which the path is valid come with the answer.
   *
   * @throws Fault {@code identity}
   */
  Identity identity(ByteString serialized, ByteString pem) {
    try {
      X509 leaf = certificate(pem);
      X509 root = X509.path(leaf, intermediates, roots, leaf.notBefore());
      List<X509> above = new ArrayList<>(List.of(root));
      if (!Arrays.equals(root.subject(), leaf.issuer())) {
        intermediates.stream()
            .filter(authority -> Arrays.equals(authority.subject(), leaf.issuer()))
            .forEach(above::add);
      }
      if (revoked.contains(new Revoked(ByteString.copyFrom(leaf.issuer()), leaf.serial()))) {
        throw new Fault("identity", "a certificate of " + name + " is revoked");
      }
      long notBefore =
          above.stream().mapToLong(X509::notBefore).reduce(leaf.notBefore(), Math::max);
      long notAfter = above.stream().mapToLong(X509::notAfter).reduce(leaf.notAfter(), Math::min);
      return new Identity(serialized, name, leaf, roles(leaf, above), notBefore, notAfter);
    } catch (Malformed e) {
      throw new Fault("identity", "a certificate of " + name + ": " + e.reason());
    } catch (GeneralSecurityException e) {
      throw new Fault("identity", "a certificate of " + name + " can't be read");
    }
  }

  private Set<String> roles(X509 leaf, List<X509> above) {
    var roles = new HashSet<String>();
    for (Unit unit : units) {
      if (leaf.organisationalUnits().contains(unit.unit())) {
        if (unit.authority() != null && !above.contains(unit.authority())) {
          throw new Fault(
              "identity", "a certificate of " + name + " is not of its unit's authority");
        }
        roles.add(unit.role());
      }
    }
    if (!units.isEmpty() && roles.size() != 1) {
      throw new Fault("identity", "a certificate of " + name + " has not exactly one role");
    }
    if (administrators.contains(leaf)) {
      roles.add("admin");
    }
    return roles;
  }
}

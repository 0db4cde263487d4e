package jp.sanchi.network;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Json;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;

/**
 * {@code trust.json} (wire format, section 9): authorities and revocation lists come from the
 * channel's configuration; consortium, operators, threshold and version from the ledger itself.
 */
final class Trust {
  private Trust() {}

  /**
   * The file's bytes, in canonical form.
   *
   * @param msps of the channel, by MSP id
   * @param facts what the ledger says of the consortium; {@code n} is the version
   * @param warnings takes sentences about where channel and ledger disagree
   */
  static byte[] json(
      String consortium,
      SortedMap<String, FabricMSPConfig> msps,
      Json.Obj facts,
      Collection<String> warnings) {
    var members = new TreeMap<String, Json.Obj>();
    long expires = Long.MAX_VALUE;
    for (Json item : facts.array("members").items()) {
      Json.Obj known = (Json.Obj) item;
      String mspId = known.text("mspId");
      // What vouched for older events stays
      Set<String> roots = texts(known.array("roots"));
      Set<String> intermediates = texts(known.array("intermediates"));
      Set<String> revoked = new TreeSet<>();
      FabricMSPConfig msp = msps.get(mspId);
      if (msp == null) {
        warnings.add(mspId + " is a member on the ledger, but not of the channel.");
      } else {
        Set<String> own = base64(msp.getRootCertsList());
        for (String root : own) {
          if (!roots.contains(root)) {
            warnings.add(
                "An authority of %s is in the channel, but not on the ledger: let the members approve a member_changed that names it."
                    .formatted(mspId));
          }
        }
        roots.addAll(own);
        intermediates.addAll(base64(msp.getIntermediateCertsList()));
        revoked.addAll(revoked(mspId, msp.getRevocationListList()));
      }
      for (String root : roots) {
        X509Certificate certificate = certificate(Base64.getDecoder().decode(root));
        expires = Math.min(expires, certificate.getNotAfter().getTime());
      }
      members.put(
          mspId,
          Json.object(
              "intermediates", List.copyOf(intermediates),
              "mspId", mspId,
              "operator", known.text("operator"),
              "revoked", List.copyOf(revoked),
              "roots", List.copyOf(roots)));
    }
    for (String mspId : msps.keySet()) {
      if (!members.containsKey(mspId)) {
        warnings.add(mspId + " is a member of the channel, but not yet on the ledger.");
      }
    }
    return Json.object(
            "channel",
            PeerClient.CHANNEL,
            "chaincode",
            Lifecycle.CHAINCODE,
            "consortium",
            consortium,
            "expires",
            expires,
            "format",
            "sanchi-trust-v0",
            "members",
            List.copyOf(members.values()),
            "mode",
            "fabric",
            "threshold",
            threshold(facts.object("threshold"), members.size()),
            "version",
            facts.integer("n"))
        .canonical();
  }

  /** As it was founded, or more than half of the members where others have joined since. */
  private static Json.Obj threshold(Json.Obj founded, int members) {
    long most = Math.max(founded.integer("members"), members / 2 + 1);
    return founded.with("members", Json.of(most));
  }

  private static Set<String> texts(Json.Arr items) {
    var texts = new LinkedHashSet<String>();
    items.items().forEach(item -> texts.add(((Json.Text) item).value()));
    return texts;
  }

  private static Set<String> base64(List<ByteString> pems) {
    var certificates = new LinkedHashSet<String>();
    for (ByteString pem : pems) {
      X509Certificate certificate = KeyedCertificate.certificate(pem.toStringUtf8());
      certificates.add(Base64.getEncoder().encodeToString(KeyedCertificate.der(certificate)));
    }
    return certificates;
  }

  private static List<String> revoked(String mspId, List<ByteString> lists) {
    var serials = new ArrayList<String>();
    for (ByteString list : lists) {
      try {
        X509CRL crl =
            (X509CRL)
                CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(list.toByteArray()));
        if (crl.getRevokedCertificates() != null) {
          for (X509CRLEntry entry : crl.getRevokedCertificates()) {
            serials.add(hex(entry.getSerialNumber().toByteArray()));
          }
        }
      } catch (GeneralSecurityException e) {
        throw new NetworkFailure("A revocation list of " + mspId + " can't be read.", e);
      }
    }
    return serials;
  }

  // Without the zero byte that only says that a number is positive
  private static String hex(byte[] number) {
    int start = number.length > 1 && number[0] == 0 ? 1 : 0;
    return HexFormat.of().formatHex(number, start, number.length);
  }

  private static X509Certificate certificate(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new NetworkFailure("A member's certificate on the ledger can't be read.", e);
    }
  }
}

package jp.sanchi.bridge;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Certificates that server and broker may have, out of a PEM file. The server may also have a
 * listed certificate itself, whatever name stands in it: so a bridge on the server's own machine
 * reaches it as localhost.
 */
record Trusted(TrustManagerFactory managers, SSLContext context) {
  static Trusted of(Path pem) throws IOException {
    if (pem == null) {
      return null;
    }
    try (var in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> listed =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate certificate : listed) {
        store.setCertificateEntry("c" + store.size(), certificate);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      var usual = (X509ExtendedTrustManager) managers.getTrustManagers()[0];
      context.init(null, new TrustManager[] {new Pinned(listed, usual)}, null);
      return new Trusted(managers, context);
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no certificates", e);
    }
  }

  private static final class Pinned extends X509ExtendedTrustManager {
    private final Collection<? extends Certificate> listed;
    private final X509ExtendedTrustManager usual;

    Pinned(Collection<? extends Certificate> listed, X509ExtendedTrustManager usual) {
      this.listed = listed;
      this.usual = usual;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      if (!listed.contains(chain[0])) {
        usual.checkServerTrusted(chain, type, engine);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      if (!listed.contains(chain[0])) {
        usual.checkServerTrusted(chain, type, socket);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      usual.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("the bridge serves nobody");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return usual.getAcceptedIssuers();
    }
  }
}

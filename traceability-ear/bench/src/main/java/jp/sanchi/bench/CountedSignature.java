package jp.sanchi.bench;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The provider's signature, which it also counts: how many a verification checks is seen, not said.
 */
public final class CountedSignature extends SignatureSpi {
  private static final String NAME = "SHA256withECDSA";
  private static final AtomicInteger VERIFIED = new AtomicInteger();

  private final Signature signature;

  /** For the provider alone. */
  public CountedSignature(Provider provider) throws GeneralSecurityException {
    signature = Signature.getInstance(NAME, provider);
  }

  /** How many signatures are checked while this runs. */
  static int of(Runnable work) {
    var first = Security.getProviders("Signature." + NAME)[0];
    var counting = new Counting(first);
    VERIFIED.set(0);
    Security.insertProviderAt(counting, 1);
    try {
      work.run();
      return VERIFIED.get();
    } finally {
      Security.removeProvider(counting.getName());
    }
  }

  private static final class Counting extends Provider {
    private static final long serialVersionUID = 1L;

    Counting(Provider first) {
      super("counting", "1", "counts signatures that are verified");
      putService(
          new Service(
              this, "Signature", NAME, CountedSignature.class.getName(), List.of(), Map.of()) {
            @Override
            public Object newInstance(Object parameter) {
              try {
                return new CountedSignature(first);
              } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
              }
            }
          });
    }
  }

  @Override
  protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
    signature.initVerify(key);
  }

  @Override
  protected boolean engineVerify(byte[] bytes) throws SignatureException {
    VERIFIED.incrementAndGet();
    return signature.verify(bytes);
  }

  @Override
  protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
    signature.initSign(key);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    return signature.sign();
  }

  @Override
  protected void engineUpdate(byte b) throws SignatureException {
    signature.update(b);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
    signature.update(bytes, offset, length);
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new UnsupportedOperationException(name);
  }
}

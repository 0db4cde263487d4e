package jp.sanchi.chaincode.stream;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS 1.2 and 1.3 from PEM files.
 *
 * @param certificate the server's, with its intermediates
 * @param key PKCS #8, not encrypted
 * @param clientRoots if present, clients must show a certificate that one of these has signed
 */
public record Tls(Path certificate, Path key, Optional<Path> clientRoots) {
  /**
   * For the server.
   *
   * @throws IllegalArgumentException if a file can't be read, with a sentence for the operator
   */
  SslContext context() {
    clientRoots.ifPresent(file -> readable("CA", file));
    readable("certificate", certificate);
    readable("key", key);
    try {
      SslContextBuilder builder =
          GrpcSslContexts.configure(
                  SslContextBuilder.forServer(certificate.toFile(), key.toFile()), SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      if (clientRoots.isPresent()) {
        builder.trustManager(clientRoots.get().toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The TLS files %s and %s%s do not go together as PEM certificate and PKCS #8 key: %s"
              .formatted(
                  certificate,
                  key,
                  clientRoots.map(file -> " (clients by " + file + ")").orElse(""),
                  e.getMessage()),
          e);
    }
  }

  private static void readable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("The TLS %s %s can't be read.".formatted(what, file));
    }
  }
}

package jp.sanchi.launcher;

import java.io.CharConversionException;
import java.nio.charset.StandardCharsets;
import org.glassfish.embeddable.GlassFish;
import org.glassfish.embeddable.GlassFishException;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.http.util.RequestURIRef;

/**
 * Payara answers an address that it can't decode (a NUL, a backslash, half a percent escape, bytes
 * that are no UTF-8) with 500 and a page of its own, before any application is asked. Such a
 * request is led to an address where nothing is, and gets the application's 404.
 */
final class ReadableAddresses extends BaseFilter {
  /** Puts the filter behind the one that parses HTTP. */
  static void guard(GlassFish server, String listener) throws GlassFishException {
    try {
      Class<?> listeners = Class.forName("org.glassfish.grizzly.config.dom.NetworkListener");
      Class<?> services = Class.forName("com.sun.enterprise.v3.services.impl.GrizzlyService");
      Object proxy =
          services
              .getMethod("lookupNetworkProxy", listeners)
              .invoke(server.getService(services), server.getService(listeners, listener));
      Object grizzly = proxy.getClass().getMethod("getUnderlyingListener").invoke(proxy);
      Transport transport =
          (Transport) grizzly.getClass().getMethod("getTransport").invoke(grizzly);
      FilterChain filters = (FilterChain) transport.getProcessor();
      filters.add(filters.indexOfType(HttpServerFilter.class) + 1, new ReadableAddresses());
    } catch (ReflectiveOperationException e) {
      throw new GlassFishException("Payara's listener is not as expected", e);
    }
  }

  @Override
  public NextAction handleRead(FilterChainContext context) {
    if (context.getMessage() instanceof HttpContent content
        && content.getHttpHeader() instanceof HttpRequestPacket request) {
      RequestURIRef address = request.getRequestURIRef();
      String text = address.getURI();
      if (!isReadable(text)) {
        address.setURI(text.startsWith("/api/") ? "/api/problem" : "/unreadable");
      }
    }
    return context.getInvokeAction();
  }

  static boolean isReadable(String address) {
    var copy = new RequestURIRef();
    byte[] bytes = address.getBytes(StandardCharsets.ISO_8859_1);
    copy.init(bytes, 0, bytes.length);
    try {
      copy.getDecodedURI(true, StandardCharsets.UTF_8);
      return true;
    } catch (CharConversionException | RuntimeException e) {
      return false;
    }
  }
}
